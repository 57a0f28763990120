"""Everyone on the list: a full walk a day, questions by date between, and `ids=` before anybody is called gone."""

from typing import Any

import pytest

from demo import Faults, Newsletter, Request, Row, dashed, event, stamp, subscriber, tag
from sync_job.sources.buttondown.people import DATE_FILTERS
from sync_job.times import from_datetime, iso
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT, make_small
from tests.sync_job.world import NOON, World, ids


def make_list(people: int, **fields: Any) -> Newsletter:
    return Newsletter(
        subscribers=[subscriber(f"{number}@example.com", at=SENT, **fields) for number in range(people)]
    )


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


# history


def history(world: World, table: str, columns: str) -> list[tuple[Any, ...]]:
    return world.query(f"select {columns} from {table} order by {columns}")


def tags_of(world: World) -> list[tuple[Any, ...]]:
    return world.query(
        "select t.name, st.from_ms, st.to_ms from subscriber_tags st join tags t on t.id = st.tag order by 1, 2"
    )


def addresses_of(world: World) -> list[tuple[Any, ...]]:
    return world.query("select email, from_ms, to_ms from subscriber_addresses order by from_ms, email")


def ms(moment: Any) -> int:
    return from_datetime(moment)


def test_transitions_are_kept_also_those_that_the_api_forgets(found: Found) -> None:
    world = found(make_list(1))
    world.sync()
    person = world.newsletter.subscribers[0]
    person["type"] = "unsubscribed"
    person["transitions"] = [{"date": "2026-08-20T13:00:00.123456Z", "type": "unsubscribed"}]
    world.later(days=1)
    world.sync()
    assert history(world, "subscriber_transitions", "occurred_ms, status") == [
        (ms(SENT), "regular"),
        (1787230800123, "unsubscribed"),
    ]
    assert iso(1787230800123) == "2026-08-20T13:00:00.123Z"


def test_a_tag_of_the_first_walk_has_been_there_for_nobody_knows_how_long(found: Found) -> None:
    world = found(make_list(1, tags=["vip"]))
    world.newsletter.tags.append(tag("vip"))
    world.sync()
    assert tags_of(world) == [("vip", 0, None)]


def test_tags_come_and_go_on_the_day_they_were_seen_to(found: Found) -> None:
    world = found(make_list(1, tags=["vip"]))
    world.sync()
    person = world.newsletter.subscribers[0]
    person["tags"] = ["python"]
    world.later(days=1)
    second = ms(world.now)
    world.sync()
    assert tags_of(world) == [("python", second, None), ("vip", 0, second)]
    person["tags"] = ["vip"]
    world.later(days=1)
    third = ms(world.now)
    world.sync()
    assert tags_of(world) == [("python", second, third), ("vip", 0, second), ("vip", third, None)]
    world.assert_true()


def test_a_renamed_tag_is_the_same_tag(found: Found) -> None:
    world = found(make_list(1, tags=["vip"]))
    world.newsletter.tags.append(tag("vip"))
    world.sync()
    world.newsletter.tags[0]["name"] = "friends"
    world.newsletter.subscribers[0]["tags"] = ["friends"]
    world.later(days=1)
    world.sync()
    assert tags_of(world) == [("friends", 0, None)]


def test_two_tags_that_swapped_names_keep_their_people(found: Found) -> None:
    world = found(make_list(1, tags=["a"]))
    world.newsletter.tags += [tag("a"), tag("b")]
    world.sync()
    world.newsletter.tags[0]["name"], world.newsletter.tags[1]["name"] = "b", "a"
    world.newsletter.subscribers[0]["tags"] = ["b"]
    world.later(days=1)
    world.sync()
    assert tags_of(world) == [("b", 0, None)]
    world.assert_true()


def test_a_tag_renamed_between_two_questions_ends_up_as_one_tag(found: Found) -> None:
    """The list of tags came before it was renamed, the list of people after."""
    world = found(make_list(1, tags=["vip"]))
    world.newsletter.tags.append(tag("vip"))
    world.sync()

    def rename(request: Request) -> None:
        if request.path == "/subscribers":
            world.newsletter.tags[0]["name"] = "friends"
            world.newsletter.subscribers[0]["tags"] = ["friends"]

    world.api.faults.before_response = rename
    world.later(days=1)
    assert world.sync().outcome == "done"
    world.later(days=1)
    assert world.sync().outcome == "done"
    assert world.query("select name from tags") == [("friends",)]
    assert {row[0] for row in tags_of(world)} == {"friends"}
    assert [row for row in tags_of(world) if row[2] is None] != []
    world.assert_true()


def test_a_tag_that_no_list_names_is_known_by_its_name(found: Found) -> None:
    world = found(make_list(2, tags=["secret club"]), Faults(denied={"tags"}))
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 2)
    assert {person[3][0] for person in world.people().values()} == {"secret club"}
    world.api.faults.denied.clear()
    world.newsletter.tags.append(tag("secret club"))
    world.later(days=1)
    assert world.sync().outcome == "done"
    assert world.one("select count(*) from tags where uuid is not null") == 1
    world.assert_true()


def test_a_changed_address_is_a_span_that_ended(found: Found) -> None:
    world = found(make_list(1))
    world.sync()
    world.newsletter.subscribers[0]["email_address"] = "new@example.com"
    world.later(days=1)
    world.sync()
    assert addresses_of(world) == [
        ("0@example.com", ms(SENT), ms(world.now)),
        ("new@example.com", ms(world.now), None),
    ]


