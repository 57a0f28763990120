"""The overview's two trends: per day or week, and per email."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from report_builder import wording
from report_builder.charts import day_labels, line_chart
from report_builder.clock import WEEKDAYS, Clock, day_text
from report_builder.geometry import even_positions
from report_builder.rows import EmailResult, Step
from report_builder.views.emails import COMING_IN, is_young, subject_of
from report_builder.views.notes import Annotation, note_marks, said_at
from report_builder.views.overview import Trend, TrendRow
from report_builder.views.periods import Period
from report_builder.views.rates import NAMED_FROM, pooled_clicks, pooled_opens

EMAILS = 40  # more would be a blur


def trend_per_step(
    period: Period,
    steps: Sequence[Step],
    previous: Sequence[Step],
    emails: Sequence[EmailResult],
    notes: Sequence[Annotation],
    clock: Clock,
    unknown: Mapping[int, str],
) -> Trend | None:
    """People per day or week; None when nobody did anything. `notes` are those of the period, `unknown` the steps of
    which nothing can be known, with the reason; where somebody was seen all the same, it can.
    """
    if not steps:
        return None
    days = period.step_days()
    engaged, clicked, ghost = [0] * period.steps, [0] * period.steps, [0] * period.steps
    for step in steps:
        engaged[step.step], clicked[step.step] = step.engaged, step.clicked
    for step in previous:
        ghost[step.step] = step.engaged
    sent: dict[int, list[str]] = {}
    for e in emails:
        day = clock.day(e.sent_ms)
        if day is not None:
            sent.setdefault((day - period.first).days // period.days_per_step, []).append(subject_of(e))
    unknown = {i: reason for i, reason in unknown.items() if not engaged[i]}
    marks = {i: ", ".join(subjects) for i, subjects in sorted(sent.items())}
    positions = even_positions(period.steps)
    noted: list[int | None] = [(note.day - period.first).days // period.days_per_step for note in notes]
    said = said_at(notes, noted)
    heads = ["Engaged", "Clicked", *(["Engaged before"] if previous else [])]
    rows = tuple(
        TrendRow(
            _step_label(period, i),
            tuple(
                unknown[i] if i in unknown and v is not ghost else wording.count(v[i])
                for v in ((engaged, clicked, ghost) if previous else (engaged, clicked))
            ),
            marks.get(i, ""),
            said.get(i, ""),
            i == period.steps - 1,
        )
        for i in range(period.steps)
    )
    best = max(range(period.steps), key=lambda i: (engaged[i], clicked[i]))
    unit = {1: "day", 7: "week", 28: "four weeks"}[period.days_per_step]
    cause = f", after “{wording.shortened(sent[best][0])}”" if len(sent.get(best, ())) == 1 else ""
    return Trend(
        takeaway=f"The busiest {unit}: {_step_label(period, best)}, when {wording.people(engaged[best])} opened, "
        f"clicked or replied{cause}.",
        chart=line_chart(
            [("s1", "Engaged", _known(engaged, unknown)), ("s2", "Clicked", _known(clicked, unknown))],
            x=day_labels(days),
            positions=positions,
            ghost=ghost if previous else None,
            ghost_label="Engaged, period before",
            marks=list(marks),
            open_points=1,
        ),
        heads=tuple(heads),
        rows=rows,
        csv=f"data/overview-{period.key}.csv",
        notes=note_marks(noted, positions),
    )


def trend_per_email(emails: Sequence[EmailResult], notes: Sequence[Annotation], clock: Clock) -> Trend | None:
    """Measured open rate and human click rate of each email; None with fewer than two measured ones."""
    noted = _first_since(notes, emails, clock)
    emails = list(emails)[-EMAILS:]
    said, positions = said_at(notes, noted), even_positions(len(emails))
    opens, clicks = [pooled_opens([e]).measured for e in emails], [pooled_clicks([e]) for e in emails]
    opened, clicked = [pool.rate for pool in opens], [pool.rate for pool in clicks]
    if sum(1 for a, b in zip(opened, clicked, strict=True) if a is not None or b is not None) < 2:
        return None
    days = [clock.local(e.sent_ms or 0).date() for e in emails]
    young = sum(1 for e in emails if is_young(e, clock))
    rows = tuple(
        TrendRow(
            f"{subject_of(e)} ({day_text(day, year=False)})",
            (*(wording.percent(pool.rate) if pool.rate is not None else pool.why for pool in both),),
            "",
            said.get(i, ""),
            i >= len(emails) - young,
        )
        for i, (e, day, *both) in enumerate(zip(emails, days, opens, clicks, strict=True))
    )
    rates, acted = (clicked, "click") if any(clicked) else (opened, "open")
    return Trend(
        takeaway=_best_of(emails, rates, acted),
        chart=line_chart(
            [
                ("s1", "Open rate", [None if v is None else v * 100 for v in opened]),
                ("s2", "Click rate", [None if v is None else v * 100 for v in clicked]),
            ],
            x=day_labels(days),
            positions=positions,
            dotted=True,
            unit="%",
            open_points=young,
            open_label=COMING_IN,
        ),
        heads=("Open rate", "Click rate"),
        rows=rows,
        csv="data/emails.csv",
        notes=note_marks(noted, positions),
    )


def _known(counts: Sequence[int], unknown: Mapping[int, str]) -> list[int | None]:
    return [None if i in unknown else value for i, value in enumerate(counts)]


def _best_of(emails: Sequence[EmailResult], rates: Sequence[float | None], acted: str) -> str:
    named = [
        (rate, place)
        for place, (email, rate) in enumerate(zip(emails, rates, strict=True))
        if rate is not None and (email.delivered or 0) >= NAMED_FROM
    ]
    if not named:
        return f"None of these emails reached {NAMED_FROM} people, so none can be called the best."
    rate, place = max(named, key=lambda each: (each[0], -each[1]))
    subject = wording.shortened(subject_of(emails[place]))
    return f"The best {acted} rate: {wording.percent(rate)}, “{subject}”."


def _first_since(
    notes: Sequence[Annotation], emails: Sequence[EmailResult], clock: Clock
) -> list[int | None]:
    """Of each note, the first email shown that was sent on its day or later; None where there is none."""
    days = [clock.local(e.sent_ms or 0).date() for e in emails]
    cut = max(0, len(days) - EMAILS)
    found = [next((i for i, day in enumerate(days) if day >= note.day), None) for note in notes]
    return [i - cut if i is not None and i >= cut else None for i in found]


def _step_label(period: Period, step: int) -> str:
    first = period.first + timedelta(days=step * period.days_per_step)
    if period.days_per_step == 1:
        return f"{WEEKDAYS[first.weekday()]}, {day_text(first)}"
    return f"{period.days_per_step // 7 * 7} days from {day_text(first)}"
