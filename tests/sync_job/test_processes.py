"""Real processes on real folders: killed at any moment, racing each other, told to stop."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from demo import Faults
from shared.bucket.folder import FolderBucket
from shared.lease import Lease
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import make_small, opened_on
from tests.sync_job.test_job import LEASE
from tests.sync_job.world import World

REPOSITORY = Path(__file__).parents[2]
SECRET = "a canary secret that is long enough to be one"
# As `python -m sync_job`, but committing after every page.
HASTY = (
    "import sys; sys.argv[0] = 'sync_job'\n"
    "from shared.command_line import run\n"
    "from sync_job import commands, job\n"
    "job.COMMIT_EVERY_SECONDS = 0.0\n"
    "job.SyncJob.__init__.__defaults__ = tuple(\n"
    "    0.0 if value == 300.0 else value for value in job.SyncJob.__init__.__defaults__\n"
    ")\n"
    "job.UPLOAD_SHARE = 0\n"
    "run(commands.sync, 'sync_job')\n"
)


def environment(world: World) -> dict[str, str]:
    assert isinstance(world.bucket, FolderBucket)
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "error",
        "RAPPORT_BUCKET": str(world.bucket.root),
        "RAPPORT_SECRET": SECRET,
        "BUTTONDOWN_API_KEY": world.key,
        "BUTTONDOWN_API_URL": world.api.url,
    }


def start(world: World, *given: str, program: tuple[str, ...] = ("-m", "sync_job")) -> Any:
    return subprocess.Popen(
        [sys.executable, *program, *given],
        cwd=world.folder,
        env=environment(world),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(world: World, *given: str) -> tuple[int, str, str]:
    with start(world, *given) as process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_a_run_says_one_line_to_people_and_one_to_machines(world: World) -> None:
    code, out, err = run(world)
    assert code == 0
    assert out.startswith("Synced Letters: 7 new events, 2 new subscribers, 1 new email (")
    assert len(out.splitlines()) == 1
    [line] = [json.loads(line) for line in err.splitlines()]
    assert line["severity"] == "INFO"
    assert line["outcome"] == "done"
    assert line["counts"]["events_new"] == 7
    world.assert_true()
    assert (world.folder / "data" / "default" / "last_run.json").exists()
    code, out, _ = run(world, "sync")
    assert (code, out.partition(" (")[0]) == (
        0,
        "Synced Letters: no new events, no new subscribers, no new emails",
    )


def test_neither_key_nor_secret_is_said_or_kept(world: World) -> None:
    world.api.key = "a-canary-key"
    world.api.faults.on(path="/events", request=None, status=403)
    said = ""
    for key in ("a-canary-key", "another-canary"):
        world.key = key
        code, out, err = run(world)
        assert code == 2
        said += out + err
    kept = world.raw().decode("latin-1")
    for canary in (SECRET, "a-canary-key", "another-canary", world.newsletter.newsletter["api_key"]):
        assert canary not in said + kept


def test_an_incomplete_run_says_so_and_exits_with_one(world: World) -> None:
    for row in world.newsletter.events[:2]:
        row["creation_date"] = "once upon a time"
    code, out, err = run(world)
    assert code == 1
    assert "Incomplete:" in out
    assert {json.loads(line)["severity"] for line in err.splitlines()} == {"WARNING", "INFO"}
    assert world.last_run()["outcome"] == "incomplete"
    assert len(world.events()) == 5


def test_a_scheduled_run_that_finds_another_at_work_is_done(world: World) -> None:
    with Lease(world.bucket, LEASE, owner="the other one"):
        code, out, _ = run(world)
    assert code == 0
    assert out.startswith("Nothing to do: ")
    assert "the other one" in out


def test_a_full_run_waits_for_the_other(world: World) -> None:
    held = Lease(world.bucket, LEASE, owner="the other one").acquire()
    with start(world, "--full") as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1.5)
        held.release()
        assert process.wait(timeout=30) == 0
        process.communicate()
    world.assert_true()


def test_sigterm_gives_the_lease_back(found: Found) -> None:
    world = found(make_small(), Faults().on(path="/events", delay=30))
    with start(world) as process:
        while not world.asked("/events"):
            time.sleep(0.01)
        assert world.bucket.stat(LEASE) is not None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 1
        process.communicate()
    assert world.bucket.stat(LEASE) is None
    assert world.last_run()["outcome"] == "failed"
    assert world.last_run()["problems"] == ["stopped from outside before it was done"]
    world.api.faults.script.clear()
    assert run(world)[0] == 0
    world.assert_true()


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_nothing_is_lost_or_doubled(found: Found, seed: int) -> None:
    """Every request is a moment to die at; each life commits what it got."""
    dice = random.Random(seed)
    world = found(make_small(40, people=3), Faults(largest_page=4))
    world.newsletter.reissue_event_ids("em_evt")
    fatal: list[int] = []
    lives: list[Any] = []

    def kill(request: Any) -> None:
        if fatal and request.number >= fatal[0]:
            fatal.clear()
            time.sleep(dice.random() / 20)
            lives[-1].kill()

    world.api.faults.before_response = kill
    for _ in range(3):
        fatal[:] = [len(world.api.requests) + dice.randint(2, 18)]
        with start(world, program=("-c", HASTY)) as process:
            lives.append(process)
            process.communicate(timeout=60)
        if world.generation():
            world.assert_sound()
            assert len(world.events()) <= 40
    fatal.clear()
    code, _, err = run(world)
    assert code == 0, err
    world.assert_true()
    assert any(life.returncode == -signal.SIGKILL for life in lives)
    world.newsletter.reissue_event_ids("ext_evt")
    assert run(world)[0] == 0
    world.assert_true()


def test_two_processes_that_race_leave_one_store(found: Found) -> None:
    world = found(make_small(30), Faults(largest_page=10))
    racers = [start(world, "--full"), start(world)]
    ends = [(*racer.communicate(timeout=60), racer.returncode) for racer in racers]
    assert [end[2] for end in ends] == [0, 0], ends
    world.assert_true()
    assert world.bucket.stat(LEASE) is None


def test_two_processes_without_the_courtesy_of_a_lease_still_leave_one_store(found: Found) -> None:
    """The conditional write is the law."""
    world = found(make_small(30), Faults(largest_page=10))
    rude = HASTY.replace(
        "run(commands",
        "from shared.lease import Lease\nLease._take = Lease.release = lambda self: None\nrun(commands",
    )
    racers = [start(world, program=("-c", rude)) for _ in range(2)]
    ends = [(*racer.communicate(timeout=60), racer.returncode) for racer in racers]
    assert sorted(end[2] for end in ends) in ([0, 0], [0, 1]), ends
    assert run(world)[0] == 0
    world.assert_true()


def test_a_dead_run_on_this_machine_keeps_nobody_waiting(found: Found) -> None:
    world = found(make_small(), Faults().on(path="/events", delay=30))
    with start(world) as process:
        while not world.asked("/events"):
            time.sleep(0.01)
        process.kill()
        process.communicate()
    assert world.bucket.stat(LEASE) is not None
    world.api.faults.script.clear()
    opened_on(world.newsletter, world.now)
    assert run(world)[0] == 0
    world.assert_true()