def test_a_change_of_address_that_the_api_dates_is_dated_so(found: Found) -> None:
    world = found(make_list(1))
    world.sync()
    person = world.newsletter.subscribers[0]
    person["email_address"] = "new@example.com"
    moved = "2026-08-15T10:00:00Z"
    person["email_transitions"] = [
        {"date": moved, "old_email_address": "0@example.com", "new_email_address": "new@example.com"}
    ]
    world.later(days=1)
    world.sync()
    spans = [("0@example.com", ms(SENT), 1786788000000), ("new@example.com", 1786788000000, None)]
    assert addresses_of(world) == spans
    world.later(days=1)
    world.sync()
    assert addresses_of(world) == spans


def test_three_addresses_one_after_the_other(found: Found) -> None:
    changes = [
        {
            "date": "2026-08-15T10:00:00Z",
            "old_email_address": "b@example.com",
            "new_email_address": "c@example.com",
        },
        {
            "date": "2026-08-12T10:00:00Z",
            "old_email_address": "a@example.com",
            "new_email_address": "b@example.com",
        },
    ]
    newsletter = Newsletter(subscribers=[subscriber("c@example.com", at=SENT, email_transitions=changes)])
    world = found(newsletter)
    world.sync()
    assert [(email, to) for email, _, to in addresses_of(world)] == [
        ("a@example.com", 1786528800000),
        ("b@example.com", 1786788000000),
        ("c@example.com", None),
    ]


@pytest.mark.parametrize("current", ["c@example.com", ""])
def test_an_address_that_changed_without_a_note_does_not_go_to_and_fro(found: Found, current: str) -> None:
    changes = [
        {
            "date": "2026-08-12T10:00:00Z",
            "old_email_address": "a@example.com",
            "new_email_address": "b@example.com",
        }
    ]
    newsletter = Newsletter(subscribers=[subscriber(current, at=SENT, email_transitions=changes)])
    world = found(newsletter)
    world.sync()
    spans = addresses_of(world)
    assert [email for email, _, to in spans if to is None] == ([current] if current else [])
    assert {"a@example.com", "b@example.com"} <= {email for email, _, _ in spans}
    world.later(days=1)
    report = world.sync()
    assert report.counts.subscribers_changed == 0
    assert addresses_of(world) == spans


def test_an_address_that_only_changed_its_case_is_the_same(found: Found) -> None:
    world = found(make_list(1))
    world.sync()
    world.newsletter.subscribers[0]["email_address"] = "0@Example.com"
    world.later(days=1)
    world.sync()
    assert len(addresses_of(world)) == 1
    assert [person[0] for person in world.people().values()] == ["0@Example.com"]


def test_someone_who_comes_back_is_another_row_with_the_same_address(found: Found) -> None:
    world = found(make_list(1))
    world.sync()
    left = world.newsletter.subscribers.pop()
    world.newsletter.subscribers.append(subscriber("0@example.com", at=NOON))
    world.later(days=1)
    world.sync()
    assert gone(world) == {dashed(left["id"])}
    assert world.one("select count(*) from subscriber_list where email = '0@example.com'") == 2
    world.assert_true()


def test_two_people_may_share_an_address_and_one_may_have_none(found: Found) -> None:
    newsletter = Newsletter(
        subscribers=[
            subscriber("shared@example.com"),
            subscriber("shared@example.com"),
            subscriber("", email_transitions=[]),
        ]
    )
    newsletter.subscribers[2]["email_address"] = None
    world = found(newsletter)
    assert world.sync().outcome == "done"
    emails = [row[0] for row in world.query("select email from subscriber_list order by 1")]
    assert emails == [None, "shared@example.com", "shared@example.com"]
    newsletter.subscribers[0]["email_address"] = None
    world.later(days=1)
    assert world.sync().outcome == "done"
    world.assert_true()


def test_a_status_nobody_has_heard_of_is_kept_as_it_came(found: Found) -> None:
    world = found(make_list(1, type="hibernating", source="telepathy"))
    world.sync()
    assert world.query("select status, source from subscriber_list") == [("hibernating", "telepathy")]


def test_unknown_fields_of_people_are_counted_by_name(found: Found) -> None:
    world = found(make_list(3))
    for person in world.newsletter.subscribers:
        person["shoe_size"] = 43
    report = world.sync()
    assert report.counts.unknown_fields == {"subscriber.shoe_size": 3}


def test_rows_in_an_odd_shape_cost_nobody_else(found: Found) -> None:
    world = found(make_list(3))
    odd = world.newsletter.subscribers[1]
    odd.update(transitions=[None, {"date": 5, "type": "regular"}, {}], email_transitions="?", tags=None)
    odd.update(metadata=None, creation_date="soon", unsubscription_date="0000-00-00")
    report = world.sync()
    assert report.outcome == "done"
    assert len(world.people()) == 3


def test_the_date_a_person_left_is_stored(found: Found) -> None:
    left = stamp(NOON)
    world = found(make_list(1, type="unsubscribed", unsubscription_date=left, unsubscription_reason="busy"))
    world.sync()
    query = "select unsubscribed_ms, unsubscription_reason from subscribers"
    assert world.query(query) == [(ms(NOON), "busy")]
