"""Where a chart has nothing to draw because nothing is known: the room is hatched, so that nobody reads a zero."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from report_builder.geometry import SIDE, Values, number

STRIPE = 12  # between two stripes, in thousandths of the width
SLANT = 60  # how far a stripe goes sideways on its way up


def gap_bands(positions: Sequence[float], series: Sequence[Values]) -> list[tuple[float, float]]:
    """From and to (0..1) of each run of points that no series has a value for; a run ends halfway to the next point."""
    known = [any(values[i] is not None for values in series) for i in range(len(positions))]
    middles = [0.0, *((a + b) / 2 for a, b in pairwise(positions)), 1.0]
    bands = []
    for is_known, group in groupby(range(len(positions)), key=known.__getitem__):
        places = list(group)
        if not is_known:
            bands.append((middles[places[0]], middles[places[-1] + 1]))
    return bands


def hatch_path(bands: Sequence[tuple[float, float]]) -> str:
    """Slanting lines in a square of 1,000 units, cut off where their band ends."""
    lines = []
    for left, right in bands:
        first, last = left * SIDE, right * SIDE
        foot = first - SLANT
        while foot < last:
            low, high = max(foot, first), min(foot + SLANT, last)
            if high > low:
                lines.append(
                    f"M{number(low)},{number(SIDE - (low - foot) / SLANT * SIDE)}"
                    f"L{number(high)},{number(SIDE - (high - foot) / SLANT * SIDE)}"
                )
            foot += STRIPE
    return "".join(lines)


def band_path(bands: Sequence[tuple[float, float]]) -> str:
    return "".join(
        f"M{number(left * SIDE)},0H{number(right * SIDE)}V{SIDE}H{number(left * SIDE)}Z"
        for left, right in bands
    )
