"""`rapport snapshot` and `rapport profile`: the same pages as on the site, one file each, from what was synced."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from report_builder.job import build_report
from report_builder.snapshot_commands import profile, snapshot
from report_builder.snapshots import (
    PERIODS,
    email_snapshot,
    find_email,
    open_reading,
    overview_snapshot,
    profile_snapshot,
)
from shared.bucket.folder import FolderBucket
from shared.errors import UsageError
from tests.report_builder.examples import an_email
from tests.report_builder.stores import NOW

StoreOf = Callable[[str], Path | None]


@pytest.fixture
def bucket(tmp_path: Path, store_of: StoreOf) -> FolderBucket:
    store = store_of("one")
    assert store is not None
    (tmp_path / "data" / "weekly").mkdir(parents=True)
    shutil.copy(store, tmp_path / "data" / "weekly" / "engagement.sqlite")
    return FolderBucket(tmp_path / "data")


@pytest.fixture
def here(bucket: FolderBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RAPPORT_BUCKET", bucket.url)
    monkeypatch.setenv("RAPPORT_PROJECT", "weekly")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def run(*words: str) -> Result:
    return CliRunner().invoke(profile if words[0] == "profile" else snapshot, words[1:])


def test_files_are_those_of_the_site(bucket: FolderBucket) -> None:
    build_report(bucket, "weekly", NOW)
    with open_reading(bucket, "weekly", NOW) as reading:
        made = {
            "overview": overview_snapshot(reading),
            "latest-email": email_snapshot(reading, "latest"),
            "profile": profile_snapshot(reading),
        }
        years = {period: overview_snapshot(reading, period) for period in PERIODS}
    for name, body in made.items():
        assert body == bucket.read(f"weekly/site/snapshots/{name}.html")[0]
    assert years["13"] == made["overview"]
    assert len(set(years.values())) == len(PERIODS)
    assert b"20 Nov 2025" in years["52"]


@pytest.mark.parametrize(
    ("words", "name", "text"),
    [
        (["snapshot"], "overview", "Engaged readers"),
        (["snapshot", "--period", "52"], "overview", "Engaged readers"),
        (["snapshot", "--email", "latest"], "email", "First letter"),
        (["snapshot", "--email", "first LETTER"], "email", "First letter"),
        (["profile"], "profile", "Fewer than 5 people get The Weekly"),
    ],
)
def test_commands_write_a_file_named_by_the_day(here: Path, words: list[str], name: str, text: str) -> None:
    done = run(*words)
    assert done.exit_code == 0, done.output
    (file,) = here.iterdir()
    assert file.name == f"{name}-{date.fromisoformat(file.stem[-10:])}.html"
    assert file.name in done.output
    assert text in file.read_text("utf-8")
    again = run(*words)
    assert again.exit_code == 0
    assert list(here.iterdir()) == [file]


def test_a_file_of_ones_own_name(here: Path) -> None:
    assert run("profile", "--out", "mine.html").exit_code == 0
    assert [each.name for each in here.iterdir()] == ["mine.html"]


def test_nothing_of_the_site_is_needed_or_touched(here: Path, bucket: FolderBucket) -> None:
    before = {stat.name: stat.generation for stat in bucket.list()}
    assert run("snapshot", "--out", str(here / "x.html")).exit_code == 0
    assert {stat.name: stat.generation for stat in bucket.list()} == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["snapshot", "--email", "latest", "--period", "13"], "--period is for the overview"),
        (["snapshot", "--period", "7"], "'7' is not one of"),
        (["snapshot", "--email", "no such letter"], "no email is called 'no such letter'"),
        (["snapshot", "--out", "not/there.html"], "cannot write"),
    ],
)
def test_mistakes_are_explained(here: Path, words: list[str], said: str) -> None:
    command = [sys.executable, "-m", "rapport", *words]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True, cwd=here
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("words", [["snapshot"], ["snapshot", "--email", "latest"], ["profile"]])
def test_before_the_first_sync_there_is_nothing_to_write(
    here: Path, bucket: FolderBucket, words: list[str]
) -> None:
    bucket.delete("weekly/engagement.sqlite")
    done = run(*words)
    assert isinstance(done.exception, UsageError)
    assert "rapport sync" in (done.exception.hint or "")
    assert list(here.iterdir()) == []


def test_emails_are_found_by_what_people_call_them() -> None:
    subjects = ("On speed", "Weekly notes", "Weekly notes", None, "Speedy")
    emails = [an_email(uuid=str(4 - place), subject=subject) for place, subject in enumerate(subjects)]
    assert find_email(emails, "latest").uuid == "4"
    assert find_email(emails, " weekly  NOTES ").uuid == "3"
    assert find_email(emails, "2").uuid == "2"
    assert find_email(emails, "speedy").uuid == "0"
    assert find_email(emails, "email without").uuid == "1"
    with pytest.raises(UsageError, match="2 emails have 'speed'") as several:
        find_email(emails, "speed")
    assert "“On speed”, “Speedy”" in (several.value.hint or "")
    for asked in ("", "nothing"):
        with pytest.raises(UsageError, match="no email is called"):
            find_email(emails, asked)
    with pytest.raises(UsageError, match="no email has been sent"):
        find_email([], "latest")
