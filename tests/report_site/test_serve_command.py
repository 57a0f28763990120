"""`rapport serve` as it is typed: where it serves, for whom, and when it refuses."""

import base64
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from report_site.passwords import PasswordHash
from report_site.serve_command import serve
from shared.bucket.folder import FolderBucket
from tests.report_site.sites import ask, ask_with

PAGE = b"<!doctype html><title>Hello</title><body><p>text</p></body>"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderBucket:
    bucket = FolderBucket(tmp_path / "data")
    monkeypatch.setenv("RAPPORT_BUCKET", str(bucket.root))
    return bucket


def typed(*given: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rapport", "serve", *given]
    return subprocess.run(
        command, env={**os.environ, **(environ or {})}, capture_output=True, text=True, timeout=60
    )


@contextmanager
def running(*given: str, environ: Mapping[str, str] | None = None) -> Iterator[tuple[int, list[str]]]:
    """The real command; yields its port, and what it said until it served."""
    command = [sys.executable, "-m", "rapport", "serve", "--port", "0", *given]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(environ or {})},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"The report is at http://\S+:(\d+)/", line):
                break
        else:
            raise AssertionError(f"it did not serve: {said}")
        try:
            yield int(found[1]), said
        finally:
            process.send_signal(signal.SIGINT)
            said += list(process.stdout)
            assert process.wait(30) == 0
            assert "Stopped.\n" in said


def test_it_serves_until_it_is_interrupted(data: FolderBucket) -> None:
    data.write("default/site/index.html", PAGE)
    with running() as (port, said):
        assert ask(port, "/")[2].startswith(b"<!doctype html><title>Hello</title>")
        assert ask(port, "/whoami")[2] == b'{"email": null, "role": "owner"}'
        assert ask(port, "/healthz")[2] == b"ok\n"
        assert ask_with(port, "/", "GET", {"Host": "evil.example"})[0] == 421
        assert f"http://127.0.0.1:{port}/" in said[-1]
    assert not list(data.root.glob("secret.key")), "serving hashes nothing"


def test_the_component_is_a_door_of_its_own() -> None:
    command = [sys.executable, "-m", "report_site", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "--make-password" in told.stdout


def test_its_end_is_the_end_of_the_sync_it_started(data: FolderBucket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        api = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with running(environ={"BUTTONDOWN_API_KEY": "k", "BUTTONDOWN_API_URL": api}) as (port, _):
            ours = {"Sec-Fetch-Site": "same-origin", "X-Rapport": "1"}
            assert ask_with(port, "/api/sync/events", "POST", ours)[0] == 202
            connection, _ = silent.accept()  # the sync asks, and gets no answer
            assert b'"under_way": true' in ask(port, "/api/sync/state")[2]
            assert ask_with(port, "/api/sync/events", "POST", ours)[0] == 409
        with connection:
            connection.settimeout(60)
            while connection.recv(65_536):
                pass  # until its side is gone
    assert data.stat("default/leases/sync_job.json") is None, "it left in peace"


def test_before_the_first_build_it_says_so(data: FolderBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", interrupt)
    result = CliRunner().invoke(serve, ["--port", "0"])
    assert result.exit_code == 0, result.output
    assert "rapport report" in result.output
    assert "http://127.0.0.1:" in result.output
    assert "Stopped." in result.output


def test_a_taken_port_is_explained(data: FolderBucket) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = CliRunner().invoke(serve, ["--port", str(taken.getsockname()[1])])
    assert result.exit_code == 1
    assert "cannot listen" in result.output


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "report.example"])
def test_others_get_in_by_a_password_or_not_at_all(data: FolderBucket, host: str) -> None:
    refused = typed("--host", host)
    assert refused.returncode == 2
    assert "RAPPORT_PASSWORD_HASH" in refused.stderr
    assert "rapport serve --make-password" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_hash_that_is_none_is_refused(data: FolderBucket) -> None:
    for host in ("127.0.0.1", "0.0.0.0"):
        refused = typed("--host", host, environ={"RAPPORT_PASSWORD_HASH": "scrypt$canary"})
        assert refused.returncode == 2
        assert "single quotes" in refused.stderr
        assert "canary" not in refused.stderr


def test_a_password_is_asked_for_everywhere(data: FolderBucket) -> None:
    data.write("default/site/index.html", PAGE)
    environ = {"RAPPORT_PASSWORD_HASH": str(PasswordHash.make("a long password"))}
    with running("--host", "0.0.0.0", environ=environ) as (port, said):
        status, headers, body = ask(port, "/")
        assert (status, b"Hello" in body) == (401, False)
        assert headers["WWW-Authenticate"].startswith("Basic ")
        assert "Content-Security-Policy" in headers
        for path in ("/whoami", "/api/sync/state", "/live/version", "/nothing"):
            assert ask(port, path)[0] == 401
        assert ask(port, "/healthz")[0] == 200
        right = "Basic " + base64.b64encode(b"me:a long password").decode()
        assert ask_with(port, "/", "GET", {"Authorization": right, "Host": "report.example"})[0] == 200
    assert any("TLS" in line for line in said)


def test_it_speaks_the_newer_protocol_too(data: FolderBucket) -> None:
    data.write("default/site/index.html", PAGE)
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no ::1")
    with running("--host", "::1") as (port, said):
        assert f"http://[::1]:{port}/" in said[-1]
        connection = http.client.HTTPConnection("::1", port, timeout=10)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        connection.close()


def test_a_password_becomes_a_line_of_settings() -> None:
    result = CliRunner().invoke(serve, ["--make-password"], input="a long password\na long password\n")
    assert result.exit_code == 0
    assert "a long password" not in result.output
    name, _, value = result.stdout.strip().partition("=")
    assert name == "RAPPORT_PASSWORD_HASH"
    assert PasswordHash.read(value.strip("'")).fits(b"a long password")
    shell = subprocess.run(
        ["sh", "-c", f"{result.stdout.strip()} env"], capture_output=True, text=True, check=True
    )
    assert f"RAPPORT_PASSWORD_HASH={value.strip(chr(39))}\n" in shell.stdout


def test_the_longest_password_there_can_be_lets_its_owner_in() -> None:
    longest = "ü" * 512
    result = CliRunner().invoke(serve, ["--make-password"], input=f"{longest}\n" * 2)
    assert result.exit_code == 0
    line = result.stdout.strip().partition("=")[2].strip("'")
    assert PasswordHash.read(line).fits(longest.encode())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("short\nshort\n", "at least 12"),
        ("a long password\nanother one\n", "Abort"),
        (f"{'ü' * 513}\n" * 2, "at most 1,024 bytes"),
    ],
)
def test_a_password_that_is_none_is_not_made(given: str, words: str) -> None:
    result = CliRunner().invoke(serve, ["--make-password"], input=given)
    assert result.exit_code != 0
    assert words in result.output
    assert "scrypt" not in result.output
