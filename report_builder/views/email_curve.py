"""How fast an email was opened and clicked, in hours after sending."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.charts import Label, line_chart
from report_builder.clock import Clock
from report_builder.geometry import number
from report_builder.views.email_usual import Course, at_age, hours_text
from report_builder.views.overview import Trend, TrendRow

# Most happens in the first hours: the curve is read there, so that is where its points are.
CURVE_HOURS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 30, 36, 48, 60, 72, 96, 120, 144, 168)


@dataclass(frozen=True)
class Line:
    """People so far at each point; `usual` is what the emails before would make of as many deliveries."""

    role: str
    label: str
    people: Sequence[int]
    usual: Sequence[float | None]


def email_curve(mine: Course, before: Sequence[Course], clock: Clock) -> Trend | None:
    """People so far, hour by hour after sending, no further than the email is old."""
    email = mine.email
    if email.sent_ms is None or not email.opened + email.clicked:
        return None
    age = max(1, (clock.now_ms - email.sent_ms) // 3_600_000)
    points = [h for h in CURVE_HOURS if h <= age]
    lines = _lines(mine, before, points)
    if not lines:
        return None
    first = lines[0]
    ghost = first.usual if any(first.usual) else None
    last = points[-1]
    heads = [line.label for line in lines] + ([f"{first.label}, usual"] if ghost else [])
    columns: list[Sequence[float | None]] = [line.people for line in lines] + ([ghost] if ghost else [])
    return Trend(
        takeaway=_takeaway(lines, last) + (_usual_text(first) if ghost else ""),
        chart=line_chart(
            [(line.role, line.label, line.people) for line in lines],
            x=_labels(last),
            positions=[h / last for h in points],
            ghost=ghost,
            ghost_label=f"{first.label}, usual",
        ),
        heads=tuple(heads),
        rows=tuple(
            TrendRow(
                f"{hours_text(h)} after sending",
                tuple(
                    wording.UNKNOWN if (v := column[i]) is None else wording.count(v) for column in columns
                ),
                "",
            )
            for i, h in enumerate(points)
        ),
        csv="",
    )


def _lines(mine: Course, before: Sequence[Course], points: Sequence[int]) -> list[Line]:
    email = mine.email
    compared = [at_age(mine, before, h) for h in points]
    lines = []
    if email.opens_tracked == 1:
        rates = [found.opens.usual if found else None for found in compared]
        opened = [mine.opened[h] for h in points]
        lines.append(Line("s1", "Opened", opened, _people(rates, email.measurable)))
    if email.clicks_tracked == 1:
        rates = [found.clicks.usual if found else None for found in compared]
        clicked = [mine.clicked[h] for h in points]
        lines.append(Line("s2", "Clicked", clicked, _people(rates, email.delivered)))
    return lines


def _people(rates: Sequence[float | None], whole: int | None) -> list[float | None]:
    """Nobody acts before the email is sent; elsewhere what is not known stays so."""
    known = [None if rate is None or not whole else rate * whole for rate in rates]
    return [0.0, *known[1:]] if any(known) else known


def _labels(last: int) -> tuple[Label, ...]:
    days = last // 24
    step = 1 if days <= 8 else 2
    marks = [24 * d for d in range(1, days + 1, step)] if days >= 2 else [h for h in (6, 12, 18) if h < last]
    return tuple(
        Label(number(100 * h / last), f"{h // 24} d" if days >= 2 else f"{h} h", i % 2 == 1)
        for i, h in enumerate(marks)
        if h < last * 0.97
    )


def _takeaway(lines: Sequence[Line], last: int) -> str:
    said = " and ".join(f"{wording.count(line.people[-1])} had {line.label.lower()}" for line in lines)
    return f"After {hours_text(last)} {said}."


def _usual_text(line: Line) -> str:
    usual = line.usual[-1]
    if usual is None:
        return ""
    return (
        f" By then the usual email, sent to as many, would have been {line.label.lower()} by "
        f"{wording.people(round(usual))}."
    )
