"""Whose an event is that names its person by address: everybody who ever had it counts."""

from datetime import timedelta
from typing import Any

import pytest

from demo import Newsletter, Row, dashed, email, event, subscriber
from tests.sync_job.conftest import Found
from tests.sync_job.exports.files import event_row, exported, import_files, sync, write_csv
from tests.sync_job.newsletters import SENT
from tests.sync_job.world import World

SHARED = "family@example.com"


def owner_of(world: World, address: str, at: str = "2026-08-12 06:00:00+00:00") -> str:
    """Imports one event for the address and says whose it became."""
    import_files(world, write_csv(world.folder / "e.csv", [event_row(address, at=at)]))
    found: str = world.one(
        "select subscriber_id from event_log order by occurred_at = ? desc limit 1",
        at.replace(" ", "T")[:19] + ".000Z",
    )
    return found


def person(address: str, days: float, **fields: Any) -> Row:
    return subscriber(address, at=SENT - timedelta(days=days), **fields)


def changed(row: Row, old: str, new: str, days: float) -> Row:
    row["email_transitions"] = [
        {
            "date": (SENT - timedelta(days=days)).isoformat(),
            "old_email_address": old,
            "new_email_address": new,
        }
    ]
    return row


def test_letter_case_and_blanks_do_not_matter(world: World) -> None:
    sync(world)
    assert owner_of(world, " Reader1@EXAMPLE.com ") == dashed(world.newsletter.subscribers[1]["id"])


def test_an_address_somebody_had_before(found: Found) -> None:
    moved = changed(person("new@example.com", 90), "old@example.com", "new@example.com", 30)
    world = found(Newsletter(subscribers=[moved]))
    sync(world)
    assert owner_of(world, "old@example.com") == dashed(moved["id"])


def test_of_several_the_one_whose_address_it_was_then(found: Found) -> None:
    before = changed(person("other@example.com", 200), SHARED, "other@example.com", 100)
    after = person(SHARED, 90)
    world = found(Newsletter(subscribers=[before, after]))
    sync(world)
    assert owner_of(world, SHARED, str(SENT - timedelta(days=150))) == dashed(before["id"])
    assert owner_of(world, SHARED) == dashed(after["id"])


def test_of_several_the_one_who_was_subscribed_then(found: Found) -> None:
    left = person(
        SHARED, 200, type="unsubscribed", unsubscription_date=(SENT - timedelta(days=100)).isoformat()
    )
    stayed = person(SHARED, 150)
    world = found(Newsletter(subscribers=[left, stayed]))
    sync(world)
    assert owner_of(world, SHARED) == dashed(stayed["id"])
    assert owner_of(world, SHARED, str(SENT - timedelta(days=170))) == dashed(left["id"])


def test_of_several_alike_the_one_known_for_longest(found: Found) -> None:
    twins = [person(SHARED, 50), person(SHARED, 50)]
    world = found(Newsletter(subscribers=twins))
    sync(world)
    assert owner_of(world, SHARED) == dashed(twins[0]["id"])


@pytest.mark.parametrize("order", ["sync first", "import first"])
def test_of_several_those_who_have_the_event_already(found: Found, order: str) -> None:
    """Three people with one address got the issue in one second; the export's three rows are these three events."""
    family = [person(SHARED, 50 + number) for number in range(3)]
    issue = email("Issue", at=SENT)
    newsletter = Newsletter(
        subscribers=family,
        emails=[issue],
        events=[event("delivered", subscriber=each, email=issue, at=SENT) for each in family],
    )
    world = found(newsletter)
    path = write_csv(world.folder / "e.csv", [exported(world, row) for row in newsletter.events])
    if order == "sync first":
        sync(world)
        assert import_files(world, path).counts.events_new == 0
    else:
        import_files(world, path)
        sync(world)
    world.assert_true()
    assert import_files(world, path).counts.events_new == 0


def test_nobody_has_it_so_a_person_is_made_from_the_address(world: World) -> None:
    sync(world)
    generation = world.generation()
    owner = owner_of(world, "Gone@example.com")
    assert world.generation() != generation
    assert owner_of(world, "gone@EXAMPLE.com") == owner
    assert world.query(
        "select email, status, deleted_at is not null from subscriber_list where subscriber_id = ?", owner
    ) == [("Gone@example.com", None, 1)]
    asked = len(world.api.requests)
    sync(world)
    assert not [request for request in world.api.requests[asked:] if request.values("ids")]
    world.assert_sound()


def test_a_made_person_becomes_the_real_one(world: World) -> None:
    """First known by two spellings of an address alone, then from a list; the events move."""
    sync(world)
    made = owner_of(world, "late@example.com")
    late = person("Late@example.com", 20)
    world.newsletter.subscribers.append(late)
    world.newsletter.touch()
    world.later(days=2)
    sync(world)
    assert world.one("select count(*) from event_log where subscriber_id = ?", dashed(late["id"])) == 1
    assert world.query("select 1 from subscriber_list where subscriber_id = ?", made) == []
    assert owner_of(world, "late@example.com") == dashed(late["id"])
    assert world.one("select count(*) from event_log where subscriber_id = ?", dashed(late["id"])) == 1
    world.assert_sound()


def test_a_made_person_becomes_one_of_a_later_file(world: World) -> None:
    made = owner_of(world, "gone@example.com")
    row = {
        "id": "0191e7b4-6c3c-7d2a-9f00-000000000001",
        "email": "gone@example.com",
        "subscriber_type": "regular",
    }
    report = import_files(world, write_csv(world.folder / "s.csv", [row]))
    assert report.counts.events_completed == 1
    assert world.query("select subscriber_id from event_log") == [(row["id"],)]
    assert world.query("select subscriber_id from subscriber_list") == [(row["id"],)]
    assert made != row["id"]
    world.assert_sound()


def test_what_is_no_address_is_nobody(world: World) -> None:
    import_files(world, write_csv(world.folder / "e.csv", [event_row("somebody")]))
    assert world.query("select subscriber_id from event_log") == [(None,)]
