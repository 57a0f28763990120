"""Numbers to geometry, pure: what an SVG needs, without a word of markup.

A plot is drawn twice as wide as needed for no screen in particular: paths live in a square of 1,000 units that the
browser stretches, everything that must not stretch (text, dots) is placed in per cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10

from report_builder.clock import day_text
from report_builder.conventions import written_month
from report_builder.gaps import band_path, gap_bands, hatch_path
from report_builder.geometry import SIDE, Values, area_path, dots_path, even_positions, line_path, number
from report_builder.wording import compact, with_unit

LABELS_WANTED = 7


@dataclass(frozen=True)
class Series:
    key: str  # names the colour role
    label: str
    line: str
    area: str  # empty: none
    dots: str  # empty: none
    open_line: str = ""  # the end that is not over yet; empty: none


@dataclass(frozen=True)
class Label:
    at: str  # per cent
    text: str
    minor: bool  # left out where there is little room


@dataclass(frozen=True)
class Chart:
    series: tuple[Series, ...]
    ghost: str
    ghost_label: str
    y: tuple[Label, ...]
    x: tuple[Label, ...]
    marks: str  # a path in a strip 1,000 wide and 12 high; empty: none
    top: float
    positions: str  # per cent of every point, as exact as the lines, for the cursor and zooming
    open_label: str = ""  # what the end of the lines is called that is not over yet; empty: they are over
    gaps: str = ""  # the room where no series has a value, as a path; empty: there is none
    hatch: str = ""  # the stripes in it


@dataclass(frozen=True)
class Spark:
    line: str
    area: str
    end: str


def nice_ticks(highest: float, wanted: int = 3, *, whole: bool = True) -> tuple[float, ...]:
    """Round values from 0 up to at least `highest`; `whole` for things that have no halves."""
    if highest <= 0:
        return (0.0, 1.0)
    raw = max(1.0, highest / wanted) if whole else highest / wanted
    magnitude = 10 ** floor(log10(raw))
    step = next(
        s * magnitude
        for s in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
        if s * magnitude >= raw * (1 - 1e-9) and not (whole and s * magnitude % 1)
    )
    return tuple(i * step for i in range(ceil(highest / step - 1e-9) + 1))


def line_chart(
    series: Sequence[tuple[str, str, Values]],
    *,
    x: tuple[Label, ...],
    positions: Sequence[float],
    ghost: Values | None = None,
    ghost_label: str = "",
    marks: Sequence[int] = (),
    dotted: bool = False,
    unit: str = "",
    ticks: Sequence[float] = (),
    open_points: int = 0,
    open_label: str = "Not over yet",
) -> Chart:
    """`series` holds (key, label, values); the first one is filled, `marks` are points. `ticks`, from 0 up, are given
    where the scale has an end of its own. The last `open_points` may still rise: the way to them is drawn apart.

    With few points each gets a dot, because a line of one or two points would say nothing; `dotted` insists.
    """
    known = [v for _, _, values in series for v in values if v is not None]
    known += [v for v in ghost or () if v is not None]
    ticks = ticks or nice_ticks(max(known, default=0), whole=not unit)
    top = ticks[-1]
    dotted = dotted or len(positions) <= 40
    closed = len(positions) - open_points
    bands = gap_bands(positions, [values for _, _, values in series])
    return Chart(
        series=tuple(
            Series(
                key,
                label,
                line_path(positions[:closed], values[:closed], top),
                area_path(positions, values, top) if index == 0 else "",
                dots_path(positions, values, top) if dotted else "",
                line_path(positions[closed - 1 :], values[closed - 1 :], top)
                if 0 < closed < len(values)
                else "",
            )
            for index, (key, label, values) in enumerate(series)
        ),
        ghost=line_path(positions, ghost, top) if ghost else "",
        ghost_label=ghost_label,
        y=tuple(Label(number(100 - t / top * 100), with_unit(compact(t), unit), False) for t in ticks),
        x=x,
        marks="".join(f"M{number(positions[i] * SIDE)},6h0" for i in marks),
        top=top,
        positions=" ".join(f"{at * 100:.2f}".rstrip("0").rstrip(".") for at in positions),
        open_label=open_label if 0 < open_points < len(positions) else "",
        gaps=band_path(bands),
        hatch=hatch_path(bands),
    )


def day_labels(days: Sequence[date]) -> tuple[Label, ...]:
    """Months for long ranges, Mondays for middle ones, else every few points: about seven, none at the rim."""
    if len(days) < 2:
        return tuple(Label("50", day_text(day, year=False), False) for day in days)
    reach = (days[-1] - days[0]).days
    hits: list[tuple[int, str]] = []
    for index, (before, day) in enumerate(pairwise([days[0], *days])):
        if reach > 200:
            if (day.year, day.month) != (before.year, before.month):
                hits.append((index, written_month(day, year=day.month == 1 or not hits)))
        elif reach > 45 and reach < len(days):
            if day.weekday() == 0:
                hits.append((index, day_text(day, year=False)))
        else:
            hits.append((index, day_text(day, year=False)))
    step = max(1, round(len(hits) / LABELS_WANTED))
    chosen = [(i / (len(days) - 1) * 100, text) for i, text in hits[step // 2 :: step]]
    inside = [(at, text) for at, text in chosen if 3 < at < 97]
    return tuple(Label(number(at), text, place % 2 == 1) for place, (at, text) in enumerate(inside))


def spark(values: Values) -> Spark | None:
    """The shape of a series without an axis; None when there are fewer than two known values."""
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    reach = (high - low) or 1
    scaled = [(v - low) / reach * 0.84 + 0.08 if high > low else (0.5 if high else 0.08) for v in known]
    positions = even_positions(len(scaled))
    return Spark(
        line_path(positions, scaled, 1), area_path(positions, scaled, 1), number((1 - scaled[-1]) * 100)
    )


def strip_path(values: Sequence[int]) -> str:
    """Small bars side by side, as one path in a square of 1,000 units."""
    highest = max(values, default=0) or 1
    width = SIDE / max(1, len(values))
    return "".join(
        f"M{number(i * width)},{SIDE}v-{number(max(60, v / highest * SIDE))}h{number(width * 0.7)}V{SIDE}Z"
        for i, v in enumerate(values)
        if v > 0
    )
