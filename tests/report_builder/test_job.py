"""The job and its commands, from the database in the bucket to the site in the bucket."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from report_builder.commands import main
from report_builder.job import build_report
from shared.bucket.folder import FolderBucket
from shared.errors import DatabaseBroken, UsageError
from shared.lease import Lease
from tests.report_builder.stores import NOW

StoreOf = Callable[[str], Path | None]


@pytest.fixture
def bucket(tmp_path: Path, store_of: StoreOf) -> FolderBucket:
    store = store_of("one")
    assert store is not None
    (tmp_path / "data" / "weekly").mkdir(parents=True)
    shutil.copy(store, tmp_path / "data" / "weekly" / "engagement.sqlite")
    return FolderBucket(tmp_path / "data")


def test_builds_into_the_bucket_and_then_writes_nothing(bucket: FolderBucket) -> None:
    first = build_report(bucket, "weekly", NOW)
    assert first.files == first.published.written
    assert not first.is_empty
    assert b"First letter" in bucket.read("weekly/site/index.html")[0]
    second = build_report(bucket, "weekly", NOW)
    assert (second.published.written, second.published.removed) == (0, 0)


def test_a_project_never_synced_gets_pages_that_explain(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path)
    assert build_report(bucket, "weekly", NOW).is_empty
    assert b"rapport sync" in bucket.read("weekly/site/index.html")[0]


def test_the_last_run_is_on_the_status_page(bucket: FolderBucket) -> None:
    run = {
        "outcome": "failed",
        "started_at": "2026-11-18T18:00:00Z",
        "finished_at": "2026-11-18T18:01:00Z",
        "problems": ["no <way>"],
    }
    bucket.write("weekly/last_run.json", json.dumps(run).encode())
    build_report(bucket, "weekly", NOW)
    status = json.loads(bucket.read("weekly/site/data/status.json")[0])
    assert status["last_run"] == {
        "outcome": "failed",
        "started_at": "2026-11-18T19:00:00+01:00",
        "finished_at": "2026-11-18T19:01:00+01:00",
        "problems": ["no <way>"],
    }
    assert status["synced_at"] == "2026-11-18T19:20:00+01:00"


def test_a_run_that_found_nothing_new_makes_the_data_fresher(bucket: FolderBucket) -> None:
    bucket.write("weekly/last_run.json", b'{"outcome": "done", "finished_at": "2026-11-18T18:29:00Z"}')
    build_report(bucket, "weekly", NOW)
    status = json.loads(bucket.read("weekly/site/data/status.json")[0])
    assert status["synced_at"] == "2026-11-18T19:29:00+01:00"
    assert status["newest_event_at"] == "2026-11-17T19:31:30+01:00"


def test_a_restore_makes_nothing_fresher(bucket: FolderBucket) -> None:
    build_report(bucket, "weekly", NOW)
    before = json.loads(bucket.read("weekly/site/data/status.json")[0])["synced_at"]
    finished_ms = int(NOW.timestamp() * 1000)
    with closing(sqlite3.connect(bucket.root / "weekly/engagement.sqlite")) as store:
        store.execute(
            "insert into sync_runs values ('r', 'restore', ?, ?, 'done', '{}')", (finished_ms, finished_ms)
        )
        store.commit()
    build_report(bucket, "weekly", NOW)
    assert json.loads(bucket.read("weekly/site/data/status.json")[0])["synced_at"] == before


def test_a_broken_database_is_an_error(bucket: FolderBucket) -> None:
    bucket.write("weekly/engagement.sqlite", b"not a database")
    with pytest.raises(DatabaseBroken):
        build_report(bucket, "weekly", NOW)


@pytest.fixture
def environment(bucket: FolderBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_BUCKET", bucket.url)
    monkeypatch.setenv("RAPPORT_PROJECT", "weekly")


def test_segments_come_from_the_project_file(bucket: FolderBucket) -> None:
    bucket.write(
        "weekly/project.toml", b'[[segment]]\nname = "Clickers"\nrule = { clicked_any_of_last = 1 }\n'
    )
    build_report(bucket, "weekly", NOW)
    assert b"ada@example.com" in bucket.read("weekly/site/data/segments/clickers.csv")[0]


def test_a_faulty_project_file_stops_the_report_before_anything_is_written(bucket: FolderBucket) -> None:
    bucket.write("weekly/project.toml", b'[[segment]]\nname = "A"\nrule = { tga = "x" }\n[privcy]\n')
    environment = os.environ | {"RAPPORT_BUCKET": bucket.url, "RAPPORT_PROJECT": "weekly"}
    command = [sys.executable, "-m", "report_builder"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert run.returncode == 2
    assert "project.toml line 3: tga is not a condition; did you mean tag?" in run.stderr
    assert "project.toml line 4: [privcy] is not a setting; did you mean privacy?" in run.stderr
    assert "Traceback" not in run.stderr
    assert bucket.stat("weekly/site/index.html") is None


@pytest.mark.usefixtures("environment")
def test_segments_that_match_nobody_are_warned_of(bucket: FolderBucket) -> None:
    rules = (
        '{ tag = "nobody" }',
        "{ joined_since = 2041-01-31 }",
        "{ subscribed = false }",
        "{ subscribed = true }",
    )
    body = "\n".join(f'[[segment]]\nname = "S{n}"\nrule = {rule}' for n, rule in enumerate(rules))
    bucket.write("weekly/project.toml", body.encode())
    result = CliRunner().invoke(main, ["report"])
    assert result.exit_code == 0, result.output
    assert "Warning: project.toml: “S0” (line 3): There is nobody with the tag “nobody”." in result.output
    assert "Warning: project.toml: “S1” (line 6): Nobody joined on 31 Jan 2041 or later." in result.output
    assert "Warning: project.toml: “S2”: nobody fits its rule today." in result.output
    assert result.output.count("Warning") == 3
    assert "Nobody joined on 31 Jan 2041 or later" in bucket.read("weekly/site/segments.html")[0].decode()
    bucket.delete("weekly/engagement.sqlite")
    assert "Warning" not in CliRunner().invoke(main, ["report"]).output, "nobody is there at all"


@pytest.mark.usefixtures("environment")
def test_report_command(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["report", "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "index.html").exists()
    assert "files" in result.output
    assert "rapport sync" not in result.output


def test_report_command_without_data_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_BUCKET", str(tmp_path / "nothing"))
    result = CliRunner().invoke(main, ["report"])
    assert result.exit_code == 0, result.output
    assert "rapport sync" in result.output


@pytest.mark.usefixtures("environment")
def test_a_copy_in_a_folder_removes_nothing_but_its_own(tmp_path: Path, bucket: FolderBucket) -> None:
    out = tmp_path / "documents"
    (out / "letters").mkdir(parents=True)
    (out / "letters" / "mine.txt").write_text("keep me")
    (out / "notes.html").write_text("keep me too")
    assert CliRunner().invoke(main, ["report", "--out", str(out)]).exit_code == 0
    (gone,) = (out / "data" / "emails").glob("*.json")
    bucket.delete("weekly/engagement.sqlite")
    assert CliRunner().invoke(main, ["report", "--out", str(out)]).exit_code == 0
    assert not gone.exists()
    assert (out / "letters" / "mine.txt").read_text() == "keep me"
    assert (out / "notes.html").read_text() == "keep me too"


@pytest.mark.usefixtures("environment")
def test_a_copy_overwrites_no_file_that_is_not_of_a_report(tmp_path: Path) -> None:
    out = tmp_path / "homepage"
    out.mkdir()
    (out / "index.html").write_text("mine")
    result = CliRunner().invoke(main, ["report", "--out", str(out)])
    assert isinstance(result.exception, UsageError)
    assert "index.html" in str(result.exception)
    assert [each.name for each in out.iterdir() if not each.name.startswith(".")] == ["index.html"]
    assert (out / "index.html").read_text() == "mine"


@pytest.mark.usefixtures("environment")
def test_two_builds_at_once_leave_the_work_to_the_first(bucket: FolderBucket) -> None:
    with Lease(bucket, "weekly/leases/report_builder.json", owner="another build"):
        result = CliRunner().invoke(main, ["report"])
    assert result.exit_code == 0
    assert "another build" in result.output
    assert bucket.stat("weekly/site/index.html") is None


@pytest.mark.parametrize(
    ("project", "words", "code"),
    [("weekly", "not a SQLite file", 1), ("No Such Name!", "RAPPORT_PROJECT", 2)],
)
def test_errors_become_words_and_exit_codes(
    bucket: FolderBucket, project: str, words: str, code: int
) -> None:
    bucket.write("weekly/engagement.sqlite", b"not a database")
    command = [sys.executable, "-m", "report_builder"]
    environment = os.environ | {"RAPPORT_BUCKET": bucket.url, "RAPPORT_PROJECT": project}
    run = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert run.returncode == code
    assert words in run.stderr
    assert "Traceback" not in run.stderr
