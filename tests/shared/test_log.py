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


TRACED = "105445aa7843bc8bf206b12000100000"


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (f"{TRACED}/1;o=1", "0000000000000001"),
        (f"{TRACED.upper()}/18446744073709551615", "f" * 16),
        (f"{TRACED}/18446744073709551616", None),
        (f"{TRACED}/0", None),
        (f" {TRACED} ", None),
    ],
)
def test_lines_of_a_request_name_its_trace(header: str, span: str | None) -> None:
    stream = io.StringIO()
    log = Log.open({"K_SERVICE": "site", "GOOGLE_CLOUD_PROJECT": "my-cloud"}, stream)
    with log.tracing(header):
        log.info("Asked.")
    log.info("Afterwards.")
    asked, afterwards = map(json.loads, stream.getvalue().splitlines())
    assert asked["logging.googleapis.com/trace"] == f"projects/my-cloud/traces/{TRACED}"
    assert asked.get("logging.googleapis.com/spanId") == span
    assert "logging.googleapis.com/trace" not in afterwards


@pytest.mark.parametrize("header", ["", "x", "105445aa7843bc8b", f"{TRACED}/a", "x" * 10_000])
def test_what_is_no_trace_is_left_out(header: str) -> None:
    stream = io.StringIO()
    log = Log.open({"K_SERVICE": "site", "GOOGLE_CLOUD_PROJECT": "my-cloud"}, stream)
    elsewhere = Log.open({"K_SERVICE": "site"}, stream)
    with log.tracing(header):
        log.info("Asked.")
    with elsewhere.tracing(f"{TRACED}/1"):
        elsewhere.info("Asked.")
    assert "trace" not in stream.getvalue()


def test_progress_is_drawn_on_a_terminal_and_never_logged() -> None:
    for stream, readable in ((io.StringIO(), False), (Terminal(), True)):
        with Log(stream, readable=readable).progress("events") as progress:
            progress(1)
            progress(2, 4)
        assert ("events" in stream.getvalue()) is readable
