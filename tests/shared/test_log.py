"""Readable lines on a terminal; anywhere else one JSON line per event, as Cloud Logging reads it."""

import io
import json
from datetime import UTC, datetime

import pytest

from shared.log import Log

NOON = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_pipe_each_event_is_one_json_line() -> None:
    stream = io.StringIO()
    log = Log(stream, readable=False, labels={"execution": "abc"}, clock=lambda: NOON)
    log.info("Synced.", events=3)
    log.warning("Two\nlines")
    log.error("Nö", when=NOON)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines == [
        {"severity": "INFO", "message": "Synced.", "time": NOON.isoformat(), "execution": "abc", "events": 3},
        {"severity": "WARNING", "message": "Two\nlines", "time": NOON.isoformat(), "execution": "abc"},
        {
            "severity": "ERROR",
            "message": "Nö",
            "time": NOON.isoformat(),
            "execution": "abc",
            "when": str(NOON),
        },
    ]


def test_on_a_terminal_lines_are_for_people() -> None:
    stream = io.StringIO()
    log = Log(stream, readable=True)
    log.info("Synced.", events=3)
    log.warning("Careful.")
    log.error("Failed.")
    assert stream.getvalue() == "Synced.\n! Careful.\n✗ Failed.\n"


@pytest.mark.parametrize(
    ("environ", "stream", "readable"),
    [
        ({}, Terminal(), True),
        ({}, io.StringIO(), False),
        ({"CLOUD_RUN_JOB": "sync"}, Terminal(), False),
        ({"K_SERVICE": "collector"}, Terminal(), False),
    ],
)
def test_where_it_runs_decides(environ: dict[str, str], stream: io.StringIO, readable: bool) -> None:
    assert Log.open(environ, stream).readable is readable


def test_in_the_cloud_lines_name_their_execution() -> None:
    stream = io.StringIO()
    environ = {"CLOUD_RUN_JOB": "sync", "CLOUD_RUN_EXECUTION": "sync-x7", "CLOUD_RUN_TASK_ATTEMPT": "1"}
    Log.open(environ, stream).info("Hello.")
    line = json.loads(stream.getvalue())
    assert (line["execution"], line["attempt"], line["project"]) == ("sync-x7", "1", "default")
    assert "task" not in line


def test_lines_name_their_project() -> None:
    stream = io.StringIO()
    Log.open({"RAPPORT_PROJECT": "weekly"}, stream).warning("Hello.")
    line = json.loads(stream.getvalue())
    assert (line["project"], line["severity"]) == ("weekly", "WARNING")


def test_progress_is_drawn_on_a_terminal_and_never_logged() -> None:
    for stream, readable in ((io.StringIO(), False), (Terminal(), True)):
        with Log(stream, readable=readable).progress("events") as progress:
            progress(1)
            progress(2, 4)
        assert ("events" in stream.getvalue()) is readable
