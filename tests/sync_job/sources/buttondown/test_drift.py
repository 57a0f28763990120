"""Once a day one request decides whether anything hides below; the same drift never triggers twice."""

from datetime import timedelta
from typing import Any

from demo import Faults, Newsletter, Request, analytics, dashed, email, event, subscriber
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT
from tests.sync_job.world import NOON, World


def make_issues(issues: int, events: int = 2) -> Newsletter:
    """Weekly issues, oldest first, each opened a few times within the hour."""
    reader = subscriber("reader@example.com", at=NOON - timedelta(days=3000))
    emails = [
        email(f"Issue {number}", at=NOON - timedelta(days=7 * (issues - number)), analytics=analytics())
        for number in range(issues)
    ]
    newsletter = Newsletter(subscribers=[reader], emails=emails)
    for issue in emails:
        for minute in range(events):
            newsletter.events.append(late_opening(newsletter, issue, minute))
    return newsletter


def late_opening(newsletter: Newsletter, issue: Any, minute: int) -> Any:
    at = issue["publish_date"][:14] + f"{minute:02d}:00.000000Z"
    return event("opened", subscriber=newsletter.subscribers[0], email=issue, at=at)


def counting(requests: list[Request]) -> list[str | None]:
    """The questions for a count alone: None for the whole feed, else the email's id."""
    return [request.value("email_id") for request in requests if request.value("page_size") == "1"]


def rewalks(requests: list[Request]) -> list[str | None]:
    return [
        request.value("email_id")
        for request in requests
        if request.value("email_id") and request.value("page_size") != "1"
    ]


def next_day(world: World) -> list[Request]:
    since = len(world.api.requests)
    world.later(days=1)
    world.report = world.sync()  # type: ignore[attr-defined]
    return world.asked("/events", since=since)


def test_one_request_a_day_decides(found: Found) -> None:
    world = found(make_issues(5))
    world.sync()
    since = len(world.api.requests)
    for _ in range(5):
        world.later(hours=4)
        world.sync()
    assert counting(world.asked("/events", since=since)) == []
    assert counting(next_day(world)) == [None]


def test_an_event_below_everything_that_a_walk_sees_is_found_within_the_day(found: Found) -> None:
    world = found(make_issues(8), Faults(largest_page=4))
    world.sync()
    third = world.newsletter.emails[2]
    late = late_opening(world.newsletter, third, 30)
    world.newsletter.events.insert(5, late)
    world.later(hours=1)
    world.sync()
    assert dashed(late["id"]) not in world.events()
    asked = next_day(world)
    world.assert_true()
    assert rewalks(asked) == [dashed(third["id"])]
    assert counting(asked)[0] is None
    assert counting(asked)[1:] == [dashed(row["id"]) for row in reversed(world.newsletter.emails)]


def test_the_same_drift_never_triggers_twice(found: Found) -> None:
    """The feed holds rows that the store can never hold: without an id, or of no email."""
    world = found(make_issues(4))
    world.sync()
    world.api.faults.count_delta = 3
    asked = next_day(world)
    assert len(counting(asked)) == 1 + 4
    for _ in range(3):
        assert counting(next_day(world)) == [None]
        assert rewalks(world.api.requests[-5:]) == []


def test_a_feed_that_forgets_deletes_nothing(found: Found) -> None:
    world = found(make_issues(4))
    world.sync()
    before = world.events()
    del world.newsletter.events[:4]
    asked = next_day(world)
    assert counting(asked)[0] is None
    assert world.events() == before
    assert counting(next_day(world)) == [None]


def test_an_event_that_replaces_a_forgotten_one_is_found(found: Found) -> None:
    world = found(make_issues(4))
    world.sync()
    for number in range(3):
        world.newsletter.events.insert(
            0, late_opening(world.newsletter, world.newsletter.emails[0], 40 + number)
        )
    del world.newsletter.events[3]
    next_day(world)
    late = {dashed(row["id"]) for row in world.newsletter.events[:3]}
    assert late <= set(world.events())


def test_at_most_a_hundred_emails_are_asked_for_a_day_newest_first(found: Found) -> None:
    world = found(make_issues(130, events=1), Faults(largest_page=50))
    world.sync()
    oldest = world.newsletter.emails[0]
    world.newsletter.events.insert(0, late_opening(world.newsletter, oldest, 30))
    asked = next_day(world)
    newest_first = [dashed(row["id"]) for row in reversed(world.newsletter.emails)]
    assert counting(asked)[1:] == newest_first[:100]
    assert len(world.events()) == 130
    asked = next_day(world)
    assert counting(asked)[1:] == newest_first[100:]
    world.assert_true()
    assert counting(next_day(world)) == [None]


def test_a_drift_that_explained_itself_is_not_looked_for_any_longer(found: Found) -> None:
    world = found(make_issues(130, events=1), Faults(largest_page=50))
    world.sync()

    def lie_about_the_whole(request: Request) -> None:
        world.api.faults.count_delta = 0 if request.value("email_id") else 1

    world.api.faults.before_response = lie_about_the_whole
    assert len(counting(next_day(world))) == 101
    world.api.faults.before_response = None
    world.api.faults.count_delta = 0
    assert counting(next_day(world)) == [None]
    world.newsletter.events.append(late_opening(world.newsletter, world.newsletter.emails[-60], 30))
    world.newsletter.touch()
    next_day(world)
    world.assert_true()


def test_full_checks_at_once(found: Found) -> None:
    world = found(make_issues(3))
    world.sync()
    since = len(world.api.requests)
    world.later(hours=1)
    world.sync(full=True)
    assert counting(world.asked("/events", since=since)) == [None]


def test_days_that_were_asked_for_check_nothing(found: Found) -> None:
    world = found(make_issues(3))
    world.sync()
    since = len(world.api.requests)
    world.later(days=2)
    world.sync(since=SENT.date())
    assert counting(world.asked("/events", since=since)) == []


def test_a_server_without_counts_is_not_checked(found: Found) -> None:
    world = found(make_issues(3))
    world.api.faults.drop_count = True
    assert world.sync().outcome == "done"
    assert rewalks(world.api.requests) == []
