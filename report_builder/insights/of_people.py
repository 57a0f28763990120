"""Rules about people: how warm the list is, where the good ones come from, what they care about."""

from report_builder.insights.evidence import Evidence, enough
from report_builder.significance import two_proportions
from report_builder.views.engagement import BEFORE, mix_by_step, warm
from report_builder.views.growth_sources import best, by_source, engaged, folded, summed
from report_builder.views.overview import DOING_BADLY, DOING_WELL, Insight
from report_builder.wording import count, percent, plural, shortened


def warmth(evidence: Evidence, chance: float) -> Insight | None:
    steps = mix_by_step(evidence.stages)
    (a, n), (b, m) = warm(steps.get(0, {})), warm(steps.get(BEFORE, {}))
    if not enough("active_share", n, m) or two_proportions(a, n, b, m) >= chance:
        return None
    is_warmer = a / n > b / m
    return Insight(
        "warmth", DOING_WELL if is_warmer else DOING_BADLY,
        f"The list is getting {'warmer' if is_warmer else 'colder'}: {percent(a / n)} did something in the last 30 "
        f"days, {percent(b / m)} twelve weeks ago.",
        f"{count(a)} of {count(n)} readers, then {count(b)} of {count(m)}.",
        "See who moved, and which way.", "Engagement", "engagement.html",
    )  # fmt: skip


def fading_fans(evidence: Evidence, chance: float) -> Insight | None:
    """More of the best readers went quiet than in the twelve weeks before."""
    by_step = {row.step: row for row in evidence.fans}
    now, past = by_step.get(0), by_step.get(BEFORE)
    if now is None or past is None or not enough("active_share", now.fans, past.fans):
        return None
    a, n, b, m = now.quiet, now.fans, past.quiet, past.fans
    if a / n <= b / m or two_proportions(a, n, b, m) >= chance:
        return None
    return Insight(
        "fading_fans", DOING_BADLY,
        f"{plural(a, 'fan')} went quiet in the last twelve weeks, more than in the twelve before.",
        f"{count(a)} of {count(n)} with four stars or more ({percent(a / n)}), then {count(b)} of {count(m)} "
        f"({percent(b / m)}).",
        "Write to the best of them: a personal line brings back more than a campaign.",
        "People to write to", "engagement.html",
    )  # fmt: skip


def best_source(evidence: Evidence, chance: float) -> Insight | None:
    """Where the readers come from who stay, if that differs from everybody else."""
    sources = folded(evidence.sources, by_source)
    found = best(sources)
    if found is None or not found.is_clear or found.chance >= chance:
        return None
    mine = next(row for name, row in sources if name == found.name)
    others = summed([row for name, row in sources if name != found.name])
    return Insight(
        "best_source", DOING_WELL,
        f"Readers from “{shortened(found.name.replace('_', ' '), 40)}” engage most: {percent(found.rate)} did "
        f"something in their first 30 days, against {percent(found.others)} of all others.",
        f"{count(mine.engaged)} of {count(engaged(mine).sample)}, and {count(others.engaged)} of "
        f"{count(others.measured)}.",
        "Put your next hour of promotion there.", "Growth and churn", "growth.html",
    )  # fmt: skip


def rising_site(evidence: Evidence, chance: float) -> Insight | None:
    found = [site for site in evidence.rising if site.p < chance and not site.is_own]
    if not found:
        return None
    first = found[0]
    return Insight(
        "rising_site", DOING_WELL,
        f"More readers click through to {shortened(first.host, 40)} than a quarter of a year ago.",
        f"{first.now} who clicked anything in the last 13 weeks, {first.before} in the 13 before.",
        "See which links drew them, and whether you linked there more often.", "Links and topics", "links.html",
    )  # fmt: skip


def keen_tag(evidence: Evidence, chance: float) -> Insight | None:
    """People who share a tag and click more than everybody else; the comparison has shared out the chance."""
    keen = [
        each
        for each in evidence.groups
        if each.group.kind == "tag"
        and each.differences.get("click_rate") == "higher"
        and each.rates["click_rate"].pool.rate
    ]
    if not keen:
        return None
    first = max(keen, key=lambda each: (each.rates["click_rate"].pool.rate or 0, each.group.key))
    mine, all_of_them = first.counts.emails, evidence.groups[0].counts.emails
    a, n = mine.clicked, mine.delivered
    b, m = all_of_them.clicked - a, all_of_them.delivered - n
    return Insight(
        "keen_tag", DOING_WELL,
        f"Readers tagged “{shortened(first.group.key, 40)}” click more than all others: {percent(a / n)} of deliveries "
        f"against {percent(b / m)}.",
        f"{count(a)} of {count(n)}, and {count(b)} of {count(m)}, over the last ten emails.",
        "Write for them, and find more of their kind.", "Segments and tags", "segments.html",
    )  # fmt: skip
