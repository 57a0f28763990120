"""Stacked columns as geometry, pure: how a whole divides, at one moment after the other.

Like charts.py: paths live in a square of 1,000 units that the browser stretches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder.charts import Label
from report_builder.geometry import SIDE, number

GAP = 0.22  # of a column's width


@dataclass(frozen=True)
class Layer:
    key: str  # names the colour role
    label: str
    path: str


@dataclass(frozen=True)
class Stack:
    layers: tuple[Layer, ...]
    x: tuple[Label, ...]


def stacked_columns(layers: Sequence[tuple[str, str, Sequence[int]]], labels: Sequence[str]) -> Stack:
    """`layers` are (key, label, values), the first at the bottom; each column is drawn as shares of its own sum.

    A column without anything in it stays empty. Layers that are nothing everywhere are left out.
    """
    columns = len(labels)
    width = SIDE / max(1, columns)
    floors = [0.0] * columns
    totals = [sum(values[i] for _, _, values in layers) for i in range(columns)]
    drawn = []
    for key, label, values in layers:
        shapes = []
        for i, value in enumerate(values):
            if not value:
                continue
            height = value / totals[i] * SIDE
            left, top, across = (
                i * width + width * GAP / 2,
                SIDE - floors[i] - height,
                number(width * (1 - GAP)),
            )
            shapes.append(f"M{number(left)},{number(top)}h{across}v{number(height)}h-{across}Z")
            floors[i] += height
        if shapes:
            drawn.append(Layer(key, label, "".join(shapes)))
    every = max(1, -(-columns // 7))
    x = tuple(
        Label(number((i + 0.5) * 100 / columns), text, (columns - 1 - i) // every % 2 == 1)
        for i, text in enumerate(labels)
        if (columns - 1 - i) % every == 0
    )
    return Stack(tuple(drawn), x)
