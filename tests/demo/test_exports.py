from __future__ import annotations

import ast
import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any, Literal

import pytest

from demo import Newsletter, dashed, event, subscriber, write_export
from tests.demo.worlds import MORNING, make_small

EVENT_COLUMNS = ["id", "token", "email_id", "subscriber__email", "event_type", "timestamp", "metadata"]
SUBSCRIBER_COLUMNS = [
    *(
        "id",
        "secondary_id",
        "email",
        "notes",
        "subscriber_type",
        "referrer_url",
        "utm_campaign",
        "utm_medium",
    ),
    *(
        "utm_source",
        "creation_date",
        "ip_address",
        "subscription_date",
        "unsubscription_date",
        "tags",
        "metadata",
    ),
]


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_events_survive_the_round_trip(world: Newsletter, tmp_path: Path) -> None:
    path = write_export(world, "events", tmp_path / "events.csv")
    rows = read_csv(path.read_text("utf-8"))
    addresses = {row["id"]: row["email_address"] for row in world.subscribers}
    assert list(rows[0]) == EVENT_COLUMNS
    assert len(rows) == len(world.events)
    for row, source in zip(rows, world.events, strict=True):
        assert row["event_type"] == source["event_type"]
        assert row["email_id"] == (dashed(source["email_id"]) if source["email_id"] else "")
        assert row["subscriber__email"] == addresses.get(source["subscriber_id"], "")
        assert row["timestamp"] == source["creation_date"][:19].replace("T", " ") + "+00:00"
        assert ast.literal_eval(row["metadata"]) == source["metadata"]


def test_ids_are_those_of_another_store_unless_asked_for(tmp_path: Path) -> None:
    newsletter = make_small(3)
    known = {dashed(row["id"]) for row in newsletter.events}
    other = read_csv(write_export(newsletter, "events", tmp_path / "a.csv").read_text("utf-8"))
    same = read_csv(write_export(newsletter, "events", tmp_path / "b.csv", same_ids=True).read_text("utf-8"))
    assert known.isdisjoint(row["id"] for row in other)
    assert {row["id"] for row in same} == known
    assert len({row["token"] for row in other}) == 3


def test_legacy_exports_still_have_the_older_kinds(tmp_path: Path) -> None:
    ada = subscriber("ada@example.com")
    newsletter = Newsletter(
        subscribers=[ada], events=[event("delivered", subscriber=ada, at=MORNING) for _ in range(2)]
    )
    rows = read_csv(write_export(newsletter, "events", tmp_path / "a.csv", legacy=True).read_text("utf-8"))
    kinds = [row["event_type"] for row in rows]
    assert kinds.count("delivered") == kinds.count("attempted") == kinds.count("sent") == 2
    assert kinds[:4] == [
        "activation_delivered",
        "activation_opened",
        "activation_clicked",
        "subscription_confirmed_opened",
    ]
    assert kinds.count("activation_opened") == 1
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["timestamp"] for row in rows if row["event_type"] == "attempted"} == {
        "2026-03-05 06:29:56+00:00"
    }


def test_subscribers_carry_the_older_field_names(world: Newsletter, tmp_path: Path) -> None:
    rows = read_csv(write_export(world, "subscribers", tmp_path / "s.csv").read_text("utf-8"))
    assert list(rows[0]) == SUBSCRIBER_COLUMNS
    for row, source in zip(rows, world.subscribers, strict=True):
        assert (row["id"], row["email"]) == (dashed(source["id"]), source["email_address"])
        assert row["subscriber_type"] == source["type"]
        assert [name for name in row["tags"].split(";") if name] == source["tags"]
        assert ast.literal_eval(row["metadata"]) == source["metadata"]
        assert bool(row["unsubscription_date"]) == (source["type"] == "unsubscribed")
        assert bool(row["subscription_date"]) == (source["type"] not in {"unactivated", "blocked"})


@pytest.mark.parametrize("kind", ["csv", "json"])
@pytest.mark.parametrize("collection", ["events", "subscribers", "emails"])
def test_an_archive_holds_the_same_text(
    tmp_path: Path, collection: Literal["events", "subscribers", "emails"], kind: Literal["csv", "json"]
) -> None:
    newsletter = make_small(2)
    plain = write_export(newsletter, collection, tmp_path / "plain", kind)
    packed = write_export(newsletter, collection, tmp_path / "packed.zip", kind, zipped=True)
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist() == [f"{collection}.{kind}"]
        assert archive.read(f"{collection}.{kind}") == plain.read_bytes()


def test_json_holds_objects_and_not_their_spelling(tmp_path: Path) -> None:
    newsletter = make_small(1)
    newsletter.events[0]["metadata"] = {"os": "Linux"}
    rows: Any = json.loads(write_export(newsletter, "events", tmp_path / "e.json", "json").read_text("utf-8"))
    assert rows[0]["metadata"] == {"os": "Linux"}


@pytest.mark.parametrize("collection", ["events", "subscribers", "emails"])
def test_an_empty_export_still_has_its_header(
    tmp_path: Path, collection: Literal["events", "subscribers", "emails"]
) -> None:
    text = write_export(Newsletter(), collection, tmp_path / "empty.csv").read_text("utf-8")
    assert text.startswith("id,")
    assert read_csv(text) == []
