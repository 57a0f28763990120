"""From a run to the page: what a sync meets is told by the report built after it, and by the doctor's rules."""

import json
from datetime import timedelta
from typing import Any

import pytest

from demo import event
from report_builder.job import build_report
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import make_small
from tests.sync_job.world import World

STATUS = "default/site/data/status.json"


@pytest.fixture
def world(found: Found) -> World:
    """Synced twice, at peace."""
    world = found(make_small(events=200))
    world.sync()
    world.later(hours=1)
    add(world, "opened", 5)
    world.sync()
    return world


def add(world: World, kind: str, number: int) -> None:
    """So many events just now."""
    for second in range(number):
        at = world.now - timedelta(seconds=second)
        reader, issue = world.newsletter.subscribers[0], world.newsletter.emails[0]
        world.newsletter.events.append(event(kind, subscriber=reader, email=issue, at=at))


def told(world: World) -> dict[str, Any]:
    """The alerts of a report built now that hold already, by kind."""
    build_report(world.bucket, "default", world.now)
    alerts = json.loads(world.bucket.read(STATUS)[0])["alerts"]
    return {each["kind"]: each for each in alerts if each["from"] is None}


def test_at_peace_nothing_is_told_but_when_silence_would_be(world: World) -> None:
    assert told(world) == {}
    [alert] = json.loads(world.bucket.read(STATUS)[0])["alerts"]
    assert (alert["kind"], alert["from"]) == ("no_sync", (world.now + timedelta(hours=24)).isoformat())


def test_the_project_decides_how_long_silence_may_last(world: World) -> None:
    world.bucket.write("default/project.toml", b"[alerts]\nno_sync_hours = 2\n")
    assert told(world) == {}
    [alert] = json.loads(world.bucket.read(STATUS)[0])["alerts"]
    assert alert["from"] == (world.now + timedelta(hours=2)).isoformat()
    assert alert["title"] == "No sync for more than 2 hours"


def test_new_words_of_the_provider_are_told_until_they_are_usual(world: World) -> None:
    world.later(hours=1)
    add(world, "levitated", 40)
    world.sync()
    alert = told(world)["unknown_events"]
    assert "types this version does not know (levitated)" in alert["text"]
    for _ in range(4):
        world.later(days=4)
        add(world, "levitated", 40)
        world.sync()
    assert told(world) == {}


def test_rows_that_cannot_be_read_are_told(world: World) -> None:
    world.later(hours=1)
    add(world, "opened", 30)
    for row in world.newsletter.events[-20:]:
        row["creation_date"] = "soon"
    world.newsletter.touch()
    world.sync()
    assert {"refused_events", "incomplete_run"} <= told(world).keys()


def test_a_key_that_is_refused_is_told_and_forgotten_once_it_works(world: World) -> None:
    build_report(world.bucket, "default", world.now)
    pages = {stat.name: stat.generation for stat in world.bucket.list("default/site/")}
    world.later(hours=1)
    world.key = "another-key"
    world.sync()
    alert = told(world)["incomplete_run"]
    assert "does not accept the API key" in alert["text"]
    changed = {s.name for s in world.bucket.list("default/site/") if pages.get(s.name) != s.generation}
    assert changed == {STATUS, "default/site/manifest.json"}, "and nothing else is written"
    world.key = "demo-key"
    world.sync()
    assert told(world) == {}


def test_a_report_that_is_not_built_again_tells_the_same(world: World) -> None:
    world.later(hours=1)
    add(world, "levitated", 40)
    world.sync()
    build_report(world.bucket, "default", world.now)
    shortcut = world.bucket.read(STATUS)[0]
    world.later(minutes=5)
    build_report(world.bucket, "default", world.now)
    assert world.bucket.read(STATUS)[0] == shortcut
    for stat in list(world.bucket.list("default/site/")):
        world.bucket.delete(stat.name)
    build_report(world.bucket, "default", world.now)
    assert world.bucket.read(STATUS)[0] == shortcut
