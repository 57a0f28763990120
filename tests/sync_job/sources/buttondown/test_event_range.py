"""`--from` and `--to`: the newsletter's own days, found by halving, without moving the watermark."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from demo import Faults, Newsletter, dashed
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import make_small, opened_on
from tests.sync_job.world import NOON, World


def make_hours(zone: str = "Etc/UTC", *, until: datetime = NOON, days: int = 20) -> Newsletter:
    newsletter = make_small(0)
    newsletter.newsletter["timezone"] = zone
    for hours in reversed(range(0, 24 * days, 2)):
        opened_on(newsletter, until - timedelta(hours=hours, minutes=30))
    return newsletter


def expected(world: World, since: datetime | None, until: datetime | None) -> set[str]:
    return {
        dashed(row["id"])
        for row in world.newsletter.events
        if (since is None or datetime.fromisoformat(row["creation_date"]) >= since)
        and (until is None or datetime.fromisoformat(row["creation_date"]) < until)
    }


def test_a_range_stores_its_days_and_no_others(found: Found) -> None:
    world = found(make_hours(), Faults(largest_page=10))
    report = world.sync(since=date(2026, 8, 10), until=date(2026, 8, 12))
    assert report.outcome == "done"
    assert report.counts.events_new == 24
    wanted = expected(world, datetime(2026, 8, 10, tzinfo=UTC), datetime(2026, 8, 12, tzinfo=UTC))
    assert set(world.events()) == wanted


@pytest.mark.parametrize(
    ("zone", "since", "until", "hours"),
    [
        ("Europe/Paris", date(2026, 3, 29), date(2026, 3, 30), 23),  # the clock goes forward
        ("Europe/Paris", date(2026, 10, 25), date(2026, 10, 26), 25),  # and back
        ("America/New_York", date(2026, 8, 10), date(2026, 8, 11), 24),
        ("Pacific/Kiritimati", date(2026, 8, 10), date(2026, 8, 11), 24),
        ("America/Santiago", date(2026, 9, 6), date(2026, 9, 7), 23),  # a day that begins at one o'clock
    ],
)
def test_days_are_the_newsletters_own(found: Found, zone: str, since: date, until: date, hours: int) -> None:
    newsletter = make_small(0)
    newsletter.newsletter["timezone"] = zone
    midnight = datetime(since.year, since.month, since.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for half_hour in range(-8, 60):
        opened_on(newsletter, midnight + timedelta(minutes=30 * half_hour))
    world = found(newsletter, Faults(largest_page=7))
    world.now = datetime(2026, 12, 1, tzinfo=UTC)
    world.sync(since=since, until=until)
    assert set(world.events()) == expected(world, midnight, midnight + timedelta(hours=hours))


def test_without_an_end_everything_since_is_fetched(found: Found) -> None:
    world = found(make_hours(), Faults(largest_page=10))
    world.sync(since=date(2026, 8, 15))
    assert set(world.events()) == expected(world, datetime(2026, 8, 15, tzinfo=UTC), None)


def test_without_a_beginning_everything_before_is_fetched(found: Found) -> None:
    world = found(make_hours(), Faults(largest_page=10))
    world.sync(until=date(2026, 8, 3))
    assert set(world.events()) == expected(world, None, datetime(2026, 8, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("since", "until"), [(date(2020, 1, 1), date(2020, 2, 1)), (date(2030, 1, 1), date(2030, 2, 1))]
)
def test_days_without_events_are_no_fault(found: Found, since: date, until: date) -> None:
    world = found(make_hours(), Faults(largest_page=10))
    assert world.sync(since=since, until=until).outcome == "done"
    assert world.events() == {}
    assert world.last_run()["outcome"] == "done"


def test_an_empty_feed_has_no_days(found: Found) -> None:
    assert found(Newsletter()).sync(since=date(2026, 8, 1)).outcome == "done"


def test_the_first_page_is_found_by_halving(found: Found) -> None:
    world = found(make_hours(days=100), Faults(largest_page=5))
    world.sync(since=date(2026, 8, 15), until=date(2026, 8, 16))
    assert len(world.events()) == 12
    assert len(world.asked("/events")) < 22  # of 240 pages


def test_the_watermark_stays_where_it_was(found: Found) -> None:
    def watermark(world: World) -> Any:
        return json.loads(world.one("select cursor from sync_states where stream = 'events'"))

    world = found(make_hours(), Faults(largest_page=10))
    world.sync()
    before = watermark(world)
    world.later(days=1)
    opened_on(world.newsletter, world.now)
    world.sync(since=date(2026, 8, 21))
    assert watermark(world) == before
    assert len(world.events()) == len(world.newsletter.events)


def test_before_the_first_sync_a_range_leaves_the_first_walk_to_come(found: Found) -> None:
    world = found(make_hours(), Faults(largest_page=10))
    world.sync(since=date(2026, 8, 15))
    world.later(hours=1)
    world.sync()
    world.assert_true()


@pytest.mark.parametrize(
    "faults",
    [
        {},
        {"drop_next": True},
        {"drop_count": True},
        {"drop_count": True, "drop_next": True},
        {"count_delta": 40},
        {"count_delta": -40},
        {"count_delta": 40, "past_end": "404"},
        {"count_delta": 40, "past_end": "last"},
        {"largest_page": 7},
        {"refuse_page_above": 100},
        {"endless_next": True, "past_end": "404"},
    ],
)
def test_an_odd_server_gives_the_same_days(found: Found, faults: dict[str, Any]) -> None:
    world = found(make_hours(), Faults(**faults))
    assert world.sync(since=date(2026, 8, 10), until=date(2026, 8, 12)).problems == []
    wanted = expected(world, datetime(2026, 8, 10, tzinfo=UTC), datetime(2026, 8, 12, tzinfo=UTC))
    assert set(world.events()) == wanted


def test_a_server_that_struggles_with_large_pages(found: Found) -> None:
    world = found(make_hours())
    world.api.faults.on(path="/events", times=4, status=503)
    assert world.sync(since=date(2026, 8, 10), until=date(2026, 8, 12)).outcome == "done"
    assert len(world.events()) == 24


def test_a_range_fills_a_hole_that_a_later_walk_would_not_see(found: Found) -> None:
    world = found(make_hours(), Faults(largest_page=10))
    world.sync()
    late = opened_on(world.newsletter, datetime(2026, 8, 5, 3, 3, tzinfo=UTC))
    world.sync(since=date(2026, 8, 5), until=date(2026, 8, 6))
    assert dashed(late["id"]) in world.events()
    world.assert_true()


def test_an_unknown_time_zone_is_said_and_taken_for_utc(found: Found) -> None:
    world = found(make_hours("Middle/Earth"), Faults(largest_page=10))
    report = world.sync(since=date(2026, 8, 10), until=date(2026, 8, 12))
    assert report.counts.events_new == 24
    assert "Middle/Earth" in world.said.getvalue()
