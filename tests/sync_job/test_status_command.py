"""`rapport status`: ten lines at most, on any project, and always a next step."""

import json
from pathlib import Path

import pytest

from shared.env_file import write_env
from shared.errors import DatabaseBroken, SettingsError
from sync_job.known_store import read_store
from tests.sync_job.backups.drill import foreign_file
from tests.sync_job.owner import Owner


def next_step(owner: Owner) -> str:
    return owner.done("status").rstrip().splitlines()[-1].removeprefix("Next").strip()


def test_an_empty_folder_is_told_how_to_begin_and_stays_empty(owner: Owner) -> None:
    assert owner.done("status").splitlines() == [
        "Project     default in ./rapport-data",
        "Nothing yet.",
        "Next        rapport init",
    ]
    assert list(owner.folder.iterdir()) == []
    told = json.loads(owner.done("status", "--json"))
    assert (told["newsletter"], told["last_run"], told["next"]) == (None, None, "rapport init")
    assert "events" not in told, "what is not known is not zero"


def test_the_next_step_leads_from_the_key_to_the_report(owner: Owner) -> None:
    steps = [next_step(owner)]
    owner.done("init", typed="demo-key")
    steps.append(next_step(owner))
    owner.done("sync")
    steps.append(next_step(owner))
    owner.done("report")
    steps.append(next_step(owner))
    assert steps == ["rapport init", "rapport sync", "rapport report", "rapport serve"]


@pytest.fixture
def synced(owner: Owner) -> Owner:
    write_env(owner.env, "BUTTONDOWN_API_KEY", "demo-key")
    owner.done("sync")
    return owner


def test_what_is_known_fits_ten_lines(synced: Owner) -> None:
    told = synced.done("status").splitlines()
    assert len(told) <= 10
    assert told[1:5] == [
        "Newsletter  Letters",
        told[2],
        "People      2, 2 of them subscribed",
        "Emails      1",
    ]
    assert told[2].startswith("Events      7, the newest ")
    assert told[2].endswith(" ago (10 Aug 2026, 06:36)")
    assert told[5] == "Runs        done just now"
    assert told[7] == "Report      none yet"


def test_an_alert_is_told_and_leads_to_the_doctor(synced: Owner) -> None:
    synced.note(
        outcome="failed",
        command="sync",
        run_id="x",
        finished_at="2026-08-20T12:00:00Z",
        problems=["The disk is full."],
    )
    told = synced.done("status").splitlines()
    assert len(told) == 10
    assert told[5].startswith("Runs        failed ")
    assert told[8] == "Alerts      The last sync failed"
    assert told[9] == "Next        rapport doctor"
    as_json = json.loads(synced.done("status", "--json"))
    assert as_json["alerts"] == ["The last sync failed"]
    assert as_json["last_run"] == {
        "outcome": "failed",
        "finished_at": "2026-08-20T12:00:00.000Z",
        "problems": ["The disk is full."],
    }


def test_a_first_run_that_failed_is_told(owner: Owner) -> None:
    owner.note(outcome="failed", command="sync", problems=["no"])
    assert "Nothing yet. The last sync failed." in owner.done("status")


def test_for_machines_it_is_one_object(synced: Owner) -> None:
    told = json.loads(synced.done("status", "--json"))
    assert (told["kind"], told["version"], told["newsletter"]) == ("project_status", 1, "Letters")
    assert (told["events"], told["people"], told["subscribed"], told["emails"]) == (7, 2, 2, 1)
    assert told["newest_event_at"] == "2026-08-10T06:36:00.000Z"
    assert told["store_bytes"] > 10_000
    assert told["report_of"] is None


def test_a_broken_store_is_an_error(synced: Owner) -> None:
    synced.bucket.write("default/engagement.sqlite", b"not a database")
    assert isinstance(synced.run("status").exception, DatabaseBroken)
    synced.bucket.write("default/engagement.sqlite", b"SQLite format 3\x00 and no more of it")
    broken = synced.run("status").exception
    assert isinstance(broken, DatabaseBroken)
    assert "`rapport restore" in broken.hint  # never a copy by hand, which brings erased people back


def test_a_store_that_cannot_be_read_leads_to_the_restore_which_brings_nobody_back(tmp_path: Path) -> None:
    path = tmp_path / "foreign.sqlite"
    foreign_file(tmp_path)
    with pytest.raises(DatabaseBroken) as broken:
        read_store(path)
    assert "`rapport restore --at ...`" in broken.value.hint


def test_wrong_settings_are_told(synced: Owner) -> None:
    synced.export(RAPPORT_PROJECT="The Weekly")
    assert isinstance(synced.run("status").exception, SettingsError)


def test_another_project_is_another_status(synced: Owner) -> None:
    synced.export(RAPPORT_PROJECT="weekly")
    assert synced.done("status").splitlines()[:2] == ["Project     weekly in ./rapport-data", "Nothing yet."]
