"""The store breaks; the sync refuses and says how to mend it; after the restore nothing is missing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import DatabaseBroken
from tests.sync_job.backups.drill import Drill, empty_file, foreign_file
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import opened_on
from tests.sync_job.world import DATABASE

Damage = Callable[[bytes, Path], bytes]


def overwrite_a_page(body: bytes, _: Path) -> bytes:
    return body[:4096] + os.urandom(8192) + body[12288:]


DAMAGES: dict[str, Damage] = {
    "random bytes": lambda body, _: os.urandom(len(body)),
    "a page of random bytes": overwrite_a_page,
    "cut in half": lambda body, _: body[: len(body) // 2],
    "cut at a page": lambda body, _: body[: len(body) // 8192 * 4096],
    "empty": lambda _, __: b"",
    "a header of zeros": lambda body, _: bytes(100) + body[100:],
    "a web page": lambda _, __: b"<html>Service unavailable</html>",
    "another program's file": lambda _, folder: foreign_file(folder),
    "a sound file without tables": lambda _, folder: empty_file(folder),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_after_damage_restore_and_sync_nothing_is_missing(drill: Drill, damage: str, scratch: Path) -> None:
    world = drill.world
    drill.days(3)
    opened_on(world.newsletter, world.now)
    broken = DAMAGES[damage](drill.body(), scratch)
    world.bucket.write(DATABASE, broken)

    with pytest.raises(DatabaseBroken) as refused:
        world.sync()
    assert "rapport restore" in refused.value.hint
    assert "rapport restore" in world.last_run()["problems"][0]
    assert drill.body() == broken

    world.later(minutes=5)
    done = drill.restore(f"{world.now:%Y-%m-%d}")
    assert done.finding
    world.assert_sound()
    assert world.bucket.read(f"default/backups/{done.kept_as}.sqlite")[0] == broken
    world.sync()
    world.assert_true()


def test_a_restored_store_becomes_what_one_never_broken_is(drill: Drill, found: Found) -> None:
    """The same newsletter, synced at the same times into a bucket where nothing ever happened."""
    world = drill.world
    whole = found(world.newsletter)
    for day in range(4):
        drill.sync()
        whole.now = world.now
        whole.sync()
        world.later(days=1)
        opened_on(world.newsletter, world.now)
        if day == 2:
            world.newsletter.subscribers[0]["tags"] = ["vip"]
    world.bucket.write(DATABASE, os.urandom(5000))
    drill.restore("2026-08-22")
    drill.sync()
    whole.now = world.now
    whole.sync()
    expected = Drill(whole).contract()
    assert len(expected["event_log"]) == 16
    assert drill.contract() == expected


def test_a_store_that_was_deleted_comes_back(drill: Drill) -> None:
    drill.days(2)
    drill.world.bucket.delete(DATABASE)
    done = drill.restore("2026-08-22")
    assert (done.kept_as, done.finding) == ("", "")
    drill.world.later(minutes=1)
    drill.world.sync()
    drill.world.assert_true()


def test_already_after_the_first_run_there_is_a_way_back(drill: Drill) -> None:
    drill.sync()
    assert drill.names() == ["backups/2026-08-20.sqlite"]
    drill.world.bucket.write(DATABASE, b"gone")
    drill.restore("2026-08-20")
    drill.world.assert_true()
