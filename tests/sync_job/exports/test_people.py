"""A subscribers export adds whom no list told of, and leaves alone whom the API has described."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from demo import Newsletter, dashed, subscriber, write_export
from tests.sync_job.conftest import Found
from tests.sync_job.exports.files import event_row, import_files, sync, write_csv, write_json
from tests.sync_job.newsletters import SENT
from tests.sync_job.world import World

GONE = "0191e7b4-6c3c-7d2a-9f00-00000000000a"


def row(**fields: Any) -> dict[str, Any]:
    return {
        "id": GONE,
        "secondary_id": "17",
        "email": "gone@example.com",
        "notes": "owes me a cake",
        "subscriber_type": "unsubscribed",
        "referrer_url": "https://example.com/from",
        "utm_campaign": "spring",
        "utm_medium": "",
        "utm_source": "",
        "creation_date": "2025-01-02 03:04:05+00:00",
        "ip_address": "198.51.100.23",
        "subscription_date": "2025-01-02 03:05:00+00:00",
        "unsubscription_date": "2025-06-01 00:00:00+00:00",
        "tags": "vip;early bird",
        "metadata": "{'first_name': 'Ada', 'last_name': \"O'Hara\"}",
    } | fields


def import_rows(world: World, *rows: dict[str, Any], name: str = "s.csv") -> Any:
    return import_files(world, write_csv(world.folder / name, rows))


def person(world: World, who: str = GONE) -> tuple[Any, ...]:
    [found] = world.query(
        "select email, name, status, subscribed_at, tags, deleted_at from subscriber_list where subscriber_id = ?",
        who,
    )
    return found


def test_somebody_deleted_before_the_api_was_asked(world: World) -> None:
    sync(world)
    walked = world.now
    world.later(hours=3)
    report = import_rows(world, row())
    assert (report.problems, report.counts.subscribers_new) == ([], 1)
    assert person(world) == (
        "gone@example.com",
        "Ada O'Hara",
        "unsubscribed",
        "2025-01-02T03:04:05.000Z",
        '["early bird","vip"]',
        f"{walked:%Y-%m-%dT%H:%M:%S}.000Z",
    )
    assert world.query(
        "select referrer_url, utm_campaign, utm_source, unsubscribed_ms from subscribers "
        "where email = 'gone@example.com'"
    ) == [("https://example.com/from", "spring", None, 1748736000000)]
    generation = world.generation()
    assert import_rows(world, row()).counts.commits == 0
    assert world.generation() == generation
    world.later(days=2)
    assert sync(world).problems == []
    assert person(world)[5] is not None
    world.assert_sound()


def test_notes_and_addresses_of_networks_are_not_kept(world: World) -> None:
    import_rows(world, row())
    assert b"cake" not in world.raw()
    assert b"198.51.100.23" not in world.raw()


def test_what_the_api_said_of_somebody_stays(world: World) -> None:
    known = world.newsletter.subscribers[0]
    known |= {"referrer_url": "https://api.example", "tags": ["vip"], "metadata": {"name": "Eve"}}
    sync(world)
    before = world.people(), person(world, dashed(known["id"]))
    report = import_rows(world, row(id=known["id"], email=known["email_address"]))
    assert (world.people(), person(world, dashed(known["id"]))) == before
    assert (report.counts.subscribers_new, report.counts.subscribers_changed, report.counts.commits) == (
        0,
        0,
        0,
    )


def test_an_older_address_is_remembered_for_their_events(world: World) -> None:
    known = world.newsletter.subscribers[0]
    sync(world)
    import_rows(world, row(id=known["id"], email="before@example.com"))
    import_files(
        world, write_csv(world.folder / "e.csv", [event_row("before@example.com", event_type="clicked")])
    )
    assert world.one("select subscriber_id from event_log where type = 'subscriber.clicked'") == dashed(
        known["id"]
    )
    world.later(days=2)
    sync(world)
    assert world.people()[dashed(known["id"])][0] == known["email_address"]


def test_somebody_known_from_events_alone_is_described(world: World) -> None:
    world.newsletter.events[0]["subscriber_id"] = GONE
    sync(world)
    assert person(world)[:3] == (None, None, None)
    import_rows(world, row())
    assert person(world)[:3] == ("gone@example.com", "Ada O'Hara", "unsubscribed")
    assert person(world)[5] is not None


def test_before_the_first_sync_the_last_file_wins_and_nulls_do_not(world: World) -> None:
    import_rows(world, row())
    later = {
        "id": GONE,
        "email": "new@example.com",
        "subscriber_type": "regular",
        "metadata": "",
        "creation_date": "",
    }
    import_rows(world, later, name="later.csv")
    assert person(world) == (
        "new@example.com",
        "Ada O'Hara",
        "regular",
        "2025-01-02T03:04:05.000Z",
        '["early bird","vip"]',
        None,
    )
    import_rows(world, {"id": GONE, "email": "", "tags": "early bird"}, name="latest.csv")
    assert person(world)[0] == "new@example.com"
    assert person(world)[4] == '["early bird"]'
    assert world.query("select email from subscriber_addresses order by email") == [
        ("gone@example.com",),
        ("new@example.com",),
    ]


def test_the_api_has_the_last_word(world: World) -> None:
    known = world.newsletter.subscribers[0]
    import_rows(world, row(id=known["id"], email="old@example.com"))
    sync(world)
    assert world.people().keys() == {dashed(each["id"]) for each in world.newsletter.subscribers}
    assert person(world, dashed(known["id"]))[:3] == ("reader0@example.com", None, "regular")


def test_newer_names_objects_and_lists(world: World) -> None:
    value = {
        "id": GONE,
        "email_address": "gone@example.com",
        "type": "premium",
        "creation_date": "2025-01-02T03:04:05.678901Z",
        "country": "DE",
        "tags": ["vip"],
        "metadata": {"name": "Ada"},
        "shoe_size": 41,
    }
    report = import_files(world, write_json(world.folder / "s.json", {"count": 1, "results": [value]}))
    assert person(world) == (
        "gone@example.com",
        "Ada",
        "premium",
        "2025-01-02T03:04:05.678Z",
        '["vip"]',
        None,
    )
    assert dict(report.counts.unknown_fields) == {"subscriber.shoe_size": 1}


def test_without_an_id_the_address_tells_who(world: World) -> None:
    sync(world)
    rows = [
        {"email": "READER0@example.com", "subscriber_type": "removed"},
        {"email": "unheard@example.com", "subscriber_type": "regular"},
        {"email": "", "subscriber_type": "regular"},
    ]
    report = import_rows(world, *rows)
    assert report.problems == ["s.csv: 1 row could not be read (line 4)"]
    assert report.counts.subscribers_new == 1
    assert person(world, dashed(world.newsletter.subscribers[0]["id"]))[2] == "regular"
    assert world.query(
        "select status, deleted_at is null from subscriber_list where email = 'unheard@example.com'"
    ) == [("regular", 0)]


def test_a_strange_cell_does_not_cost_the_person(world: World) -> None:
    report = import_rows(world, row(metadata="{'a': datetime.now()}", creation_date="long ago"))
    assert report.problems == []
    assert person(world)[:4] == ("gone@example.com", None, "unsubscribed", None)


def test_many_deleted_people_before_the_first_sync(found: Found, tmp_path: Path) -> None:
    people = [subscriber(f"p{number}@example.com", at=SENT - timedelta(days=9)) for number in range(60)]
    path = write_export(Newsletter(subscribers=people), "subscribers", tmp_path / "s.csv")
    world = found(Newsletter(subscribers=people[:10]))
    import_files(world, path)
    sync(world)
    world.later(days=2)
    sync(world)
    world.assert_sound()
    assert world.one("select count(*) from subscriber_list") == 60
