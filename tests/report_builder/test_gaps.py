"""What is not over yet is drawn apart, and where nothing is known the room is hatched: neither looks like a number."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builder.build import build
from report_builder.charts import line_chart
from report_builder.gaps import gap_bands, hatch_path
from report_builder.geometry import even_positions
from report_builder.warehouse import open_warehouse
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store


def test_a_gap_reaches_halfway_to_the_next_point_or_to_the_rim() -> None:
    at = even_positions(5)
    assert gap_bands(at, [[None, None, 1, 2, 3]]) == [(0.0, 0.375)]
    assert gap_bands(at, [[1, None, 1, 2, None]]) == [(0.125, 0.375), (0.875, 1.0)]
    assert gap_bands(at, [[1, None, 1, 2, 3], [None, 1, None, None, None]]) == []
    assert gap_bands([0.5], [[None]]) == [(0.0, 1.0)]


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=1, max_size=50), st.integers(0, 3))
def test_stripes_stay_in_their_gap(values: list[int | None], open_points: int) -> None:
    at = even_positions(len(values))
    bands = gap_bands(at, [values])
    xs = [float(x) / 1000 for x in re.findall(r"[ML]([\d.]+),", hatch_path(bands))]
    assert all(any(low - 1e-3 <= x <= high + 1e-3 for low, high in bands) for x in xs)
    chart = line_chart([("s1", "A", values)], x=(), positions=at, open_points=open_points)
    assert bool(chart.hatch) == (None in values)
    assert bool(chart.open_label) == (0 < open_points < len(values))


def test_the_end_that_is_not_over_is_a_path_of_its_own() -> None:
    chart = line_chart([("s1", "A", [4, 2, 4])], x=(), positions=even_positions(3), open_points=1)
    (line,) = chart.series
    assert (line.line, line.open_line) == ("M0,0L500,500", "M500,500L1000,0")
    assert chart.open_label == "Not over yet"
    whole = line_chart([("s1", "A", [4, 2, 4])], x=(), positions=even_positions(3))
    assert (whole.series[0].open_line, whole.open_label, whole.hatch) == ("", "", "")


def trend(page: str) -> tuple[str, list[str]]:
    """The overview's first chart, and the rows of its table."""
    figure = page[page.index('<div class="view-step">') :].partition("</figure>")[0]
    return figure, re.findall(r"<tr><th scope=\"row\".*?</tr>", figure)


def test_today_is_dashed_and_days_before_the_first_event_are_hatched(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    person = store.subscriber(created_ms=NOW_MS - 9 * DAY)
    email = store.email("First", NOW_MS - 9 * DAY, tracking_at_send=1)
    store.event("subscriber.delivered", NOW_MS - 9 * DAY, person, email)
    store.event("subscriber.opened", NOW_MS - 9 * DAY + 3_600_000, person, email)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
    figure, rows = trend(site["overview-4.html"].decode())
    assert 'class="line open s1"' in figure
    assert "Not over yet" in figure
    assert 'class="hatch"' in figure
    assert "Nothing known" in figure
    assert len(rows) == 28
    assert [row.count("before the first event") for row in rows] == [2] * 18 + [0] * 10
    assert [row.count("so far") for row in rows] == [0] * 27 + [1]
    csv = site["data/overview-4.csv"].decode().splitlines()
    assert csv[1].endswith(",,")
    assert csv[-1].endswith(",0,0")


@pytest.mark.parametrize("seen", [False, True])
def test_days_without_tracking_are_hatched_unless_somebody_was_seen(tmp_path: Path, seen: bool) -> None:
    store = Store(tmp_path / "s.sqlite")
    person = store.subscriber()
    for ago, tracked in ((26, 1), (20, 0), (13, 0), (6, 1)):
        email = store.email(f"{ago} days ago", NOW_MS - ago * DAY, tracking_at_send=tracked)
        store.event("subscriber.delivered", NOW_MS - ago * DAY, person, email)
        if tracked:
            store.event("subscriber.opened", NOW_MS - ago * DAY + 60_000, person, email)
    if seen:
        store.event("subscriber.replied", NOW_MS - 10 * DAY, person, email)
    store.event("subscriber.delivered", NOW_MS - 60 * DAY, person, email)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
    figure, rows = trend(site["overview-4.html"].decode())
    hidden = [27 - i for i, row in enumerate(rows) if "not tracked" in row]
    assert hidden == [ago for ago in range(19, 6, -1) if not (seen and ago == 10)]
    assert 'class="hatch"' in figure


def test_an_email_of_this_week_is_still_coming_in(site_of: Callable[[str], dict[str, bytes]]) -> None:
    page = site_of("full")["index.html"].decode()
    figure = page[page.index('<div class="view-email">') :].partition("</figure>")[0]
    assert "Still coming in" in figure
    assert 'class="line open s2"' in figure
    assert figure.count("so far") >= 1
