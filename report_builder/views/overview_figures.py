"""The overview's tiles, its first sentence and its two trends, from rows."""

from collections.abc import Sequence

from report_builder import wording
from report_builder.charts import spark
from report_builder.clock import Clock
from report_builder.rows import AudienceStep, EmailResult, SiteFacts, Step, Totals
from report_builder.views.emails import click_rate, open_rate, why_unknown
from report_builder.views.overview import Tile
from report_builder.views.periods import Period


def sent_between(
    emails: Sequence[EmailResult], clock: Clock, first: object, last: object
) -> list[EmailResult]:
    """Oldest first."""
    days = [(e, clock.day(e.sent_ms)) for e in reversed(emails)]
    return [e for e, day in days if day is not None and first <= day <= last]  # type: ignore[operator]


def pooled(emails: Sequence[EmailResult], what: str) -> tuple[float | None, int]:
    """One rate over several emails: people over deliveries, only where tracked; and the deliveries behind it."""
    tracked = [e for e in emails if getattr(e, f"{what}_tracked") == 1 and e.delivered]
    delivered = sum(e.delivered or 0 for e in tracked)
    acted = sum(min(e.opened if what == "opens" else e.clicked, e.delivered or 0) for e in tracked)
    return wording.ratio(acted, delivered), delivered


def answer(period: Period, now: Totals, before: Totals | None, facts: SiteFacts, measurable: bool) -> str:
    """The page's question, answered: how are we doing."""
    if not measurable:
        return (
            f"{wording.plural(facts.active, 'person gets', 'people get')} this newsletter; who reads it cannot be "
            "said, because opens and clicks were not tracked in this period."
        )
    when = "since the first event" if period.key == "all" else f"in the last {period.label}"
    text = f"{wording.people(now.engaged)} opened or clicked something {when}"
    change = wording.count_change(now.engaged, before.engaged) if before else None
    if change is not None:
        than = "as many as" if change.mood == "even" else f"{change.text} than"
        text = f"{text}, {than} in the {period.label} before"
    share = wording.ratio(now.still_active, facts.active)
    if share is None or facts.active < 2:
        return text + "."
    return f"{text}. Of the {wording.count(facts.active)} on the list today, {wording.percent(share)} did."


def tiles(
    period: Period, now: Totals, before: Totals | None, shape: Sequence[Step], audience: Sequence[AudienceStep],
    emails: Sequence[EmailResult], previous_emails: Sequence[EmailResult], facts: SiteFacts,
) -> tuple[Tile, ...]:  # fmt: skip
    """`shape` are the steps of `period.days_per_spark` days that the small curves show. `audience` counts its steps
    from the period's first day; those of the period before are negative.
    """
    moves = {step.step: step for step in audience}
    shown = range(period.steps)
    joined = [moves[i].joined if i in moves else 0 for i in shown]
    gone = [moves[i].gone if i in moves else 0 for i in shown]
    joined_before = sum(step.joined for step in audience if -period.steps <= step.step < 0)
    gone_before = sum(step.gone for step in audience if -period.steps <= step.step < 0)
    active = [facts.active - sum(joined[i + 1 :]) + sum(gone[i + 1 :]) for i in shown]
    at_start = facts.active - sum(joined) + sum(gone)
    past = before is not None
    by_step = {step.step: step.engaged for step in shape}
    engaged = [by_step.get(i, 0) for i in range(-(-period.days // period.days_per_spark))]
    every = period.days_per_spark // period.days_per_step
    measurable = any(e.opens_tracked == 1 or e.clicks_tracked == 1 for e in emails) or now.engaged > 0
    return (
        Tile(
            "Engaged readers", wording.tile_count(now.engaged) if measurable else wording.UNKNOWN, "",
            wording.count_change(now.engaged, before.engaged) if before and measurable else None,
            "opened or clicked" if measurable else wording.NOT_TRACKED, spark(engaged) if measurable else None, "s1",
        ),
        _rate_tile("Click rate", "clicks", emails, previous_emails, "s2"),
        _rate_tile("Open rate", "opens", emails, previous_emails, "s1"),
        Tile(
            "Active subscribers", wording.tile_count(facts.active), "",
            wording.count_change(facts.active, at_start) if period.key != "all" else None,
            "today", spark(active[every - 1 :: every]), "s3",
        ),
        Tile(
            "New subscribers", wording.tile_count(sum(joined)), "",
            wording.count_change(sum(joined), joined_before) if past else None, "joined",
            spark(_sums(joined, every)), "s3",
        ),
        Tile(
            "Left", wording.tile_count(sum(gone)), "",
            wording.count_change(sum(gone), gone_before, more_is_good=False) if past else None,
            "in this period", spark(_sums(gone, every)), "s4",
        ),
    )  # fmt: skip


def _sums(values: Sequence[int], every: int) -> list[int]:
    return [sum(values[i : i + every]) for i in range(0, len(values), every)]


def _rate_tile(
    label: str, what: str, emails: Sequence[EmailResult], previous: Sequence[EmailResult], role: str
) -> Tile:
    rate, sample = pooled(emails, what)
    rate_before, sample_before = pooled(previous, what)
    each = [click_rate(e) if what == "clicks" else open_rate(e) for e in emails]
    if rate is None:
        tracked = {getattr(e, f"{what}_tracked") for e in emails}
        note = why_unknown(0 if tracked == {0} else None) if emails else "no email sent"
        return Tile(label, wording.UNKNOWN, "", None, note, None, role)
    enough = min(sample, sample_before) >= wording.MINIMUM_SAMPLE
    change = wording.rate_change(rate, rate_before) if enough else None
    note = f"of {wording.compact(sample)} delivered"
    return Tile(label, wording.percent_number(rate), "%", change, note, spark(each), role)
