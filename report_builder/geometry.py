"""The square in which paths live, and its numbers as an SVG wants them: with a point, whatever the locale."""

from collections.abc import Sequence

SIDE = 1000
Values = Sequence[float | None]  # None: not known, which is not zero


def number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def line_path(positions: Sequence[float], values: Values, top: float) -> str:
    """Positions in 0..1; a missing value leaves a gap, it is not drawn as zero."""
    parts, pen = [], "M"
    for x, value in zip(positions, values, strict=True):
        if value is None:
            pen = "M"
        else:
            parts.append(f"{pen}{number(x * SIDE)},{number(SIDE - value / top * SIDE)}")
            pen = "L"
    return "".join(parts)


def area_path(positions: Sequence[float], values: Values, top: float) -> str:
    """One closed shape per run of known values."""
    shapes = []
    run: list[tuple[float, float]] = []
    for x, value in [*zip(positions, values, strict=True), (0.0, None)]:
        if value is not None:
            run.append((x, value))
        elif run:
            line = line_path([x for x, _ in run], [y for _, y in run], top)
            shapes.append(f"{line}L{number(run[-1][0] * SIDE)},{SIDE}L{number(run[0][0] * SIDE)},{SIDE}Z")
            run = []
    return "".join(shapes)


def dots_path(positions: Sequence[float], values: Values, top: float) -> str:
    """A line of no length for each known value: with round ends it is a dot that no stretching deforms."""
    pairs = zip(positions, values, strict=True)
    return "".join(
        f"M{number(x * SIDE)},{number(SIDE - v / top * SIDE)}h0" for x, v in pairs if v is not None
    )


def even_positions(points: int) -> list[float]:
    return [i / (points - 1) for i in range(points)] if points > 1 else [0.5] * points
