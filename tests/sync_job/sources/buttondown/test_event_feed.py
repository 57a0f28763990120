"""The feed: oldest first once, then newest first down to what is known; the watermark moves only at the end."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from demo import Faults, Newsletter, Request, Row, dashed, event
from sync_job.times import from_datetime
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import make_small, opened_on
from tests.sync_job.world import NOON, World


def make_spread(days: int, *, until: datetime = NOON) -> Newsletter:
    """One opening a day, the last an hour before."""
    newsletter = make_small(0)
    for day in reversed(range(days)):
        opened_on(newsletter, until - timedelta(days=day, hours=1))
    return newsletter


def state(world: World) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.one("select cursor from sync_states where stream = 'events'"))
    return found


def feed_requests(world: World, *, since: int = 0) -> list[tuple[str | None, str | None]]:
    """(ordering, page) of each question for a page of the whole feed."""
    return [
        (request.value("ordering"), request.value("page"))
        for request in world.asked("/events", since=since)
        if request.value("page_size") != "1" and not request.value("email_id")
    ]


def test_the_first_walk_is_oldest_first_then_checked_newest_first(found: Found) -> None:
    world = found(make_spread(9), Faults(largest_page=3))
    world.sync()
    asked = feed_requests(world)
    assert asked == [
        ("creation_date", "1"),
        ("creation_date", "2"),
        ("creation_date", "3"),
        ("-creation_date", "1"),
        ("-creation_date", "2"),
        ("-creation_date", "3"),
    ]
    assert state(world)["complete"] is True
    assert state(world)["watermark_ms"] == from_datetime(NOON - timedelta(hours=1))
    world.assert_true()


def test_rows_that_deletions_pulled_out_of_sight_are_found_by_the_second_pass(found: Found) -> None:
    """Two old events vanish while page 2 is awaited: two others move up, onto page 1, which was read before."""
    world = found(make_spread(30), Faults(largest_page=4))
    gone: list[Row] = []

    def delete(request: Request) -> None:
        ascending = request.value("ordering") == "creation_date"
        if request.path == "/events" and ascending and request.value("page") == "2" and not gone:
            gone.extend(world.newsletter.events[:2])
            del world.newsletter.events[:2]

    world.api.faults.before_response = delete
    report = world.sync()
    assert report.outcome == "done"
    assert {dashed(row["id"]) for row in world.newsletter.events} <= set(world.events())
    assert {dashed(row["id"]) for row in gone} <= set(world.events())  # absence never deletes
    assert len(world.events()) == 30


def test_a_first_walk_is_checked_again_until_a_pass_finds_nothing_old(found: Found) -> None:
    """An old event appears during each of the first two passes that check."""
    world = found(make_spread(20), Faults(largest_page=5))
    late: list[Row] = []

    def slip_in(request: Request) -> None:
        if request.value("ordering") == "-creation_date" and request.value("page") == "3" and len(late) < 2:
            late.append(opened_on(world.newsletter, NOON - timedelta(days=10 + len(late), minutes=5)))

    world.api.faults.before_response = slip_in
    assert world.sync().outcome == "done"
    assert len(late) == 2
    world.assert_true()
    passes = [page for ordering, page in feed_requests(world) if (ordering, page) == ("-creation_date", "1")]
    assert len(passes) >= 2


def test_a_feed_that_never_settles_is_incomplete_but_kept(found: Found) -> None:
    world = found(make_spread(20), Faults(largest_page=5))

    def slip_in(request: Request) -> None:
        if request.value("ordering") == "-creation_date" and request.value("page") == "2":
            opened_on(world.newsletter, NOON - timedelta(days=19, minutes=len(world.newsletter.events)))

    world.api.faults.before_response = slip_in
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 1)
    assert "still shows older events" in report.problems[0]
    assert "complete" not in state(world)
    world.api.faults.before_response = None
    world.later(hours=1)
    assert world.sync().outcome == "done"
    world.assert_true()


@pytest.mark.parametrize("breaks", range(1, 8))
def test_a_first_walk_that_broke_off_goes_on_where_it_was(found: Found, breaks: int) -> None:
    world = found(make_spread(18), Faults(largest_page=3))
    world.api.faults.on(path="/events", request=breaks + 1, times=200, status=502)
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 1)
    if breaks > 1:
        assert "watermark_ms" not in state(world)
    world.api.faults.script.clear()
    since = len(world.api.requests)
    world.later(hours=1)
    opened_on(world.newsletter, world.now)
    report = world.sync()
    assert report.outcome == "done"
    assert len(feed_requests(world, since=since)) <= 14
    world.assert_true()


def test_a_later_walk_is_newest_first_and_short(found: Found) -> None:
    world = found(make_spread(40), Faults(largest_page=4))
    world.sync()
    world.later(hours=1)
    opened_on(world.newsletter, world.now)
    since = len(world.api.requests)
    report = world.sync()
    assert report.counts.events_new == 1
    assert feed_requests(world, since=since) == [("-creation_date", "1"), ("-creation_date", "2")]
    world.assert_true()


def test_a_walk_goes_on_until_its_oldest_event_is_before_the_overlap(found: Found) -> None:
    """Four events a page, one a day, three days of overlap: the fifth event is the first that is old enough."""
    world = found(make_spread(40), Faults(largest_page=4))
    world.sync()
    since = len(world.api.requests)
    world.later(minutes=5)
    world.sync()
    assert [page for _, page in feed_requests(world, since=since)] == ["1", "2"]


def test_a_page_with_something_unknown_is_never_the_last(found: Found) -> None:
    world = found(make_spread(40), Faults(largest_page=4))
    world.sync()
    world.later(hours=1)
    late = [opened_on(world.newsletter, NOON - timedelta(days=days, hours=2)) for days in (4, 8, 11)]
    report = world.sync()
    assert report.counts.events_new == len(late)
    world.assert_true()


@pytest.mark.parametrize("days", [0, 1, 2.9])
def test_late_events_within_the_overlap_are_found(found: Found, days: float) -> None:
    world = found(make_spread(40), Faults(largest_page=2))
    world.sync()
    world.later(hours=1)
    opened_on(world.newsletter, NOON - timedelta(days=days, hours=1, minutes=1))
    assert world.sync().counts.events_new == 1
    world.assert_true()


def test_the_overlap_is_a_setting(found: Found) -> None:
    world = found(make_spread(40), Faults(largest_page=2))
    world.sync()
    world.later(hours=1)
    opened_on(world.newsletter, NOON - timedelta(days=9))
    assert world.sync().counts.events_new == 0
    assert world.sync(overlap_days=10).counts.events_new == 1
    world.assert_true()


def test_events_that_arrive_at_the_head_between_two_pages_hide_nothing(found: Found) -> None:
    world = found(make_spread(12), Faults(largest_page=3))
    world.sync()
    world.later(days=2)
    for hours in range(9):
        opened_on(world.newsletter, world.now - timedelta(hours=30 - hours))

    def arrive(request: Request) -> None:
        if request.path == "/events":
            world.later(minutes=1)
            opened_on(world.newsletter, world.now)
            opened_on(world.newsletter, world.now)

    world.api.faults.before_response = arrive
    assert world.sync().outcome == "done"
    world.api.faults.before_response = None
    world.later(minutes=5)
    world.sync()
    world.assert_true()


@pytest.mark.parametrize("breaks", [1, 2, 3, 4])
def test_a_later_walk_that_broke_off_is_taken_up_and_what_came_meanwhile_too(
    found: Found, breaks: int
) -> None:
    world = found(make_spread(30), Faults(largest_page=3))
    world.sync()
    watermark = state(world)["watermark_ms"]
    world.later(days=3)
    for hours in range(15):
        opened_on(world.newsletter, NOON + timedelta(hours=4 * hours))
    world.api.faults.on(path="/events", request=breaks + 1, times=200, status=502)
    assert world.sync().outcome == "incomplete"
    assert state(world)["watermark_ms"] == watermark
    world.api.faults.script.clear()
    world.later(hours=1)
    opened_on(world.newsletter, world.now)
    assert world.sync().outcome == "done"
    assert state(world)["watermark_ms"] == from_datetime(world.now)
    world.assert_true()


def test_a_walk_that_is_taken_up_does_not_stop_at_the_page_it_repeats(found: Found) -> None:
    """The page before the break held late events; so does the one after it, which nobody has seen."""
    world = found(make_spread(30), Faults(largest_page=3))
    world.sync()
    world.later(hours=1)
    for days in (4, 5, 6, 7, 8, 9, 10, 11):
        opened_on(world.newsletter, NOON - timedelta(days=days, hours=3))
    world.api.faults.on(path="/events", request=4, times=200, status=502)
    assert world.sync().outcome == "incomplete"
    world.api.faults.script.clear()
    world.sync()
    world.assert_true()


def test_the_watermark_never_passes_the_start_of_the_walk(found: Found) -> None:
    """A clock at the provider is ahead; what happens until it is caught up must still be found."""
    newsletter = make_spread(5)
    opened_on(newsletter, NOON + timedelta(days=400))
    world = found(newsletter)
    world.sync()
    assert state(world)["watermark_ms"] == from_datetime(NOON)


def test_the_watermark_stays_when_nothing_newer_came(found: Found) -> None:
    world = found(make_spread(5))
    world.sync()
    before = state(world)
    world.later(days=5)
    world.sync()
    assert state(world) == before


def test_an_empty_feed_is_complete_and_its_first_event_is_found(found: Found) -> None:
    world = found(Newsletter())
    assert world.sync().outcome == "done"
    assert state(world)["complete"] is True
    world.newsletter.events.append(event("opened", at=NOON))
    world.later(hours=1)
    assert world.sync().counts.events_new == 1
    world.assert_true()


def test_full_walks_everything_again(found: Found) -> None:
    world = found(make_spread(40), Faults(largest_page=8))
    world.sync()
    world.later(hours=1)
    hidden = opened_on(world.newsletter, NOON - timedelta(days=30, minutes=7))
    since = len(world.api.requests)
    report = world.sync(full=True)
    assert report.counts.events_new == 1
    pages = [page for order, page in feed_requests(world, since=since) if order == "creation_date"]
    assert pages == ["1", "2", "3", "4", "5", "6"]
    assert dashed(hidden["id"]) in world.events()
    world.assert_true()


def test_a_full_walk_that_broke_off_goes_on_with_the_next_run(found: Found) -> None:
    world = found(make_spread(40), Faults(largest_page=8))
    world.sync()
    world.later(hours=1)
    opened_on(world.newsletter, NOON - timedelta(days=5, minutes=7))
    world.api.faults.on(path="/events", request=3, times=200, status=502)
    world.commit_at_every_page()
    assert world.sync(full=True).outcome == "incomplete"
    world.api.faults.script.clear()
    world.later(hours=1)
    opened_on(world.newsletter, world.now)
    assert world.sync().outcome == "done"
    world.assert_true()


@pytest.mark.parametrize("count_delta", [-2, 5])
def test_a_lying_count_costs_requests_but_no_events(found: Found, count_delta: int) -> None:
    world = found(make_spread(20), Faults(largest_page=4, count_delta=count_delta))
    assert world.sync().outcome == "done"
    world.later(hours=1)
    opened_on(world.newsletter, world.now)
    world.sync()
    world.assert_true()


@pytest.mark.parametrize(
    "faults",
    [
        {"drop_next": True},
        {"endless_next": True, "past_end": "404"},
        {"endless_next": True, "past_end": "last"},
        {"repeat_next": True},
        {"next_forgets_params": True},
        {"drop_count": True, "drop_next": True},
        {"next_host": "http://127.0.0.1:9"},
        {"refuse_page_above": 250},
        {"strict_params": True},
        {"extra_fields": {"flavour": "vanilla"}},
        {"timestamps": "seconds"},
        {"timestamps": "offset"},
        {"timestamps": "naive"},
        {"rate_headers": False},
        {"denied": {"newsletters"}, "strict_params": True},
    ],
)
def test_an_odd_server_gives_the_same_store(found: Found, faults: dict[str, Any]) -> None:
    newsletter = make_spread(10)
    for row in newsletter.events:
        row["creation_date"] = row["creation_date"][:20] + "000000Z"
    newsletter.touch()
    world = found(newsletter, Faults(largest_page=4, **faults))
    assert world.sync().problems == []
    world.later(days=1)
    opened_on(newsletter, world.now)
    assert world.sync().problems == []
    world.assert_true()


def test_a_first_walk_over_a_server_that_struggles_with_large_pages(found: Found) -> None:
    world = found(make_small(60), Faults(slow_page_above=1000, slow_seconds=20, largest_page=20))
    world.timeout = 0.2
    assert world.sync().outcome == "done"
    world.assert_true()
    sizes = {request.value("page_size") for request in world.asked("/events")}
    assert sizes == {"4000", "2000", "1000", "20", "1"}  # the last asks for the count alone


def test_events_without_an_id_or_a_date_are_missed_and_said(found: Found) -> None:
    newsletter = make_small(5)
    newsletter.events[1]["creation_date"] = "yesterday"
    del newsletter.events[3]["metadata"]
    newsletter.events[3]["id"] = ""
    world = found(newsletter)
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 1)
    assert "without an id or a readable date" in report.problems[0]
    assert len(world.events()) == 3


def test_an_event_that_comes_back_with_another_date_is_counted_not_stored_twice(world: World) -> None:
    world.sync()
    before = world.events()
    world.newsletter.events[3]["creation_date"] = "2026-08-10T06:44:00.000000Z"
    world.newsletter.touch()
    world.later(hours=1)
    report = world.sync()
    assert report.counts.events_moved == 1
    assert world.events() == before
    world.later(hours=1)
    world.sync(full=True)
    assert world.events() == before
