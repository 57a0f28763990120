"""Coming and going, life by life."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from report_builder import rows
from report_builder.warehouse import open_warehouse
from tests.report_builder.stores import DAY, NOW_MS, Store

T0 = NOW_MS - 100 * DAY
Step = tuple[int, str]


def months_of(store: Store) -> list[rows.MonthMoves]:
    with open_warehouse(store.done()) as warehouse:
        return warehouse.rows(rows.MonthMoves, "growth/months")


def life(path: Path, steps: list[Step], **values: Any) -> tuple[dict[str, int], int]:
    """What the months add up to, and how many people moved on an unknown day, for one person."""
    store = Store(path / "s.sqlite")
    number = store.subscriber(**{"created_ms": T0, **values})
    for day, status in steps:
        store.insert("subscriber_transitions", subscriber=number, occurred_ms=T0 + day * DAY, status=status)
    with open_warehouse(store.done()) as warehouse:
        months = warehouse.rows(rows.MonthMoves, "growth/months")
        undated = warehouse.row(rows.Undated, "growth/undated").people
    sums = {name: sum(m._asdict()[name] for m in months) for name in rows.MonthMoves._fields[1:]}
    return {name: n for name, n in sums.items() if n}, undated


@pytest.mark.parametrize(
    ("steps", "values", "counts", "undated"),
    [
        ([], {}, {"joined": 1}, 0),
        ([(0, "regular"), (9, "premium"), (20, "past_due")], {"status": "past_due"}, {"joined": 1}, 0),
        ([(0, "unactivated")], {"status": "unactivated"}, {}, 0),
        ([(0, "unactivated"), (1, "regular")], {}, {"joined": 1}, 0),
        ([], {"status": "blocked"}, {}, 0),
        ([], {"status": "unactivated", "deleted_ms": NOW_MS}, {}, 0),
        (
            [(0, "regular"), (5, "unsubscribed")],
            {"status": "unsubscribed"},
            {"joined": 1, "unsubscribed": 1},
            0,
        ),
        (
            [(0, "regular"), (5, "unsubscribed"), (7, "unactivated"), (8, "regular")],
            {},
            {"joined": 1, "unsubscribed": 1, "returned": 1},
            0,
        ),
        (
            [(5, "unsubscribed"), (8, "regular"), (9, "complained"), (10, "removed")],
            {"status": "removed"},
            {"joined": 1, "unsubscribed": 1, "returned": 1, "complained": 1},
            0,
        ),
        (
            [],
            {"status": "undeliverable", "undeliverable_ms": T0 + DAY},
            {"joined": 1, "undeliverable": 1},
            0,
        ),
        ([], {"deleted_ms": NOW_MS}, {"joined": 1, "removed": 1}, 0),
        # gone, and nobody knows when
        ([], {"status": "unsubscribed"}, {}, 1),
        # on the list, and nobody knows since when
        ([], {"created_ms": None}, {}, 1),
        # on the list again, and nobody saw the return
        ([(5, "unsubscribed")], {}, {"joined": 1}, 1),
        # gone again after a return, but the only date is that of the first time
        (
            [(5, "unsubscribed"), (8, "regular")],
            {"status": "removed", "unsubscribed_ms": T0 + 5 * DAY},
            {"joined": 1, "unsubscribed": 1},
            1,
        ),
    ],
)
def test_a_life(
    tmp_path: Path, steps: list[Step], values: dict[str, Any], counts: dict[str, int], undated: int
) -> None:
    assert life(tmp_path, steps, **values) == (counts, undated)


@pytest.mark.parametrize(
    ("zone", "utc", "month"),
    [
        ("Europe/Berlin", datetime(2026, 10, 31, 22, 59, tzinfo=UTC), (2026, 10)),
        ("Europe/Berlin", datetime(2026, 10, 31, 23, 0, tzinfo=UTC), (2026, 11)),
        # an hour earlier before the clocks changed
        ("Europe/Berlin", datetime(2026, 9, 30, 22, 0, tzinfo=UTC), (2026, 10)),
        ("America/New_York", datetime(2026, 1, 1, 4, 59, tzinfo=UTC), (2025, 12)),
    ],
)
def test_months_are_the_newsletters_own(
    tmp_path: Path, zone: str, utc: datetime, month: tuple[int, int]
) -> None:
    store = Store(tmp_path / "s.sqlite", zone=zone)
    at = round(utc.timestamp() * 1000)
    came = store.subscriber(created_ms=at - 40 * DAY, status="regular")
    store.insert("subscriber_transitions", subscriber=came, occurred_ms=at - 20 * DAY, status="unsubscribed")
    store.insert("subscriber_transitions", subscriber=came, occurred_ms=at, status="regular")
    (found,) = [m for m in months_of(store) if m.returned]
    assert found.month == month[0] * 12 + month[1]


def test_an_empty_project_has_no_moves() -> None:
    with open_warehouse(None) as warehouse:
        assert warehouse.rows(rows.MonthMoves, "growth/months") == []
        assert warehouse.rows(rows.CohortMonth, "growth/cohorts", month=24323) == []
        found = warehouse.rows(
            rows.SourceCounts, "growth/sources", first_day=date(2025, 12, 1), now_ms=NOW_MS
        )
        assert found == []
