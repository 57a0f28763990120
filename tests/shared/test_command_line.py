"""From errors to words and exit codes, the same behind every door."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from shared.command_line import run
from shared.errors import (
    BucketError,
    ForeignDataError,
    LeaseHeld,
    SettingsError,
    SourceIncomplete,
    SourceRefused,
    UnreadableFile,
    UsageError,
)

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_arguments(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No arguments; and the handler of SIGTERM is what it was afterwards."""
    monkeypatch.setattr(sys, "argv", ["rapport"])
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def exit_code_of(outcome: object) -> object:
    @click.command()
    def command() -> object:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    with pytest.raises(SystemExit) as left:
        run(command, "rapport")
    return left.value.code


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (None, 0),
        (0, 0),
        (1, 1),
        (2, 2),
        ("words", 0),
        (UsageError("wrong"), 2),
        (SettingsError(["A is wrong", "B is wrong"]), 2),
        (ForeignDataError("not ours"), 2),
        (UnreadableFile("what is this"), 2),
        (SourceRefused("no", status=403), 2),
        (SourceIncomplete("half"), 1),
        (BucketError("away"), 1),
        (LeaseHeld("leases/x", "another", datetime(2026, 1, 1, tzinfo=UTC)), 1),
        (KeyboardInterrupt(), 1),
        (click.UsageError("no such option"), 2),
        (click.Abort(), 1),
    ],
)
def test_each_outcome_has_its_exit_code(outcome: object, code: int) -> None:
    assert exit_code_of(outcome) == code


def test_an_error_is_one_json_line_with_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code_of(SourceRefused("the key is wrong", status=401, hint="Copy it again."))
    out, err = capsys.readouterr()
    line = json.loads(err)
    assert (out, line["severity"], line["message"], line["hint"]) == (
        *("", "ERROR"),
        "the key is wrong",
        "Copy it again.",
    )


def test_every_fault_of_the_settings_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code_of(SettingsError(["A is wrong", "B is wrong"]))
    assert json.loads(capsys.readouterr().err)["message"] == "A is wrong; B is wrong"


def test_on_a_terminal_errors_are_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    exit_code_of(SettingsError(["A is wrong", "B is wrong"]))
    exit_code_of(SourceRefused("the key is wrong", status=401, hint="Copy it again."))
    assert capsys.readouterr().err == "✗ A is wrong\n✗ B is wrong\n✗ the key is wrong\n  Copy it again.\n"


def test_who_holds_the_lease_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code_of(LeaseHeld("leases/x", "sync 42", datetime(2026, 1, 1, tzinfo=UTC)))
    assert json.loads(capsys.readouterr().err)["owner"] == "sync 42"


def test_sigterm_leaves_at_once_and_runs_what_must_be_run() -> None:
    program = (
        "import time, click\n"
        "from shared.command_line import run\n"
        "@click.command()\n"
        "def wait():\n"
        "    try:\n"
        "        print('ready', flush=True)\n"
        "        time.sleep(60)\n"
        "    finally:\n"
        "        print('released', flush=True)\n"
        "run(wait, 'wait')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "released\n"
    assert process.returncode == 1


def test_help_imports_no_component() -> None:
    program = (
        "import sys\n"
        "sys.argv = ['rapport', '--help']\n"
        "import rapport\n"
        "try:\n"
        "    rapport.main()\n"
        "except SystemExit as left:\n"
        "    assert left.code == 0, left.code\n"
        "heavy = {'sync_job', 'report_builder', 'demo', 'duckdb', 'jinja2', 'httpx', 'google.cloud.storage', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    assert told.endswith("[]\n")
    assert "sync" in told
    assert "report" in told
