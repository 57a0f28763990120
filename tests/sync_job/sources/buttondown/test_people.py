"""Everyone on the list: a full walk a day, questions by date between, and `ids=` before anybody is called gone."""

import pytest

from demo import Request, Row, dashed, event, subscriber
from sync_job.sources.buttondown.people import DATE_FILTERS
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT, make_list, make_small
from tests.sync_job.world import NOON, World, ids


def gone(world: World) -> set[str]:
    return {
        row[0]
        for row in world.query("select subscriber_id from subscriber_list where deleted_at is not null")
    }


def walks(world: World, *, since: int = 0) -> int:
    """How many full walks there were: pages of the whole list that are the first one."""
    return sum(
        request.query == [("ordering", "creation_date"), ("page", "1")]
        for request in world.asked("/subscribers", since=since)
    )


def test_everyone_is_walked_once_a_day_and_asked_for_by_date_between(world: World) -> None:
    world.sync()
    assert walks(world) == 1
    for _ in range(23):
        world.later(hours=1)
        world.sync()
    assert walks(world) == 1
    starts = {name for request in world.asked("/subscribers") for name, _ in request.query}
    assert {f"{name}__start" for name in DATE_FILTERS} <= starts
    world.later(hours=1)
    world.sync()
    assert walks(world) == 2


def test_full_walks_everyone_at_once(world: World) -> None:
    world.sync()
    world.later(hours=1)
    world.sync(full=True)
    assert walks(world) == 2


def test_the_dates_asked_for_begin_a_day_before_the_last_question(world: World) -> None:
    world.sync()
    world.later(hours=1)
    world.sync()
    begun = {
        value
        for request in world.asked("/subscribers")
        for name, value in request.query
        if name.endswith("__start")
    }
    assert begun == {"2026-08-19"}


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"type": "unsubscribed", "unsubscription_date": "2026-08-20T12:30:00Z"}, "unsubscribed"),
        ({"type": "undeliverable", "undeliverability_date": "2026-08-20T12:30:00Z"}, "undeliverable"),
        ({"type": "regular", "bounce_date": "2026-08-20T12:30:00Z", "bounce_reason": "spam"}, "regular"),
        ({"type": "churned", "churn_date": "2026-08-20T12:30:00Z"}, "churned"),
        ({"type": "premium", "upgrade_date": "2026-08-20T12:30:00Z"}, "premium"),
    ],
)
def test_whoever_changed_today_is_known_within_the_hour(world: World, changed: Row, status: str) -> None:
    world.sync()
    world.newsletter.subscribers[0].update(changed)
    world.later(hours=1)
    report = world.sync()
    assert walks(world) == 1
    assert report.counts.subscribers_changed == 1
    assert {person[2] for person in world.people().values()} == {status, "regular"}
    world.assert_true()


def test_whoever_signed_up_today_is_known_within_the_hour(world: World) -> None:
    world.sync()
    world.later(hours=1)
    world.newsletter.subscribers.append(subscriber("new@example.com", at=world.now))
    assert world.sync().counts.subscribers_new == 1
    world.assert_true()


def test_only_who_is_absent_by_id_is_gone(world: World) -> None:
    """The walk misses two people; one of them is still there when asked for by id."""
    world.sync()
    left, hidden = world.newsletter.subscribers
    world.newsletter.subscribers.remove(left)
    listed = list(world.newsletter.subscribers)

    def hide(request: Request) -> None:
        whole = request.path == "/subscribers" and not request.values("ids")
        world.newsletter.subscribers[:] = [] if whole else listed

    world.api.faults.before_response = hide
    world.later(days=1)
    report = world.sync()
    assert report.counts.subscribers_deleted == 1
    assert gone(world) == {dashed(left["id"])}
    asked = [request.values("ids") for request in world.asked("/subscribers") if request.values("ids")]
    assert asked == [[dashed(left["id"]), dashed(hidden["id"])]]


def test_whoever_is_gone_keeps_their_name_and_their_events(world: World) -> None:
    world.sync()
    left = world.newsletter.subscribers.pop()
    world.later(days=1)
    world.sync()
    [(email, status, deleted_at)] = world.query(
        "select email, status, deleted_at from subscriber_list where subscriber_id = ?", dashed(left["id"])
    )
    assert (email, status, deleted_at) == (left["email_address"], "regular", "2026-08-21T12:00:00.000Z")
    assert len(world.events()) == 7


def test_whoever_is_seen_again_is_not_gone(world: World) -> None:
    world.sync()
    left = world.newsletter.subscribers.pop()
    world.later(days=1)
    world.sync()
    assert gone(world) == {dashed(left["id"])}
    world.newsletter.subscribers.append(left)
    world.later(days=1)
    world.sync()
    assert gone(world) == set()
    world.assert_true()


def test_nobody_is_gone_between_two_walks(world: World) -> None:
    world.sync()
    world.newsletter.subscribers.pop()
    world.later(hours=1)
    world.sync()
    assert gone(world) == set()


