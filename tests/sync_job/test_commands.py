"""`rapport sync` as it is typed: what it understands, what it refuses, and what it says at the end."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shared.errors import ForeignDataError, SettingsError, UsageError
from sync_job.commands import closing_line, sync
from sync_job.counts import Counts
from sync_job.run_report import Report
from tests.sync_job.newsletters import opened_on
from tests.sync_job.world import World

LONG = "a secret that is long enough to be one of ours"


@pytest.fixture
def settings(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("RAPPORT_BUCKET", str(world.folder / "data"))
    monkeypatch.setenv("RAPPORT_SECRET", LONG)
    monkeypatch.setenv("BUTTONDOWN_API_KEY", "demo-key")
    monkeypatch.setenv("BUTTONDOWN_API_URL", world.api.url)
    return world


def call(*given: str) -> Result:
    return CliRunner().invoke(sync, list(given))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--from", "yesterday"], "'yesterday' does not match the format"),
        (["--from", "2026-13-01"], "does not match the format"),
        (["--to", "2026-02-30"], "2026-02-30"),
        (["--from", "20.08.2026"], "%Y-%m-%d"),
        (["--source", "pigeon"], "'pigeon' is not"),
        (["--fulll"], "No such option"),
        (["extra"], "unexpected extra argument"),
    ],
)
def test_wrong_usage_is_told_in_words(settings: World, given: list[str], words: str) -> None:
    result = call(*given)
    assert result.exit_code == 2
    assert words in result.output
    assert settings.api.requests == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--full", "--from", "2026-01-01"], "leave out --from and --to"),
        (["--full", "--to", "2026-01-01"], "leave out --from and --to"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], "--from 2026-02-01 is not before --to 2026-01-01"),
        (["--from", "2026-02-01", "--to", "2026-02-01"], "exclusive"),
    ],
)
def test_days_that_make_no_sense_are_refused(settings: World, given: list[str], words: str) -> None:
    result = call(*given)
    assert isinstance(result.exception, UsageError)
    assert words in str(result.exception)
    assert settings.api.requests == []


def test_without_a_key_it_says_where_to_get_one(settings: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BUTTONDOWN_API_KEY")
    result = call()
    assert isinstance(result.exception, SettingsError)
    [fault] = result.exception.faults
    assert fault.startswith("BUTTONDOWN_API_KEY is not set")
    assert "rapport demo" in fault


def test_in_the_cloud_it_asks_for_the_secret_before_anything_else(
    settings: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_BUCKET", "gs://my-bucket")
    monkeypatch.delenv("RAPPORT_SECRET")
    result = call()
    assert isinstance(result.exception, SettingsError)
    assert "RAPPORT_SECRET is required with a gs:// bucket: make one with" in str(result.exception)
    assert settings.api.requests == []


def test_wrong_settings_are_told_all_at_once(settings: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_PROJECT", "The Weekly")
    monkeypatch.setenv("RAPPORT_OVERLAP_DAYS", "three")
    result = call()
    assert isinstance(result.exception, SettingsError)
    assert len(result.exception.faults) == 2


def sync_done(*given: str) -> str:
    result = CliRunner().invoke(sync, list(given), standalone_mode=False)
    assert (result.exception, result.return_value) == (None, 0)
    return result.stdout


def test_a_sync_from_the_command_line(settings: World) -> None:
    assert sync_done().startswith("Synced Letters: 7 new events")
    settings.assert_true()
    opened_on(settings.newsletter, settings.now)
    told = sync_done("--dry-run")
    assert told.startswith("Dry run, nothing stored: synced Letters: 1 new event, ")
    assert len(settings.events()) == 7
    sync_done("--from", "2026-08-20", "--to", "2026-08-21", "--source", "buttondown")
    settings.assert_true()
    sync_done("--full", "--accept-deletions")


def test_a_dry_run_leaves_no_object_behind(settings: World) -> None:
    sync_done("--dry-run")
    assert not Path(settings.folder / "data").exists()


def test_another_secret_is_refused_from_the_command_line_too(
    settings: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_done()
    monkeypatch.setenv("RAPPORT_SECRET", LONG[::-1])
    result = CliRunner().invoke(sync, [], standalone_mode=False)
    assert isinstance(result.exception, ForeignDataError)


@pytest.mark.parametrize(
    ("counts", "problems", "line"),
    [
        ({}, [], "Synced The Weekly: no new events, no new subscribers, no new emails (no requests, 4 s)."),
        (
            {"events_new": 1204, "subscribers_new": 3, "emails_new": 1, "requests": 27},
            [],
            "Synced The Weekly: 1,204 new events, 3 new subscribers, 1 new email (27 requests, 4 s).",
        ),
        (
            {"events_new": 1, "events_paired": 2000, "subscribers_deleted": 5, "requests": 1},
            ["The key may not read tags."],
            "Synced The Weekly: 1 new event, 2,000 met under a second id, no new subscribers, 5 gone, "
            "no new emails (1 request, 4 s). Incomplete: The key may not read tags.",
        ),
        ({"requests": 1}, ["The key is not accepted."], "Not synced: The key is not accepted."),
        (
            {"unknown_types": {"levitated": 9}},
            [],
            "Synced The Weekly: no new events, no new subscribers, no new emails, 1 unknown event type "
            "(no requests, 4 s).",
        ),
    ],
)
def test_the_closing_line(counts: dict[str, Any], problems: list[str], line: str) -> None:
    report = Report("run", "sync", 1000, Counts(**counts), problems)
    report.newsletter, report.finished_ms = "The Weekly", 5000
    assert closing_line(report) == line
