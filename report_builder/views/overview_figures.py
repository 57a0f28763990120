"""The overview's tiles and its first sentence, from rows."""

from collections.abc import Sequence

from report_builder import wording
from report_builder.charts import Spark, spark
from report_builder.clock import Clock
from report_builder.rows import AudienceStep, EmailResult, SiteFacts, Step, Totals
from report_builder.views.changes import (
    WITHIN,
    change_of_balance,
    change_of_count,
    change_of_rate,
    change_of_stock,
)
from report_builder.views.overview import Tile
from report_builder.views.periods import Period
from report_builder.views.rates import Pool, click_rate, open_rate, pooled_clicks, pooled_opens


def sent_between(
    emails: Sequence[EmailResult], clock: Clock, first: object, last: object
) -> list[EmailResult]:
    """Oldest first."""
    days = [(e, clock.day(e.sent_ms)) for e in reversed(emails)]
    return [e for e, day in days if day is not None and first <= day <= last]  # type: ignore[operator]


def answer(
    period: Period, now: Totals, before: Totals | None, facts: SiteFacts, measurable: bool, sent: int
) -> str:
    """The page's question, answered: how are we doing. `sent` is the number of emails of the period."""
    if not measurable:
        return (
            f"{wording.plural(facts.active, 'person gets', 'people get')} this newsletter; who reads it cannot be "
            "said, because opens and clicks were not tracked in this period."
        )
    if not sent and not now.engaged:
        none = (
            "no email has been sent yet"
            if period.key == "all"
            else f"no email was sent in the last {period.label}"
        )
        return f"{wording.plural(facts.active, 'person gets', 'people get')} this newsletter; {none}."
    when = "since the first event" if period.key == "all" else f"in the last {period.label}"
    text = f"{wording.people(now.engaged)} opened, clicked or replied {when}"
    change = change_of_count(now.engaged, before.engaged) if before else None
    if change is not None:
        about = "as many as" if change != WITHIN else "about as many as"
        than = about if change.mood == "even" else f"{change.text} than"
        text = f"{text}, {than} in the {period.label} before"
    if facts.active < 2:
        return text + "."
    # no share of the list: of some on it nobody can know
    return f"{text}. {wording.count(now.still_active)} of them are on the list today, of {wording.count(facts.active)}."


def tiles(
    period: Period, now: Totals, before: Totals | None, shape: Sequence[Step], audience: Sequence[AudienceStep],
    emails: Sequence[EmailResult], previous_emails: Sequence[EmailResult], facts: SiteFacts,
) -> tuple[Tile, ...]:  # fmt: skip
    """`shape` are the steps of `period.days_per_spark` days that the small curves show. `audience` counts its steps
    from the period's first day; those of the period before are negative.
    """
    by_step = {step.step: step.engaged for step in shape}
    engaged = [by_step.get(i, 0) for i in range(-(-period.days // period.days_per_spark))]
    measurable = any(e.opens_tracked == 1 or e.clicks_tracked == 1 for e in emails) or now.engaged > 0
    return (
        Tile(
            "engaged_readers", "Engaged readers",
            wording.tile_count(now.engaged) if measurable else wording.UNKNOWN, "",
            change_of_count(now.engaged, before.engaged) if before and measurable else None,
            "" if measurable else wording.NOT_TRACKED, "opened, clicked or replied" if measurable else "",
            spark(engaged) if measurable else None, "s1",
        ),
        _click_tile(emails, previous_emails),
        _open_tile(emails, previous_emails),
        *_audience_tiles(period, audience, facts, before is not None),
        Tile(
            "replies", "Replies", wording.tile_count(now.replies), "",
            change_of_count(now.replies, before.replies) if before else None, "", "to any email", None, "s1",
        ),
    )  # fmt: skip


def _audience_tiles(
    period: Period, audience: Sequence[AudienceStep], facts: SiteFacts, past: bool
) -> tuple[Tile, ...]:
    moves = {step.step: step for step in audience}
    shown = range(period.steps)
    joined = [moves[i].joined if i in moves else 0 for i in shown]
    gone = [moves[i].gone if i in moves else 0 for i in shown]
    net = [came - went for came, went in zip(joined, gone, strict=True)]
    earlier = [s for s in audience if -period.steps <= s.step < 0]
    net_before = sum(s.joined - s.gone for s in earlier)
    events = sum(joined) + sum(gone) + sum(s.joined + s.gone for s in earlier)
    active = [facts.active - sum(net[i + 1 :]) for i in shown]
    every = period.days_per_spark // period.days_per_step
    sums = [sum(net[i : i + every]) for i in range(0, len(net), every)]
    return (
        Tile(
            "net_growth", "Net growth", wording.signed(sum(net)), "",
            change_of_balance(sum(net), net_before, events) if past else None, "",
            f"{wording.compact(sum(joined))} joined, {wording.compact(sum(gone))} left", spark(sums), "s3",
        ),
        Tile(
            "active_subscribers", "Active subscribers", wording.tile_count(facts.active), "",
            change_of_stock(facts.active, sum(joined), sum(gone)) if period.key != "all" else None, "",
            "on the list today", spark(active[every - 1 :: every]), "s3",
        ),
    )  # fmt: skip


def _click_tile(emails: Sequence[EmailResult], previous: Sequence[EmailResult]) -> Tile:
    now, before = pooled_clicks(emails), pooled_clicks(previous)
    curve = spark([click_rate(e) for e in emails])
    detail = f"of {wording.compact(now.sample)} delivered" if now.sample else ""
    return _rate_tile("click_rate", "Human click rate", now, before, detail, curve, "s2", bool(emails))


def _open_tile(emails: Sequence[EmailResult], previous: Sequence[EmailResult]) -> Tile:
    opens, before = pooled_opens(emails), pooled_opens(previous).measured
    said = []
    if opens.estimated is not None:
        said.append(f"estimated {wording.compact(opens.estimated)}")
    if opens.raw.rate is not None:
        said.append(f"raw {wording.percent(opens.raw.rate)}")
    detail = " · ".join(said)
    curve = spark([open_rate(e) for e in emails])
    return _rate_tile(
        "open_rate", "Open rate, measured", opens.measured, before, detail, curve, "s1", bool(emails)
    )


def _rate_tile(
    key: str, label: str, now: Pool, before: Pool, detail: str, curve: Spark | None, role: str, sent: bool
) -> Tile:
    if now.rate is None:
        why = "too few people for a rate" if now.why == wording.TOO_FEW else now.why
        return Tile(key, label, wording.UNKNOWN, "", None, why if sent else "no email sent", "", None, role)
    change = change_of_rate(now, before)
    return Tile(key, label, *wording.percent_parts(now.rate), change, "", detail, curve, role)
