"""`rapport import`: no key, no newsletter, a line at the end, and an exit code."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from demo import write_export
from rapport import rapport
from shared.bucket.folder import FolderBucket
from shared.errors import RapportError, UnreadableFile
from shared.lease import Lease
from tests.sync_job.exports.files import event_row, write_csv
from tests.sync_job.newsletters import make_small


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A brand-new one, and an environment that knows nothing else."""
    for name in ("BUTTONDOWN_API_KEY", "RAPPORT_SECRET", "RAPPORT_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RAPPORT_BUCKET", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(rapport, ["import", *map(str, arguments)], standalone_mode=False)


def said(result: Result) -> str:
    """What a person reads at the end."""
    return result.stdout.strip().splitlines()[-1]


def test_a_first_import_in_a_new_project(tmp_path: Path, project: Path) -> None:
    paths = [
        write_export(make_small(), each, tmp_path / each, zipped=True)
        for each in ("events", "emails", "subscribers")
    ]
    result = run(*paths)
    assert (result.exception, result.return_value) == (None, 0)
    assert said(result).startswith(
        "Imported into default: 7 new events, 2 new subscribers, 1 new email (10 rows read, "
    )
    last = json.loads((project / "default" / "last_run.json").read_text())
    assert (last["command"], last["outcome"], last["counts"]["events_new"]) == ("import", "done", 7)
    again = run(*paths)
    assert said(again).startswith(
        "Imported into default: no new events, no new subscribers, no new emails (10 rows"
    )


def test_a_dry_run(tmp_path: Path, project: Path) -> None:
    result = run("--dry-run", write_export(make_small(), "events", tmp_path / "e"))
    assert said(result).startswith("Dry run, nothing stored: imported into default: 7 new events")
    assert not (project / "default").exists()


def test_rows_that_cannot_be_read(tmp_path: Path) -> None:
    rows = [event_row("ada@example.com"), event_row("ada@example.com", at="?")]
    result = run(write_csv(tmp_path / "e.csv", rows))
    assert result.return_value == 1
    assert said(result).endswith("Incomplete: e.csv: 1 row could not be read (line 3)")
    assert "ada@" not in result.output


def test_a_file_that_is_no_export(tmp_path: Path, project: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("id,name\n")
    result = run(path)
    assert isinstance(result.exception, UnreadableFile)
    assert result.exception.exit_code == 2
    assert not (project / "default").exists()


def test_it_waits_for_another_run(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync_job.job.LEASE_WAIT_SECONDS", 0.1)
    path = write_export(make_small(), "events", tmp_path / "e")
    with Lease(FolderBucket(project), "default/leases/sync_job.json", owner="sync").acquire():
        result = run(path)
    assert isinstance(result.exception, RapportError)
    assert run(path).return_value == 0


@pytest.mark.parametrize("arguments", [[], ["missing.csv"]])
def test_wrong_usage(arguments: list[str]) -> None:
    result = CliRunner().invoke(rapport, ["import", *arguments])
    assert result.exit_code == 2
    assert "Usage: " in result.stderr
