"""A sync on this machine, with the real commands against the demo's API, and with commands that misbehave."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from demo import Faults, make_newsletter, serve
from report_site.local_sync import LocalSync
from report_site.sync_control import Attempt
from shared.bucket.folder import FolderBucket
from tests.report_site.sites import ask_with

ENDED = 60.0  # seconds that no run here needs


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def finished(sync: LocalSync) -> Attempt:
    worker = sync._worker
    assert worker is not None
    worker.join(ENDED)
    attempt = sync.last_attempt()
    assert attempt is not None
    assert not attempt.is_under_way
    return attempt


def test_the_real_thing_syncs_and_builds(tmp_path: Path) -> None:
    newsletter = make_newsletter(until=datetime(2026, 8, 1, tzinfo=UTC), subscribers=20, emails=3)
    with serve(newsletter, key="k") as api:
        environ = os.environ | {
            "RAPPORT_BUCKET": str(tmp_path), "BUTTONDOWN_API_KEY": "k", "BUTTONDOWN_API_URL": api.url,
        }  # fmt: skip
        said: list[str] = []
        sync = LocalSync(said.append, environ=environ)
        assert sync.last_attempt() is None
        assert sync.start().status == 202
        assert finished(sync).problem == ""
    assert said == []
    bucket = FolderBucket(tmp_path)
    assert b'"outcome": "done"' in bucket.read("default/last_run.json")[0]
    assert bucket.stat("default/site/index.html") is not None


def test_wrong_settings_end_it_and_are_told(tmp_path: Path) -> None:
    said: list[str] = []
    sync = LocalSync(said.append, environ=os.environ | {"RAPPORT_BUCKET": str(tmp_path)})
    sync.start()
    assert "BUTTONDOWN_API_KEY is not set" in finished(sync).problem
    assert said == [finished(sync).problem]
    assert not (tmp_path / "default" / "site").exists(), "nothing was built of nothing"


def test_a_sync_that_missed_something_is_followed_by_a_report(tmp_path: Path) -> None:
    log = tmp_path / "log"
    note = "import sys; open(sys.argv[1], 'a').write('{}\\n')"
    commands = [
        (*python(note.format("sync") + "; print('half of it', file=sys.stderr); sys.exit(1)"), str(log)),
        (*python(note.format("report")), str(log)),
    ]
    sync = LocalSync(lambda problem: None, commands)
    sync.start()
    assert finished(sync).problem == "half of it"
    assert log.read_text() == "sync\nreport\n"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("raise SystemExit(3)", "it ended with exit code 3"),
        ("import sys; print('{\"severity\": \"INFO\", \"message\": \"hello\"}', file=sys.stderr); sys.exit(1)",
         "it ended with exit code 1"),
        ("import sys; print('{\"severity\": \"ERROR\", \"message\": \"no\"}', file=sys.stderr); sys.exit(1)", "no"),
        ("import sys; print('[]\\n\\n', file=sys.stderr); sys.exit(1)", "[]"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "it ended with exit code -9"),
        ("import sys; sys.stderr.buffer.write(b'\\xff' * 200_000); sys.exit(1)", "\ufffd" * 500),
    ],
)  # fmt: skip
def test_whatever_goes_wrong_is_told(code: str, problem: str) -> None:
    sync = LocalSync(lambda problem: None, [python(code)])
    sync.start()
    assert finished(sync).problem == problem


def test_a_command_that_is_not_there_is_told() -> None:
    sync = LocalSync(lambda problem: None, [("/no/such/command",)])
    sync.start()
    assert "could not be started" in finished(sync).problem


@pytest.fixture
def waiting(tmp_path: Path) -> Callable[[], tuple[LocalSync, Path]]:
    """A sync that goes on until its gate is opened."""

    def make() -> tuple[LocalSync, Path]:
        gate = tmp_path / "gate"
        os.mkfifo(gate)
        return LocalSync(
            lambda problem: None, [(*python("import sys; open(sys.argv[1]).read()"), str(gate))]
        ), gate

    return make


def test_one_at_a_time(waiting: Callable[[], tuple[LocalSync, Path]]) -> None:
    sync, gate = waiting()
    start, found = threading.Barrier(8), []

    def begin() -> None:
        start.wait()
        found.append(sync.start().status)

    racers = [threading.Thread(target=begin) for _ in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(found) == [202] + [409] * 7
    gate.write_text("")
    assert finished(sync).problem == ""
    assert sync.start().status == 202
    gate.write_text("")
    finished(sync)


def test_the_end_of_the_server_is_the_end_of_its_sync(waiting: Callable[[], tuple[LocalSync, Path]]) -> None:
    sync, gate = waiting()
    sync.start()
    handle = os.open(gate, os.O_WRONLY)  # once this returns, the other side is open: it runs
    try:
        sync.stop()
        assert finished(sync).problem == "it ended with exit code -15"
        assert sync.start().status == 409
    finally:
        os.close(handle)


def test_ctrl_c_in_the_terminal_of_the_server_keeps_what_its_sync_has_got(tmp_path: Path) -> None:
    """Both are in the terminal; the server hears of it, and its sync must hear of it once."""
    newsletter = make_newsletter(until=datetime(2026, 8, 1, tzinfo=UTC), subscribers=60, emails=6)
    with serve(newsletter, key="k", faults=Faults().on(path="/events", request=2, times=9, delay=60)) as api:
        environ = os.environ | {
            "RAPPORT_BUCKET": str(tmp_path), "BUTTONDOWN_API_KEY": "k", "BUTTONDOWN_API_URL": api.url,
            "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        with subprocess.Popen(
            [sys.executable, "-m", "rapport", "serve", "--port", "0"],
            env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        ) as server:  # fmt: skip
            assert server.stdout
            found = re.search(r"http://\S+:(\d+)/", server.stdout.readline())
            assert found
            headers = {"X-Rapport": "1", "Sec-Fetch-Site": "same-origin"}
            assert ask_with(int(found[1]), "/api/sync/events", "POST", headers)[0] == 202
            until = time.monotonic() + ENDED
            while sum("/events" in request.path for request in api.requests) < 2 and time.monotonic() < until:
                time.sleep(0.02)
            os.killpg(server.pid, signal.SIGINT)
            assert server.wait(ENDED) == 0
    bucket = FolderBucket(tmp_path)
    assert b"stopped from outside" in bucket.read("default/last_run.json")[0]
    bucket.download("default/engagement.sqlite", tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy")) as store:
        assert store.execute("select count(*) from events").fetchone()[0] > 0


def test_stopping_what_never_ran_is_nothing() -> None:
    LocalSync(lambda problem: None).stop()
