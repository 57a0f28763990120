"""`rapport backups`, `restore` and `verify` as they are typed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from shared.bucket.folder import FolderBucket
from shared.errors import NotFound, SettingsError, UsageError
from sync_job.backups.commands import backups, restore, verify_store
from sync_job.commands import sync
from tests.fake_gcs import FakeCloudStorage
from tests.sync_job.backups.drill import Drill
from tests.sync_job.newsletters import opened_on
from tests.sync_job.world import DATABASE, World

REPOSITORY = Path(__file__).parents[3]
LONG = "a secret that is long enough to be one of ours"


@pytest.fixture
def typed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A store made by the command line, of the copy's own day and secret."""
    world.newsletter.newsletter["timezone"] = "America/New_York"
    for name, value in {
        "RAPPORT_BUCKET": str(world.folder / "data"),
        "RAPPORT_SECRET": LONG,
        "BUTTONDOWN_API_KEY": "demo-key",
        "BUTTONDOWN_API_URL": world.api.url,
    }.items():
        monkeypatch.setenv(name, value)
    run(sync)
    return world


def run(command: click.Command, *given: str, answer: str = "") -> str:
    result = CliRunner().invoke(command, list(given), standalone_mode=False, input=answer)
    assert (result.exception, result.return_value) == (None, 0), result.output
    return result.output


def copied_day(world: World) -> str:
    [copy] = world.bucket.list("default/backups/")
    return copy.name.removeprefix("default/backups/").removesuffix(".sqlite")


def refused(command: click.Command, *given: str) -> Result:
    return CliRunner().invoke(command, list(given), standalone_mode=False)


def test_backups_lists_each_state_with_the_command_that_restores_it(typed: World) -> None:
    listed = run(backups).splitlines()
    assert listed[0] == "Letters, times of America/New_York"
    day = copied_day(typed)
    live, copy = listed[2:]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d[\d.,]+ [kM]B  live +as it is now", live)
    assert copy.endswith(f"daily copy       rapport restore --at {day}")
    run(restore, "--at", day, "--yes")
    assert "delete them from default/backups" in run(backups)


def test_backups_of_nothing_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RAPPORT_BUCKET", str(tmp_path / "none"))
    assert run(backups).startswith("There is no store in ")
    assert not (tmp_path / "none").exists()


def test_backups_of_a_broken_store_ask_a_copy_for_the_time_zone(typed: World) -> None:
    typed.bucket.write(DATABASE, b"broken")
    assert run(backups).startswith("Letters, times of America/New_York")


def test_a_restore_asks_before_and_prints_what_undoes_it(typed: World) -> None:
    day = copied_day(typed)
    opened_on(typed.newsletter, typed.now)
    run(sync)
    events = len(typed.events())
    generation = typed.generation()
    told = run(restore, "--at", day, "--dry-run")
    assert told.startswith(f"Dry run, nothing restored: it would be the daily copy of {day[:4]}")
    declined = CliRunner().invoke(restore, ["--at", day], input="n\n")
    assert declined.exit_code == 1
    assert "Replace the live store with the daily copy of" in declined.output
    assert typed.generation() == generation
    told = run(restore, "--at", day, answer="y\n")
    assert len(typed.events()) == events - 1
    undo = re.findall(r"To undo it: rapport restore --at (\S+)", told)
    assert "`rapport sync` fetches what is missing since" in told
    run(restore, "--at", *undo, "--yes")
    assert len(typed.events()) == events
    run(restore, "--at", day, "--yes")
    run(sync)
    assert len(typed.events()) == events


def test_a_broken_store_is_restored_from_the_words_of_the_refusal(typed: World) -> None:
    typed.bucket.write(DATABASE, os.urandom(5000))
    result = refused(sync)
    assert "rapport restore --at" in getattr(result.exception, "hint", "")
    told = run(restore, "--at", "2099-01-01", "--yes")
    assert "The live store is not sound: default/engagement.sqlite failed its integrity check" in told
    assert re.search(r"The broken file was kept as backups/before-restore-\S+\.sqlite\.", told)
    assert "whoever was erased after" in told
    run(sync)
    typed.assert_true()


