"""Geometry of columns: inside the square, both directions on one scale."""

import re

from hypothesis import given
from hypothesis import strategies as st

from report_builder.columns import ColumnChart, column_chart

BOX = re.compile(r"M(-?[\d.]+),(-?[\d.]+)h([\d.]+)v(-?[\d.]+)h(-[\d.]+)Z")
COUNTS = st.lists(st.tuples(*[st.integers(0, 5_000)] * 4), min_size=1, max_size=24)


def drawn(months: list[tuple[int, int, int, int]], *, is_open: bool) -> ColumnChart:
    joined, returned, left, removed = (list(values) for values in zip(*months, strict=True))
    names = [f"M{i}" for i in range(len(months))]
    return column_chart(
        [("s3", "Joined", joined), ("s3 pale", "Came back", returned)],
        [("s4", "Left", left), ("s5", "Removed", removed)],
        names=names, says=names, is_open=is_open,
    )  # fmt: skip


def boxes(path: str) -> list[tuple[float, float, float]]:
    """(left, top or bottom edge, signed height) of each."""
    return [(float(left), float(edge), float(height)) for left, edge, _, height, _ in BOX.findall(path)]


@given(COUNTS, st.booleans())
def test_columns_stay_inside_and_keep_to_one_scale(
    months: list[tuple[int, int, int, int]], is_open: bool
) -> None:
    chart = drawn(months, is_open=is_open)
    zero = float(chart.zero) * 10
    per_person = []
    for place, stack in enumerate(chart.stacks):
        values = [month[place] for month in months if month[place]]
        found = boxes(stack.path) + boxes(stack.open_path)
        assert len(found) == len(values)
        for value, (left, edge, height) in zip(values, found, strict=True):
            assert -0.1 <= left <= 1000.1
            assert -0.2 <= edge + height <= 1000.2
            assert (height < 0) == (place < 2) or abs(height) < 0.1
            if value > 200:
                per_person.append(abs(height) / value)
    if per_person:
        assert max(per_person) - min(per_person) < 0.1 / 200 * 2
    assert chart.net.count("M") == len(months)
    assert 0 < zero <= 1000
    assert [float(tick.at) for tick in chart.y] == sorted((float(t.at) for t in chart.y), reverse=True)


def test_the_unfinished_column_is_drawn_apart() -> None:
    chart = drawn([(10, 0, 4, 0), (6, 2, 0, 1)], is_open=True)
    assert [len(boxes(stack.path)) for stack in chart.stacks] == [1, 0, 1, 0]
    assert [len(boxes(stack.open_path)) for stack in chart.stacks] == [1, 1, 0, 1]
    assert chart.x[-1].text == "M1"
    assert not chart.x[-1].minor
    assert [tick.text for tick in chart.y][:3] == ["4", "0", "4"]


def test_nothing_at_all_is_a_line() -> None:
    chart = drawn([(0, 0, 0, 0)], is_open=False)
    assert (chart.zero, [stack.path for stack in chart.stacks]) == ("100", [""] * 4)
