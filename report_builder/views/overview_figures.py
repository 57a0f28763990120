"""The overview's tiles, its first sentence and its two trends, from rows."""

from collections.abc import Sequence
from datetime import timedelta

from report_builder import wording
from report_builder.charts import day_labels, even_positions, line_chart, spark
from report_builder.clock import WEEKDAYS, Clock, day_text
from report_builder.rows import AudienceStep, EmailResult, SiteFacts, Step, Totals
from report_builder.views.emails import click_rate, open_rate, subject_of, why_unknown
from report_builder.views.overview import Tile, Trend, TrendRow
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
            "Active subscribers", wording.tile_count(facts.active), "", wording.count_change(facts.active, at_start),
            "today", spark(active[every - 1 :: every]), "s3",
        ),
        Tile(
            "New subscribers", wording.tile_count(sum(joined)), "",
            wording.count_change(sum(joined), joined_before) if past else None, "joined", spark(_sums(joined, every)), "s3",
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


def trend_per_step(
    period: Period,
    steps: Sequence[Step],
    previous: Sequence[Step],
    emails: Sequence[EmailResult],
    clock: Clock,
) -> Trend | None:
    """People per day or week; None when nobody did anything."""
    if not steps:
        return None
    days = period.step_days()
    opened, clicked, ghost = [0] * period.steps, [0] * period.steps, [0] * period.steps
    for step in steps:
        opened[step.step], clicked[step.step] = step.opened, step.clicked
    for step in previous:
        ghost[step.step] = step.opened
    sent: dict[int, list[str]] = {}
    for e in emails:
        day = clock.day(e.sent_ms)
        if day is not None:
            sent.setdefault((day - period.first).days // period.days_per_step, []).append(subject_of(e))
    marks = {i: ", ".join(subjects) for i, subjects in sorted(sent.items())}
    positions = even_positions(period.steps)
    heads = ["Opened", "Clicked", *(["Opened before"] if previous else [])]
    rows = tuple(
        TrendRow(
            _step_label(period, i),
            tuple(wording.count(v[i]) for v in ((opened, clicked, ghost) if previous else (opened, clicked))),
            marks.get(i, ""),
        )
        for i in range(period.steps)
    )
    best = max(range(period.steps), key=lambda i: (opened[i], clicked[i]))
    what = "opened" if opened[best] else "clicked"
    number = opened[best] or clicked[best]
    unit = {1: "day", 7: "week", 28: "four weeks"}[period.days_per_step]
    return Trend(
        takeaway=f"The busiest {unit}: {_step_label(period, best)}, when {wording.people(number)} {what}"
        + (f", after “{_shortened(marks[best])}”." if best in marks else "."),
        chart=line_chart(
            [("s1", "Opened", opened), ("s2", "Clicked", clicked)],
            x=day_labels(days),
            positions=positions,
            ghost=ghost if previous else None,
            ghost_label="Opened, period before",
            marks=list(marks),
        ),
        heads=tuple(heads),
        rows=rows,
        csv=f"data/overview-{period.key}.csv",
    )


def trend_per_email(emails: Sequence[EmailResult], clock: Clock) -> Trend | None:
    """Open and click rate of each email; None with fewer than two measured ones."""
    emails = list(emails)[-40:]
    opened, clicked = [open_rate(e) for e in emails], [click_rate(e) for e in emails]
    if sum(1 for a, b in zip(opened, clicked, strict=True) if a is not None or b is not None) < 2:
        return None
    days = [clock.local(e.sent_ms or 0).date() for e in emails]
    rows = tuple(
        TrendRow(
            f"{subject_of(e)} ({day_text(day, year=False)})",
            (
                wording.percent(a) if a is not None else why_unknown(e.opens_tracked),
                wording.percent(b) if b is not None else why_unknown(e.clicks_tracked),
            ),
            "",
        )
        for e, day, a, b in zip(emails, days, opened, clicked, strict=True)
    )
    rates, acted = (clicked, "click") if any(clicked) else (opened, "open")
    best = max(range(len(emails)), key=lambda i: rates[i] or 0)
    return Trend(
        takeaway=f"The best {acted} rate: {wording.percent(rates[best] or 0)}, “{_shortened(subject_of(emails[best]))}”.",
        chart=line_chart(
            [
                ("s1", "Open rate", [None if v is None else v * 100 for v in opened]),
                ("s2", "Click rate", [None if v is None else v * 100 for v in clicked]),
            ],
            x=day_labels(days),
            positions=even_positions(len(emails)),
            dotted=True,
            unit="%",
        ),
        heads=("Open rate", "Click rate"),
        rows=rows,
        csv="data/emails.csv",
    )


def _step_label(period: Period, step: int) -> str:
    first = period.first + timedelta(days=step * period.days_per_step)
    if period.days_per_step == 1:
        return f"{WEEKDAYS[first.weekday()]}, {day_text(first)}"
    return f"{period.days_per_step // 7 * 7} days from {day_text(first)}"


def _shortened(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