def test_a_deleted_store_has_nothing_to_undo(typed: World) -> None:
    typed.bucket.delete(DATABASE)
    assert "nothing to undo" in run(restore, "--at", "2099-01-01", "--yes")
    typed.assert_true()


def test_what_is_live_already_is_not_restored(typed: World) -> None:
    generation = typed.generation()
    assert run(restore, "--at", "2099-01-01").startswith(
        "Nothing to restore: the store has not changed since"
    )
    assert typed.generation() == generation


def test_a_restore_without_a_time_is_wrong_usage(typed: World) -> None:
    result = CliRunner().invoke(restore, [])
    assert (result.exit_code, "--at" in result.output) == (2, True)
    assert isinstance(refused(restore, "--at", "soon").exception, UsageError)


def test_a_restore_without_the_secret_of_the_store_is_refused(
    typed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAPPORT_SECRET")
    assert isinstance(refused(restore, "--at", "2099-01-01").exception, SettingsError)
    assert not (typed.folder / "data" / "secret.key").exists()


def test_verify_tells_each_check_and_exits_with_one_where_there_is_a_problem(typed: World) -> None:
    lines = run(verify_store).splitlines()
    assert len(lines) == 10
    assert all(line.startswith("✓ ") for line in lines)
    Drill(typed).edit(lambda database: database.execute("delete from events"))
    result = refused(verify_store)
    assert result.return_value == 1
    assert (
        "✗ runs: the runs tell of 7 new events, but only 0 are stored\n    To mend it: `rapport sync"
        in result.output
    )
    assert "· dimensions: " in result.output
    day = copied_day(typed)
    assert run(verify_store, "--at", day).count("✓") == 10


def test_verify_writes_nothing(typed: World) -> None:
    before = {each.name: each for each in typed.bucket.list()}
    run(verify_store)
    assert {each.name: each for each in typed.bucket.list()} == before


def test_verify_of_nothing_says_what_to_do(typed: World) -> None:
    typed.bucket.delete(DATABASE)
    missing = refused(verify_store).exception
    assert isinstance(missing, NotFound)
    assert "rapport restore" in missing.hint
    for each in list(typed.bucket.list("default/backups/")):
        typed.bucket.delete(each.name)
    missing = refused(verify_store).exception
    assert isinstance(missing, NotFound)
    assert "rapport sync" in missing.hint


def test_the_tiers_of_the_project_file_count(typed: World) -> None:
    assert isinstance(typed.bucket, FolderBucket)
    old = [f"default/backups/2026-01-{day:02}.sqlite" for day in range(1, 6)]
    for name in old:
        typed.bucket.write(name, b"old")
    today = [each.name for each in typed.bucket.list("default/backups/")][-1]
    typed.bucket.delete(today)
    typed.bucket.write("default/project.toml", b"[backups]\ndaily = 2\nweekly = 0\nmonthly = 0\n")
    opened_on(typed.newsletter, typed.now)
    run(sync)
    assert [each.name for each in typed.bucket.list("default/backups/")] == [old[-1], today]


def test_as_jobs_on_a_cloud_that_keeps_versions(cloud_drill: Drill, tmp_path: Path) -> None:
    """`python -m sync_job restore`, with the job's own settings, on the real client."""
    fake = cloud_drill.fake
    assert isinstance(fake, FakeCloudStorage)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "STORAGE_EMULATOR_HOST": fake.url,
        "RAPPORT_BUCKET": f"gs://{fake.bucket}/lists",
        "RAPPORT_SECRET": LONG,
        "BUTTONDOWN_API_KEY": cloud_drill.world.key,
        "BUTTONDOWN_API_URL": cloud_drill.world.api.url,
        "DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA": "true",
    }

    def job(*given: str, code: int = 0) -> str:
        command = [sys.executable, "-m", "sync_job", *given]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    job()
    sound = cloud_drill.world.generation()
    fake.advance(60)
    fake.put(f"lists/{DATABASE}", b"broken")
    assert "rapport restore" in job("sync", code=1)
    assert "✗ file: this is not a SQLite file" in job("verify", code=1)
    assert f"rapport restore --at {sound}" in job("backups")
    fake.advance(60)
    assert "Restored: the store is the version of" in job("restore", "--at", str(sound), "--yes")
    job("verify")
    cloud_drill.world.assert_true()
