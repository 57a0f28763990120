"""Everything known about a person, in files that nobody else may read and no spreadsheet runs."""

import csv
import json
import stat
from pathlib import Path
from typing import Any

from demo import dashed, event, subscriber, tag
from tests.sync_job.newsletters import SENT
from tests.sync_job.privacy.conftest import Call
from tests.sync_job.privacy.people import ANNA, BEFORE_ANNA, BEN, PERSONAL_URL
from tests.sync_job.world import World


def exported(call: Call, tmp_path: Path, address: str = ANNA) -> list[Path]:
    """The folders that were written, one for each person."""
    result = call("person", "export", address, "--out", tmp_path / "out")
    assert (result.exception, result.return_value) == (None, 0)
    return sorted((tmp_path / "out").iterdir())


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_nothing_is_left_out(world: World, call: Call, tmp_path: Path) -> None:
    world.sync()
    assert call("tag", "add", "friend", ANNA).return_value == 0
    world.newsletter.subscribers[0]["tags"] = []
    world.newsletter.touch()
    world.later(days=2)
    world.sync()
    generation = world.generation()
    [folder] = exported(call, tmp_path)
    assert folder.name == dashed(world.newsletter.subscribers[0]["id"])
    person: dict[str, Any] = json.loads((folder / "person.json").read_text())
    profile = person["profile"]
    columns = {name for _, name, *_ in world.query("pragma table_info(subscribers)")} - {"id", "uuid"}
    told = {name.removesuffix("_ms") + "_at" if name.endswith("_ms") else name for name in columns}
    assert set(profile) == told | {"subscriber_id"}
    assert (profile["email"], profile["name"], profile["country"]) == (ANNA, "Anna Karenina", "gothenburg")
    assert profile["metadata"]["works"] == "steelworks"
    assert profile["created_at"] == "2026-01-22T06:30:00.000Z"
    assert [(each["email"], each["to"]) for each in person["addresses"]] == [
        (BEFORE_ANNA, "2026-08-10T06:30:00.000Z"),
        (ANNA, None),
    ]
    [vip, friend] = sorted(person["tags"], key=lambda each: str(each["from"] or ""))
    assert (vip["tag"], vip["origin"], vip["from"], vip["to"] is None) == ("vip", "provider", None, False)
    assert (friend["tag"], friend["origin"], friend["to"]) == ("local:friend", "local", None)
    assert [each["status"] for each in person["transitions"]] == ["regular"]
    mine = world.query("select * from event_log where subscriber_email = ? order by occurred_at", ANNA)
    names = [row[1] for row in world.query("pragma table_info(event_log)")]
    assert [tuple(each.values())[:-1] for each in person["events"]] == [row[:-1] for row in mine]
    assert [each["properties"] for each in person["events"]] == [json.loads(row[-1]) for row in mine]
    assert list(person["events"][0]) == names
    assert PERSONAL_URL in {each["url"] for each in person["events"]}
    assert world.generation() == generation


def test_each_list_is_a_csv_file_as_well(world: World, call: Call, tmp_path: Path) -> None:
    world.sync()
    [folder] = exported(call, tmp_path)
    person = json.loads((folder / "person.json").read_text())
    assert {each.name for each in folder.iterdir()} == {
        *("person.json", "profile.csv", "addresses.csv", "tags.csv", "transitions.csv", "events.csv")
    }
    for name in ("addresses", "tags", "transitions", "events"):
        rows = read_csv(folder / f"{name}.csv")
        assert len(rows) == len(person[name])
        for row, known in zip(rows, person[name], strict=True):
            assert list(row) == list(known)
    [profile] = read_csv(folder / "profile.csv")
    assert json.loads(profile["metadata"]) == person["profile"]["metadata"]


def test_a_spreadsheet_runs_nothing_of_it(world: World, call: Call, tmp_path: Path) -> None:
    [anna, _] = world.newsletter.subscribers
    evil = '=HYPERLINK("https://evil.example","x")'
    anna["metadata"], anna["tags"] = {"name": evil}, ["+cmd"]
    world.newsletter.tags.append(tag("+cmd"))
    world.newsletter.events.append(event("clicked", subscriber=anna, at=SENT, url="@sum(1)"))
    world.sync()
    [folder] = exported(call, tmp_path)
    cells = [cell for path in folder.glob("*.csv") for row in read_csv(path) for cell in row.values()]
    assert f"'{evil}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert json.loads((folder / "person.json").read_text())["profile"]["name"] == evil


def test_the_files_are_readable_by_their_owner_alone(world: World, call: Call, tmp_path: Path) -> None:
    world.sync()
    [folder] = exported(call, tmp_path)
    folder.chmod(0o755)
    (folder / "person.json").chmod(0o644)
    exported(call, tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == 6


def test_everybody_who_shares_the_address_has_a_folder(world: World, call: Call, tmp_path: Path) -> None:
    world.newsletter.subscribers.append(subscriber(BEFORE_ANNA.upper(), at=SENT))
    world.sync()
    result = call("person", "export", BEFORE_ANNA, "--out", tmp_path / "out")
    assert result.stdout.startswith("2 people have, or had, this address: each has a folder.")
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_who_is_not_known_is_told_so(world: World, call: Call, tmp_path: Path) -> None:
    before_any_sync = call("person", "export", ANNA, "--out", tmp_path / "out")
    world.sync()
    for result in (before_any_sync, call("person", "export", "karl@example.com", "--out", tmp_path / "out")):
        assert (result.exception, result.return_value) == (None, 1)
        assert result.stdout.startswith("Nobody here has, or had, this address.")
    assert not (tmp_path / "out").exists()


def test_somebody_of_whom_little_is_known(world: World, call: Call, tmp_path: Path) -> None:
    world.newsletter.events.clear()
    world.newsletter.subscribers[:] = [subscriber(BEN)]
    world.sync()
    [folder] = exported(call, tmp_path, BEN)
    assert read_csv(folder / "events.csv") == []
    assert (folder / "events.csv").read_text("utf-8-sig").startswith("event_id,source,type,")


def test_an_address_nobody_could_have(world: World, call: Call, tmp_path: Path) -> None:
    world.sync()
    for address in ("", " ", "%", "'; drop table events; --", "\N{PILE OF POO}@example.com"):
        assert call("person", "export", address, "--out", tmp_path / "out").return_value == 1
