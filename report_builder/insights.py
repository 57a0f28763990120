"""What is worth saying: a few sentences, each from a rule with its evidence and something to do next.

A rule speaks only when chance is no explanation. As several rules look at once, the chance of being wrong is shared
out among them (Bonferroni). Where nothing is significant, nothing is said.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from report_builder import rows
from report_builder.clock import DAY_MS, Clock
from report_builder.definitions import BY_KEY
from report_builder.significance import CHANCE, two_proportions, wilson
from report_builder.views.deliverability_lights import BY_RATE, Figures, fine_percent
from report_builder.views.email_usual import EMAILS_BEFORE, WEEK_HOURS, Course, age_hours, age_text
from report_builder.views.emails import email_path, subject_of
from report_builder.views.engagement import BEFORE, mix_by_step, warm
from report_builder.views.growth_sources import best, by_source, engaged, folded, summed
from report_builder.views.links_rising import Rising
from report_builder.views.overview import Insight
from report_builder.wording import count, percent, plural, shortened

SHOWN = 5
LATEST_EMAILS = 5  # whose rates are compared with those of the ten before
LEAST_EMAILS = 5  # before there is a range that an email can lie outside of
DAY_HOURS = 24
DOING_BADLY, DOING_WELL = "badly", "well"


@dataclass(frozen=True)
class Evidence:
    """Everything the rules look at, as of `clock`."""

    clock: Clock
    courses: Sequence[Course]  # latest first
    stages: Sequence[rows.StageCount]
    fans: Sequence[rows.FanCount]
    sources: Sequence[rows.SourceCounts]
    lately: Figures  # deliveries and failures of the last 30 days
    rising: Sequence[Rising]


Rule = Callable[[Evidence, float], Insight | None]


def insights(evidence: Evidence) -> tuple[Insight, ...]:
    """The most pressing first, five at most."""
    chance = CHANCE / len(RULES)
    found = [insight for rule in RULES if (insight := rule(evidence, chance))]
    return tuple(sorted(found, key=lambda each: each.mood != DOING_BADLY)[:SHOWN])


def failing(evidence: Evidence, chance: float) -> Insight | None:
    """A rate of failures or complaints that is surely above what mailbox providers put up with."""
    sent = evidence.lately
    for key, part, whole, what in (
        ("complaint_rate", sent.complained, sent.delivered, "complaints"),
        ("permanent_failure_rate", sent.hard, sent.recipients, "addresses that bounced for good"),
    ):
        interval = wilson(part, whole)
        if whole < BY_KEY[key].minimum or interval is None or interval[0] <= BY_RATE[key].high:
            continue
        return Insight(
            key, DOING_BADLY, f"Too many {what}: {fine_percent(part / whole)} in the last 30 days.",
            f"{count(part)} of {count(whole)}; mailbox providers ask for {BY_RATE[key].good_text}.",
            "Find where they come from before the next email, or more of it will land in spam.",
            "Deliverability", "deliverability.html",
        )  # fmt: skip
    return None


def leaving(evidence: Evidence, chance: float) -> Insight | None:
    """More people leave because of the last emails than did because of those before."""
    latest, earlier = _lately(evidence)
    a, n = sum(e.unsubscribed for e in latest), sum(e.delivered or 0 for e in latest)
    b, m = sum(e.unsubscribed for e in earlier), sum(e.delivered or 0 for e in earlier)
    if not _enough("unsubscribe_rate", n, m) or a / n <= b / m or two_proportions(a, n, b, m) >= chance:
        return None
    return Insight(
        "leaving", DOING_BADLY,
        f"More readers leave: {fine_percent(a / n)} of deliveries, where it used to be {fine_percent(b / m)}.",
        f"{count(a)} of {count(n)} over the last {len(latest)} emails, {count(b)} of {count(m)} over the "
        f"{len(earlier)} before.",
        "See which email they left after, and what reason they gave.", "Growth and churn", "growth.html",
    )  # fmt: skip


def latest_email(evidence: Evidence, chance: float) -> Insight | None:
    """The latest email beside the ten before at the same age: outside of their range, and not by chance."""
    mine = next((c for c in evidence.courses if c.email.delivered and c.email.clicks_tracked == 1), None)
    if mine is None:
        return None
    hours = age_hours(mine.email, evidence.clock)
    later = evidence.courses[evidence.courses.index(mine) + 1 :]
    before = [c.after(hours) for c in later if c.email.delivered and c.email.clicks_tracked == 1][
        :EMAILS_BEFORE
    ]
    if hours < DAY_HOURS or len(before) < LEAST_EMAILS:
        return None
    now = mine.after(hours)
    n, m = now.delivered or 0, sum(e.delivered or 0 for e in before)
    b = sum(e.clicked for e in before)
    if not _enough("click_rate", n, m) or two_proportions(now.clicked, n, b, m) >= chance:
        return None
    rates = [e.clicked / (e.delivered or 1) for e in before]
    if min(rates) <= now.clicked / n <= max(rates):
        return None
    is_better = now.clicked / n > b / m
    subject = shortened(subject_of(now), 60)
    return Insight(
        "latest_email", DOING_WELL if is_better else DOING_BADLY,
        f"“{subject}” was clicked {'more' if is_better else 'less'} than any of the {len(before)} emails before.",
        f"{percent(now.clicked / n)} of {count(n)} {age_text(hours)}; those before had {percent(b / m)} of "
        f"{count(m)} at that age.",
        "Look at what was different: its subject, its links, the hour it went out.",
        "This email", email_path(now),
    )  # fmt: skip


def clicks_trend(evidence: Evidence, chance: float) -> Insight | None:
    """The click rate of the last five emails against the ten before, all a week old."""
    latest, earlier = _lately(evidence)
    a, n = sum(e.clicked for e in latest), sum(e.delivered or 0 for e in latest)
    b, m = sum(e.clicked for e in earlier), sum(e.delivered or 0 for e in earlier)
    if (
        len(earlier) < LEAST_EMAILS
        or not _enough("click_rate", n, m)
        or two_proportions(a, n, b, m) >= chance
    ):
        return None
    grows = a / n > b / m
    return Insight(
        "clicks_trend", DOING_WELL if grows else DOING_BADLY,
        f"Clicks are {'rising' if grows else 'falling'}: {percent(a / n)} of deliveries over the last "
        f"{len(latest)} emails, {percent(b / m)} over the {len(earlier)} before.",
        f"{count(a)} clickers of {count(n)} deliveries, then {count(b)} of {count(m)}; each email after a week.",
        "See what they follow, and give them more of it." if grows else "See what they used to follow, and ask them.",
        "Links and topics", "links.html",
    )  # fmt: skip


def warmth(evidence: Evidence, chance: float) -> Insight | None:
    steps = mix_by_step(evidence.stages)
    (a, n), (b, m) = warm(steps.get(0, {})), warm(steps.get(BEFORE, {}))
    if not _enough("active_share", n, m) or two_proportions(a, n, b, m) >= chance:
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
    if now is None or past is None or not _enough("active_share", now.fans, past.fans):
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
    if found is None or not found.is_clear:
        return None
    mine = next(row for name, row in sources if name == found.name)
    others = summed([row for name, row in sources if name != found.name])
    if two_proportions(mine.engaged, mine.measured, others.engaged, others.measured) >= chance:
        return None
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
        "It is what they care about now: write about it, or ask its author.", "Links and topics", "links.html",
    )  # fmt: skip


RULES: tuple[Rule, ...] = (
    failing, leaving, latest_email, clicks_trend, warmth, fading_fans, best_source, rising_site,
)  # fmt: skip


def _lately(evidence: Evidence) -> tuple[list[rows.EmailResult], list[rows.EmailResult]]:
    """The last five emails that are a week old, as they stood then, and the ten before."""
    old = list(_a_week_old(evidence))
    return old[:LATEST_EMAILS], old[LATEST_EMAILS : LATEST_EMAILS + EMAILS_BEFORE]


def _a_week_old(evidence: Evidence) -> Iterator[rows.EmailResult]:
    for each in evidence.courses:
        is_old = each.email.sent_ms is not None and each.email.sent_ms <= evidence.clock.now_ms - 7 * DAY_MS
        if is_old and each.email.delivered and each.email.clicks_tracked == 1:
            yield each.after(WEEK_HOURS)


def _enough(key: str, *samples: int) -> bool:
    return min(samples) >= BY_KEY[key].minimum
