"""How long people take over all emails, and whether that changes from email to email."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from report_builder import wording
from report_builder.charts import Label, day_labels, line_chart
from report_builder.clock import Clock, day_text
from report_builder.definitions import BY_KEY
from report_builder.geometry import even_positions, number
from report_builder.rows import EmailResult, HalfLife, Pace, PaceOfAll
from report_builder.views.email_speed import Figures, half_life_if_enough, pace_if_enough
from report_builder.views.emails import subject_of
from report_builder.views.overview import Trend, TrendRow
from report_builder.views.rates import share

HOUR_MS = 3_600_000
FEWEST_EMAILS = 3
EMAILS_DRAWN = 40
WITHIN = (
    (1, "within_1h"), (2, "within_2h"), (3, "within_3h"), (6, "within_6h"), (12, "within_12h"), (24, "within_24h"),
    (48, "within_48h"), (72, "within_72h"), (168, "within_7d"),
)  # fmt: skip


@dataclass(frozen=True)
class Timed:
    """An email older than a week, with what is known of its pace."""

    email: EmailResult
    clicks: Pace | None
    half_life: HalfLife | None


def timed(email: EmailResult, figures: Figures) -> Timed:
    """Only what enough people stand behind."""
    clicks = pace_if_enough(figures.clicks, "time_to_click")
    return Timed(email, clicks, half_life_if_enough(figures.half_life))


def is_enough(pace: PaceOfAll) -> bool:
    """Whether quartiles of so many people are more than chance."""
    return pace.people >= BY_KEY["time_to_open" if pace.act == "open" else "time_to_click"].minimum


def reached_shares(pace: PaceOfAll | None) -> list[tuple[int, float]]:
    """By hours since delivery, the share of those who acted within seven days; empty with too few of them."""
    if pace is None:
        return []
    pools = [(hours, share("reached_by", getattr(pace, field), pace.within_7d)) for hours, field in WITHIN]
    return [(hours, pool.rate) for hours, pool in pools if pool.rate is not None]


def reached_trend(opens: PaceOfAll | None, clicks: PaceOfAll | None) -> Trend | None:
    """The hours are drawn at even steps, because most happens in the first of them."""
    lines = [
        (role, label, verb, shares)
        for role, label, verb, pace in (("s1", "Opened", "open", opens), ("s2", "Clicked", "click", clicks))
        if (shares := reached_shares(pace))
    ]
    if not lines:
        return None
    positions = even_positions(len(WITHIN))
    _, _, verb, told = lines[-1]
    by_hours = dict(told)
    return Trend(
        takeaway=f"Of those who {verb} in the first week, {wording.percent(by_hours[1])} do so in the first hour and "
        f"{wording.percent(by_hours[24])} within a day.",
        chart=line_chart(
            [(role, label, [100 * rate for _, rate in shares]) for role, label, _, shares in lines],
            x=tuple(
                Label(number(100 * at), _age(hours), place % 2 == 0)
                for place, (at, (hours, _)) in enumerate(zip(positions, WITHIN, strict=True))
                if 0 < at < 1
            ),
            positions=positions,
            unit="%",
            ticks=(0, 25, 50, 75, 100),
        ),
        heads=tuple(label for _, label, _, _ in lines),
        rows=tuple(
            TrendRow(
                f"Within {_age(hours)}", tuple(wording.percent(shares[place][1]) for *_, shares in lines), ""
            )
            for place, (hours, _) in enumerate(WITHIN)
        ),
        csv="",
    )


def _age(hours: int) -> str:
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def pace_trend(emails: Sequence[Timed], clock: Clock) -> Trend | None:
    """Median time to click and half-life of each email, in hours; `emails` come oldest first."""
    drawn = [each for each in emails if each.clicks or each.half_life][-EMAILS_DRAWN:]
    if len(drawn) < FEWEST_EMAILS:
        return None
    waits = [each.clicks.median_ms / HOUR_MS if each.clicks else None for each in drawn]
    halves = [each.half_life.half_ms / HOUR_MS if each.half_life else None for each in drawn]
    days = [clock.local(each.email.sent_ms or 0).date() for each in drawn]
    known = [wait for wait in waits if wait is not None] or [half for half in halves if half is not None]
    what = "The typical click comes after" if any(waits) else "Half of the clicks come within"
    return Trend(
        takeaway=f"{what} {wording.duration(min(known) * HOUR_MS)} to "
        f"{wording.duration(max(known) * HOUR_MS)}, depending on the email.",
        chart=line_chart(
            [("s2", "Median time to click", waits), ("s3", "Half-life", halves)],
            x=day_labels(days),
            positions=even_positions(len(drawn)),
            dotted=True,
            unit=" h",
        ),
        heads=("Median time to click", "Half-life"),
        rows=tuple(
            TrendRow(
                f"{subject_of(each.email)} ({day_text(day, year=False)})", (_hours(wait), _hours(half)), ""
            )
            for each, day, wait, half in zip(drawn, days, waits, halves, strict=True)
        ),
        csv="data/emails.csv",
    )


def _hours(value: float | None) -> str:
    return f"{wording.decimal(value)} h" if value is not None else wording.TOO_FEW


def usual_half_life(emails: Sequence[Timed]) -> tuple[float, list[int]] | None:
    """The median over emails, and all of them in order; None with fewer than three."""
    known = sorted(each.half_life.half_ms for each in emails if each.half_life)
    return (median(known), known) if len(known) >= FEWEST_EMAILS else None
