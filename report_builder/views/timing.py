"""When do they read: the hours of the week, and how long an email goes on."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.definitions import BY_KEY
from report_builder.rows import EmailResult, HourIntensity, PaceOfAll
from report_builder.views.overview import Trend
from report_builder.views.rates import why_unknown
from report_builder.views.site import tracked_nowhere
from report_builder.views.timing_heat import Intensity, hour_text, intensity, is_habit, peak
from report_builder.views.timing_pace import Timed, is_enough, reached_shares, usual_half_life
from report_builder.views.timing_slots import SlotRow

UNTRIED = "other times of sending were hardly tried, so no best hour can be named"


@dataclass(frozen=True)
class TimingTile:
    metric: str  # the key of its definition
    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Timing:
    answer: str
    span: str
    tiles: tuple[TimingTile, ...]
    heat: Intensity | None
    heat_note: str  # why these are opens and not clicks, or why there is nothing
    reached: Trend | None
    per_email: Trend | None
    slots: tuple[SlotRow, ...]
    slots_note: str
    caveat: str  # beside the heatmap; empty where times of sending can be compared
    csv: str
    data_href: str


def heat(clicked: Sequence[HourIntensity], opened: Sequence[HourIntensity]) -> tuple[Intensity | None, str]:
    """When they click; when they open only where clicks are too few to show a habit. With it the note."""
    clicks = sum(hour.actions for hour in clicked)
    if is_habit(clicked):
        return intensity(clicked, "clicked"), ""
    if is_habit(opened):
        said = f"Opens by people, because {wording.plural(clicks, 'click')} would show no habit."
        return intensity(opened, "opened"), said
    least = BY_KEY["send_time_heatmap"].minimum
    return (
        None,
        f"Fewer than {least} clicks or opens by people could be placed in the week: too few for a habit.",
    )


def answer(
    emails: Sequence[EmailResult],
    opens: PaceOfAll | None,
    clicks: PaceOfAll | None,
    hours: Sequence[HourIntensity],
    found: Intensity | None,
    compared: bool,
) -> str:
    """`emails` are those of the period, `hours` those of the heatmap, whichever kind of act they hold; `compared`
    says whether other times of sending were tried, without which the busiest hour is the owner's habit.
    """
    if tracked_nowhere(list(emails)):
        return "When they read cannot be said, because opens and clicks were not tracked."
    said = []
    best = peak(hours) if found else None
    if found and not compared:
        acts = {"clicked": "clicks", "opened": "opens"}[found.verb]
        said.append(f"{acts} come soon after sending, and {UNTRIED}")
    elif found and best:
        said.append(f"An email is most likely to be {found.verb} on {hour_text(best)}")
    for pace, verb in ((clicks, "click"), (opens, "open")):
        if pace and is_enough(pace):
            said.append(
                f"half of those who {verb} do so within {wording.duration(pace.median_ms)} of delivery"
            )
            break
    if not said:
        return "Too few people were seen opening or clicking to say when they read."
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def tiles(
    emails: Sequence[EmailResult], opens: PaceOfAll | None, clicks: PaceOfAll | None, timed: Sequence[Timed]
) -> tuple[TimingTile, ...]:
    no_opens, no_clicks = (
        _absent([e.opens_tracked for e in emails]),
        _absent([e.clicks_tracked for e in emails]),
    )
    return (
        _wait_tile("time_to_open", "Time to open", opens, no_opens),
        _day_tile("Opened within a day", opens, no_opens),
        _wait_tile("time_to_click", "Time to click", clicks, no_clicks),
        _day_tile("Clicked within a day", clicks, no_clicks),
        _half_life_tile(timed, no_clicks),
    )


def _absent(tracked: Sequence[int | None]) -> str:
    if not tracked:
        return "no email sent"
    return wording.TOO_FEW if 1 in tracked else why_unknown(None if None in tracked else 0)


def _wait_tile(metric: str, label: str, pace: PaceOfAll | None, absent: str) -> TimingTile:
    if pace is None or not is_enough(pace):
        return TimingTile(metric, label, wording.UNKNOWN, absent)
    middle = f"middle half {wording.duration(pace.quarter_ms)} to {wording.duration(pace.three_quarters_ms)}"
    return TimingTile(metric, label, wording.duration(pace.median_ms), middle)


def _day_tile(label: str, pace: PaceOfAll | None, absent: str) -> TimingTile:
    day = dict(reached_shares(pace)).get(24)
    if pace is None or day is None:
        return TimingTile("reached_by", label, wording.UNKNOWN, absent)
    return TimingTile(
        "reached_by", label, wording.percent(day), f"of {wording.count(pace.within_7d)} in the first week"
    )


def _half_life_tile(timed: Sequence[Timed], absent: str) -> TimingTile:
    found = usual_half_life(timed)
    if found is None:
        return TimingTile("half_life", "Half-life", wording.UNKNOWN, absent)
    middle, known = found
    spread = f"{wording.duration(known[0])} to {wording.duration(known[-1])}"
    return TimingTile("half_life", "Half-life", wording.duration(middle), f"{len(known)} emails: {spread}")
