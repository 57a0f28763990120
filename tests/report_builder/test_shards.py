"""The shards hold the same people and events as the store, found the way the browser finds them."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from report_builder.people_shards import PEOPLE_PER_SHARD, PeopleShards, shift_for
from report_builder.shards import day_number, packed_id
from tests.report_builder.conftest import Sites
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store, sqlite_rows


def test_ids_travel_packed() -> None:
    uuid = "8cb3d458-c8cb-a524-43b5-0e3a931d9e97"
    assert len(packed_id(uuid)) == 22
    assert str(UUID(bytes=urlsafe_b64decode(packed_id(uuid) + "=="))) == uuid
    assert day_number(None) == -1


def test_the_list_holds_everybody_in_rank_order(site_of: Sites) -> None:
    site = site_of("full")
    listed = json.loads(site["data/subscribers.json"])
    columns = json.loads(site[listed["shards"][0]])
    assert listed["count"] == 600 == len(columns["id"])
    assert {len(column) for column in columns.values()} == {600}
    assert columns["score"] == sorted(columns["score"], reverse=True)
    assert listed["pages"] == len([path for path in site if path.startswith("subscribers/")]) == 100
    lines = site["data/subscribers.csv"].decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == columns["email"]


def test_every_event_is_in_one_history(site_of: Sites, store_of: Callable[[str], Path | None]) -> None:
    site, store = site_of("full"), store_of("full")
    assert store is not None
    names = json.loads(site["data/people/names.json"])
    found = []
    shift = shift_for(600)
    known = [uuid for (uuid,) in sqlite_rows(store, "select subscriber_id from subscriber_list")]
    uuids = {uuid.replace("-", "")[-18:]: uuid for uuid in known}
    for path, body in site.items():
        if not path.startswith("data/people/") or path.endswith("names.json"):
            continue
        shard = json.loads(body)
        people, events = shard["people"], shard["events"]
        for place, packed in enumerate(people["id"]):
            uuid = uuids[urlsafe_b64decode(packed).hex()]
            assert int(uuid[-2:], 16) >> shift == int(path[12:14], 16)
            for i in range(people["first"][place], people["first"][place] + people["events"][place]):
                subject, _, sent_minute, _ = names["emails"][str(events["email"][i])]
                kind, _ = shard["types"][events["type"][i]]
                found.append(
                    (
                        uuid,
                        kind,
                        subject,
                        sent_minute + events["minute"][i],
                        names["links"].get(str(events["link"][i])),
                    )
                )
    stored = sqlite_rows(
        store,
        "select subscriber_id, type, email_subject, cast(strftime('%s', occurred_at) as integer) / 60, l.normalised "
        "from event_log as e left join links as l on l.url = e.url",
    )
    assert sorted(found, key=str) == sorted(stored, key=str)


def test_older_than_two_years_is_summed_per_email(tmp_path: Path) -> None:
    from report_builder.build import build
    from report_builder.warehouse import open_warehouse

    store = Store(tmp_path / "s.sqlite")
    person, old, new = (
        store.subscriber("a@b.c", name="Old Friend"),
        store.email("Old", NOW_MS - 800 * DAY),
        store.email("New"),
    )
    for minute in range(3):
        store.event("subscriber.opened", NOW_MS - 800 * DAY + minute * 60_000, person, old)
    store.event("subscriber.clicked", NOW_MS - 800 * DAY + 1, person, old)
    store.event("subscriber.opened", NOW_MS - 9 * DAY, person, new)
    store.insert(
        "subscriber_addresses", subscriber=person, email="old@b.c", from_ms=0, to_ms=NOW_MS - 500 * DAY
    )
    store.insert("subscriber_addresses", subscriber=person, email="a@b.c", from_ms=NOW_MS - 500 * DAY)
    store.insert("subscriber_transitions", subscriber=person, occurred_ms=NOW_MS - 90 * DAY, status="premium")
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
    (page,) = [body.decode() for path, body in site.items() if path.startswith("subscribers/")]
    assert "Longer than two years ago" in page
    assert "3 opens, 1 click" in page
    assert "old@b.c until" in page
    assert "premium on 20 Aug 2026" in page
    (shard,) = [
        json.loads(body)
        for path, body in site.items()
        if path.startswith("data/people/") and "names" not in path
    ]
    assert [row[1:] for row in shard["more"]["0"]["earlier"]] == [[1, 3, 1]]
    assert shard["people"]["events"] == [1]


@pytest.mark.parametrize(("people", "shards"), [
    (0, 1), (2_000, 1), (2_001, 2), (100_000, 64), (128_000, 64), (128_001, 128), (10_000_000, 256),
])  # fmt: skip
def test_there_are_as_many_shards_as_people_need(people: int, shards: int) -> None:
    assert 256 >> shift_for(people) == shards
    assert people <= PEOPLE_PER_SHARD * shards or shards == 256


def test_nobody_wanted_nothing_kept() -> None:
    assert PeopleShards([], {}, []).add_timeline([], frozenset()) == {}
