"""Columns per month, gains above a line and losses below it: numbers to geometry, as in charts.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from report_builder.charts import LABELS_WANTED, Label, nice_ticks
from report_builder.geometry import SIDE, number
from report_builder.wording import compact

WIDTH = 0.68  # of the room a column has
FEWEST = 12  # as wide as if there were so many

Layer = tuple[str, str, Sequence[int]]  # colour role, label, one value per column


@dataclass(frozen=True)
class Stack:
    key: str  # names the colour role
    label: str
    path: str
    open_path: str  # the column of the period that is not over; empty: none


@dataclass(frozen=True)
class Hit:
    """A whole column, for the pointer."""

    at: str
    width: str
    text: str


@dataclass(frozen=True)
class ColumnChart:
    stacks: tuple[Stack, ...]
    net: str
    zero: str  # per cent from above
    y: tuple[Label, ...]
    x: tuple[Label, ...]
    hits: tuple[Hit, ...]


def column_chart(
    gains: Sequence[Layer],
    losses: Sequence[Layer],
    *,
    names: Sequence[str],
    says: Sequence[str],
    is_open: bool,
) -> ColumnChart:
    """One column per name; `says` is the text of each. Both directions share one scale. `is_open`: the last one is
    unfinished.
    """
    columns = len(names)
    ups = [sum(values[i] for *_, values in gains) for i in range(columns)]
    downs = [sum(values[i] for *_, values in losses) for i in range(columns)]
    up, down = max(ups, default=0), max(downs, default=0)
    step = nice_ticks(max(up, down))[1]
    above, below = max(1, ceil(up / step)), ceil(down / step)
    scale = SIDE / ((above + below) * step)
    room = SIDE / max(columns, FEWEST)
    width = room * WIDTH
    start = (SIDE - room * columns) / 2
    lefts = [start + room * (i + (1 - WIDTH) / 2) for i in range(columns)]
    zero = above * step * scale

    def stacks(layers: Sequence[Layer], sign: int) -> list[Stack]:
        reached = [0] * columns
        made = []
        for key, label, values in layers:
            boxes = []
            for i, value in enumerate(values):
                edge = zero - sign * reached[i] * scale
                boxes.append(_box(lefts[i], edge, width, -sign * value * scale) if value else "")
                reached[i] += value
            full = boxes[:-1] if is_open else boxes
            made.append(Stack(key, label, "".join(full), boxes[-1] if is_open else ""))
        return made

    nets = [a - b for a, b in zip(ups, downs, strict=True)]
    ticks = range(-below, above + 1)
    return ColumnChart(
        stacks=(*stacks(gains, 1), *stacks(losses, -1)),
        net="".join(
            f"M{number(left)},{number(zero - net * scale)}h{number(width)}"
            for left, net in zip(lefts, nets, strict=True)
        ),
        zero=number(zero / SIDE * 100),
        y=tuple(
            Label(number((zero - t * step * scale) / SIDE * 100), compact(abs(t) * step), False)
            for t in ticks
        ),
        x=_labels(names, [left + width / 2 for left in lefts]),
        hits=tuple(
            Hit(number(i / 10), number(room / 10), text)
            for i, text in zip([start + room * i for i in range(columns)], says, strict=True)
        ),
    )


def _box(left: float, edge: float, width: float, height: float) -> str:
    return f"M{number(left)},{number(edge)}h{number(width)}v{number(height)}h{number(-width)}Z"


def _labels(names: Sequence[str], middles: Sequence[float]) -> tuple[Label, ...]:
    """The last column always has one, because that is where a reader looks first."""
    step = max(1, round(len(names) / LABELS_WANTED))
    chosen = range((len(names) - 1) % step, len(names), step)
    return tuple(
        Label(number(middles[i] / SIDE * 100), names[i], (len(chosen) - 1 - place) % 2 == 1)
        for place, i in enumerate(chosen)
    )
