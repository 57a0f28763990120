"""What becomes of people over time: tags, addresses, names, transitions, and who they are."""

from typing import Any

import pytest

from demo import Faults, Newsletter, Request, dashed, stamp, subscriber, tag
from sync_job.times import from_datetime, iso
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT, make_list
from tests.sync_job.world import NOON, World


def gone(world: World) -> set[str]:
    return {
        row[0]
        for row in world.query("select subscriber_id from subscriber_list where deleted_at is not null")
    }


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