@pytest.mark.parametrize(
    ("people", "leave", "are_gone"), [(25, 20, True), (25, 21, False), (420, 21, True), (419, 21, False)]
)
def test_nobody_is_marked_when_suspiciously_many_are_gone(
    found: Found, people: int, leave: int, are_gone: bool
) -> None:
    world = found(make_list(people))
    world.sync()
    leavers = ids(world.newsletter.subscribers[:leave])
    del world.newsletter.subscribers[:leave]
    world.later(days=1)
    report = world.sync()
    if are_gone:
        assert report.outcome == "done"
        assert gone(world) == leavers
    else:
        assert (report.outcome, report.exit_code) == ("incomplete", 1)
        assert f"{leave} of {people} subscribers are gone at once" in report.problems[0]
        assert "--full --accept-deletions" in report.problems[0]
        assert gone(world) == set()


def test_a_suspicion_stays_until_it_is_accepted(found: Found) -> None:
    world = found(make_list(30))
    world.sync()
    del world.newsletter.subscribers[:25]
    for _ in range(2):
        world.later(days=1)
        assert world.sync().outcome == "incomplete"
    report = world.sync(full=True, accept_deletions=True)
    assert report.outcome == "done"
    assert report.counts.subscribers_deleted == 25
    assert len(gone(world)) == 25
    world.assert_true()


def test_a_walk_that_breaks_off_marks_nobody_and_goes_on_where_it_was(found: Found) -> None:
    world = found(make_list(250))
    world.sync()
    left = world.newsletter.subscribers.pop(0)
    world.later(days=1)
    world.api.faults.on(path="/subscribers", request=3, times=6, status=503)
    assert world.sync().outcome == "incomplete"
    assert gone(world) == set()
    since = len(world.api.requests)
    report = world.sync()
    assert report.outcome == "done"
    assert gone(world) == {dashed(left["id"])}
    first = world.asked("/subscribers", since=since)[0]
    assert first.value("page") in ("1", "2")
    world.assert_true()


def test_a_person_deleted_while_the_list_is_walked_pulls_nobody_out_of_sight(found: Found) -> None:
    world = found(make_list(250))
    world.sync()
    people = world.newsletter.subscribers
    left: list[Row] = []

    def leave(request: Request) -> None:
        if request.path == "/subscribers" and request.value("page") == "2" and not left:
            left.append(people.pop(0))

    world.api.faults.before_response = leave
    world.later(days=1)
    assert world.sync().outcome == "done"
    assert gone(world) == set()  # met before leaving: the walk of tomorrow will tell
    world.later(days=1)
    world.sync()
    assert gone(world) == ids(left)
    world.assert_true()


def test_a_server_that_does_not_filter_by_ids_marks_nobody(found: Found) -> None:
    world = found(make_list(60))
    world.sync()
    world.newsletter.subscribers.pop()
    world.later(days=1)

    def forget(request: Request) -> None:
        request.query[:] = [pair for pair in request.query if pair[0] != "ids"]

    world.api.faults.before_response = forget
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 1)
    assert "does not filter by ids=" in report.problems[0]
    assert gone(world) == set()


def test_more_people_than_fit_one_question_are_asked_for_in_batches(found: Found) -> None:
    world = found(make_list(1200))
    world.sync()
    del world.newsletter.subscribers[:60]
    world.later(days=1)
    assert world.sync().counts.subscribers_deleted == 60
    asked = [len(request.values("ids")) for request in world.asked("/subscribers") if request.values("ids")]
    assert asked == [50, 10]


def test_people_whom_events_name_but_no_list_are_asked_for_once(found: Found) -> None:
    newsletter = make_small()
    vanished = subscriber("vanished@example.com")
    newsletter.events.append(event("opened", subscriber=vanished, email=newsletter.emails[0], at=SENT))
    world = found(newsletter)
    world.sync()
    row = world.query(
        "select email, name, status, tags, deleted_at from subscriber_list where subscriber_id = ?",
        dashed(vanished["id"]),
    )
    assert row == [(None, None, None, "[]", "2026-08-20T12:00:00.000Z")]
    asked = len(world.api.requests)
    world.later(hours=1)
    world.sync()
    assert not any(request.values("ids") for request in world.asked("/subscribers", since=asked))


def test_someone_who_signed_up_after_the_walk_is_found_through_their_events(found: Found) -> None:
    newsletter = make_small()
    late = subscriber("late@example.com", at=NOON)
    world = found(newsletter)

    def sign_up(request: Request) -> None:
        if request.path == "/events" and late not in newsletter.subscribers:
            newsletter.subscribers.append(late)
            newsletter.events.append(event("opened", subscriber=late, email=newsletter.emails[0], at=NOON))

    world.api.faults.before_response = sign_up
    world.sync()
    world.assert_true()
