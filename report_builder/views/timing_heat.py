"""The hours of the week in which deliveries are acted on, set against how many deliveries could have been."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import WEEKDAYS
from report_builder.definitions import BY_KEY
from report_builder.rows import HourIntensity
from report_builder.views.overview_lists import HEAT_LEVELS

PER = 1000


@dataclass(frozen=True)
class IntensityCell:
    """`css` is the class of its colour; `text` the rate, or why there is none."""

    css: str
    text: str
    title: str
    exposed: str
    actions: str


@dataclass(frozen=True)
class IntensityRow:
    weekday: str
    cells: tuple[IntensityCell, ...]


@dataclass(frozen=True)
class Intensity:
    verb: str  # "clicked" or "opened"
    takeaway: str
    rows: tuple[IntensityRow, ...]


def per_thousand(hour: HourIntensity) -> float | None:
    """None below the minimum of the definition."""
    if hour.exposed < BY_KEY["click_intensity"].minimum:
        return None
    return PER * hour.actions / hour.exposed


def is_habit(hours: Sequence[HourIntensity]) -> bool:
    return sum(hour.actions for hour in hours) >= BY_KEY["send_time_heatmap"].minimum


def intensity(hours: Sequence[HourIntensity], verb: str) -> Intensity | None:
    """`verb` is "clicked" or "opened"; None where no hour has a rate or nothing happened in those that have."""
    rates = {(hour.weekday, hour.hour): rate for hour in hours if (rate := per_thousand(hour)) is not None}
    highest = max(rates.values(), default=0)
    if not highest:
        return None
    found = {(hour.weekday, hour.hour): hour for hour in hours}
    rows = tuple(
        IntensityRow(
            WEEKDAYS[day - 1],
            tuple(
                _cell(found.get((day, hour)) or HourIntensity(day, hour, 0, 0), highest, verb)
                for hour in range(24)
            ),
        )
        for day in range(1, 8)
    )
    best = peak(hours)
    assert best is not None
    return Intensity(
        verb,
        f"The busiest hour is {hour_text(best)}: {wording.decimal(rates[best.weekday, best.hour])} of "
        f"{wording.count(PER)} emails delivered in the 72 hours before were {verb}.",
        rows,
    )


def peak(hours: Sequence[HourIntensity]) -> HourIntensity | None:
    rated = [(rate, hour) for hour in hours if (rate := per_thousand(hour)) is not None]
    return max(rated, key=lambda pair: (pair[0], -pair[1].weekday, -pair[1].hour))[1] if rated else None


def hour_text(hour: HourIntensity) -> str:
    return f"{WEEKDAYS[hour.weekday - 1]} between {hour.hour:02}:00 and {(hour.hour + 1) % 24:02}:00"


def _cell(hour: HourIntensity, highest: float, verb: str) -> IntensityCell:
    rate = per_thousand(hour)
    exposed, actions = wording.count(hour.exposed), wording.count(hour.actions)
    name = f"{WEEKDAYS[hour.weekday - 1]} {hour.hour:02}:00"
    if rate is None:
        few = wording.plural(hour.exposed, "exposed delivery", "exposed deliveries")
        return IntensityCell("few", wording.TOO_FEW, f"{name}: {wording.TOO_FEW}, {few}", exposed, actions)
    level = -int(-rate * HEAT_LEVELS // highest)
    title = (
        f"{name}: {wording.decimal(rate)} of {wording.count(PER)} {verb} ({actions} of {exposed} deliveries)"
    )
    return IntensityCell(f"q{level}", wording.decimal(rate), title, exposed, actions)
