"""How fast an email was opened and clicked, in hours after sending."""

from collections.abc import Sequence

from report_builder import wording
from report_builder.charts import Label, line_chart, number
from report_builder.clock import Clock
from report_builder.rows import CurveHour, EmailResult
from report_builder.views.overview import Trend, TrendRow

# Most happens in the first hours: the curve is read there, so that is where its points are.
CURVE_HOURS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 30, 36, 48, 60, 72, 96, 120, 144, 168)


def email_curve(email: EmailResult, hours: Sequence[CurveHour], clock: Clock) -> Trend | None:
    """People so far, hour by hour after sending, no further than the email is old."""
    if not hours or email.sent_ms is None:
        return None
    age = max(1, (clock.now_ms - email.sent_ms) // 3_600_000)
    points = [h for h in CURVE_HOURS if h <= age]
    if len(points) < 2:
        return None
    opened = [sum(h.opened for h in hours if h.hour < point) for point in points]
    clicked = [sum(h.clicked for h in hours if h.hour < point) for point in points]
    last = points[-1]
    days = last // 24
    step = 1 if days <= 8 else 2
    marks = [24 * d for d in range(1, days + 1, step)] if days >= 2 else [h for h in (6, 12, 18) if h < last]
    labels = tuple(
        Label(number(100 * h / last), f"{h // 24} d" if days >= 2 else f"{h} h", i % 2 == 1)
        for i, h in enumerate(marks)
        if h < last * 0.97
    )
    shown = [("s1", "Opened", opened)] if email.opens_tracked == 1 else []
    shown += [("s2", "Clicked", clicked)] if email.clicks_tracked == 1 else []
    if not shown:
        return None
    _, what, values = shown[0]
    total = (email.opened if what == "Opened" else email.clicked) or 1
    half = next((h for h, v in zip(points, values, strict=True) if v * 2 >= total), None)
    if total == 1 and half is not None:
        takeaway = f"The one person who {what.lower()} it did so within {_hours_text(half)}."
    elif half is None:
        takeaway = f"Half of those who {what.lower()} it took longer than {_hours_text(last)}."
    else:
        takeaway = (
            f"Half of all {wording.count(total)} who {what.lower()} it did so within {_hours_text(half)}."
        )
    return Trend(
        takeaway=takeaway,
        chart=line_chart(shown, x=labels, positions=[h / last for h in points], dotted=False),
        heads=tuple(label for _, label, _ in shown),
        rows=tuple(
            TrendRow(f"{_hours_text(h)} after sending", tuple(wording.count(v[i]) for _, _, v in shown), "")
            for i, h in enumerate(points)
        ),
        csv="",
    )


def _hours_text(hours: int) -> str:
    return f"{hours // 24} days" if hours >= 48 and hours % 24 == 0 else wording.plural(hours, "hour")
