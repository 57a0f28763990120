"""Geometry: round axes, gaps where nothing is known, and paths that stay inside their square."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builder import charts, geometry


@pytest.mark.parametrize(
    ("highest", "whole", "expected"),
    [
        (0, True, (0, 1)),
        (1, True, (0, 1)),
        (7, True, (0, 3, 6, 9)),
        (240, True, (0, 80, 160, 240)),
        (0.6, False, (0, 0.2, 0.4, 0.6)),
    ],
)
def test_ticks_are_round(highest: float, whole: bool, expected: tuple[float, ...]) -> None:
    assert charts.nice_ticks(highest, whole=whole) == pytest.approx(expected)


@given(st.floats(min_value=0.001, max_value=1e9), st.booleans())
def test_ticks_reach_the_highest_value_with_few_steps(highest: float, whole: bool) -> None:
    ticks = charts.nice_ticks(highest, whole=whole)
    assert ticks[-1] >= highest * (1 - 1e-6)
    assert 2 <= len(ticks) <= 6
    assert not whole or all(tick == int(tick) for tick in ticks)


def test_missing_values_leave_gaps() -> None:
    positions = geometry.even_positions(5)
    values = [1, 2, None, 4, 0]
    assert geometry.line_path(positions, values, 4) == "M0,750L250,500M750,0L1000,1000"
    assert (
        geometry.area_path(positions, values, 4)
        == "M0,750L250,500L250,1000L0,1000ZM750,0L1000,1000L1000,1000L750,1000Z"
    )
    assert geometry.dots_path(positions, values, 4).count("h0") == 4


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**7)), min_size=1, max_size=60))
def test_charts_stay_inside(values: list[int | None]) -> None:
    chart = charts.line_chart(
        [("s1", "Opened", values)], x=(), positions=geometry.even_positions(len(values))
    )
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", chart.series[0].line + chart.series[0].area)]
    assert all(0 <= n <= 1000 for n in numbers)
    assert len(chart.positions.split()) == len(values)


@pytest.mark.parametrize("days", [2, 28, 91, 364, 1500])
def test_day_labels_are_few_and_inside(days: int) -> None:
    step = 1 if days <= 91 else 7
    labels = charts.day_labels(
        [date(2026, 11, 18) - timedelta(days=step * i) for i in range(days // step + 1)][::-1]
    )
    assert 1 <= len(labels) <= 12
    at = [float(label.at) for label in labels]
    assert at == sorted(at)
    assert all(0 <= x <= 100 for x in at)
    assert len({label.text for label in labels}) == len(labels) or days > 364


def test_spark_needs_two_known_values() -> None:
    assert charts.spark([None, 3]) is None
    shape = charts.spark([1, None, 3])
    assert shape is not None
    assert shape.line == "M0,920L1000,80"
    assert shape.end == "8"
    flat = charts.spark([0, 0])
    assert flat is not None
    assert flat.end == "92"


def test_strip_shows_small_values_too() -> None:
    assert charts.strip_path([0, 1, 100]).count("M") == 2
    assert "v-60" in charts.strip_path([0, 1, 100])
    assert charts.strip_path([]) == ""


def test_points_that_are_not_days_still_get_labels() -> None:
    thursdays = [date(2026, 8, 27) + timedelta(days=7 * i) for i in range(13)]
    assert [label.text for label in charts.day_labels(thursdays)][:2] == ["3 Sep", "17 Sep"]
