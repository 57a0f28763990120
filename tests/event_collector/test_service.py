"""The real process over a real socket: many at once, told to stop, killed, and asked nonsense."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from demo.deliveries import write_body
from event_collector.collector import MAX_BODY_BYTES
from shared import inbox
from shared.bucket import open_bucket
from tests.event_collector.service import KEY, PATH, Service, environment, launch, serving, signed
from tests.fake_gcs import FakeCloudStorage

READER = "0f1e2d3c-4b5a-4978-8f0e-112233445566"


def made() -> bytes:
    return write_body("subscriber.updated", subscriber=READER)


def stored(url: str) -> list[dict[str, Any]]:
    bucket = open_bucket(url)
    return [record for stat in inbox.listing(bucket, "default") for record in inbox.read(bucket, stat)[0]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("collector") / "data"


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Service]:
    with serving(str(folder)) as service:
        yield service
    assert "Traceback" not in service.said
    assert KEY not in service.said


@pytest.fixture
def count(folder: Path) -> Any:
    """How many records there are beyond those of earlier tests."""
    before = len(stored(str(folder)))
    return lambda: len(stored(str(folder))) - before


def test_a_webhook_is_in_the_bucket_once_it_was_accepted(service: Service, folder: Path, count: Any) -> None:
    body = made()
    assert service.ask(body=body, headers=signed(body)) == (200, "Stored.\n")
    assert count() == 1
    assert json.loads(body)["id"] in {record["id"] for record in stored(str(folder))}


def test_in_pieces_it_is_the_same_webhook(service: Service, count: Any) -> None:
    body = made()
    pieces = [body[place : place + 7] for place in range(0, len(body), 7)]
    headers = {**signed(body), "Transfer-Encoding": "chunked"}
    assert service.ask(body=pieces, headers=headers)[0] == 200
    assert count() == 1


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_huge_body_is_refused_or_hung_up_on(service: Service, count: Any, is_chunked: bool) -> None:
    body = b" " * (30 << 20)
    headers = signed(body) | ({"Transfer-Encoding": "chunked"} if is_chunked else {})
    pieces = [body[place : place + 65536] for place in range(0, len(body), 65536)]
    assert service.ask(body=pieces if is_chunked else body, headers=headers)[0] in (413, 0)
    one_more = b" " * (MAX_BODY_BYTES + 1)
    assert service.ask(body=one_more, headers=signed(one_more))[0] in (413, 0)
    assert count() == 0
    assert service.ask("GET", "/healthz")[0] == 200


@pytest.mark.parametrize(
    "rest",
    [
        *(
            b"Content-Length: 400\r\n\r\n{",
            b"Content-Length: -1\r\n\r\n{}",
            b"Content-Length: many\r\n\r\n{}",
        ),
        *(b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}"),
        *(b"Transfer-Encoding: gzip\r\n\r\n{}", b"\r\n", b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    ],
)
def test_a_broken_request_is_refused(service: Service, count: Any, rest: bytes) -> None:
    with closing(socket.create_connection(("127.0.0.1", service.port), timeout=30)) as line:
        signature = signed(b"{}")["X-Buttondown-Signature"]
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nX-Buttondown-Signature: {signature}\r\n"
        line.sendall(head.encode() + rest)
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(4096)
    assert not answer or 400 <= int(answer.split(b" ")[1]) <= 501
    assert b" 500 " not in answer.split(b"\r\n")[0]
    assert count() == 0


def test_thirty_two_at_once_are_all_kept(service: Service, folder: Path, count: Any) -> None:
    bodies = [made() for _ in range(32)]
    with ThreadPoolExecutor(32) as crowd:
        assert list(crowd.map(service.post, bodies)) == [200] * 32
    assert count() == 32
    assert {json.loads(body)["id"] for body in bodies} <= {record["id"] for record in stored(str(folder))}


def test_forgeries_among_them_are_not(service: Service, count: Any) -> None:
    def post(number: int) -> int:
        body = made()
        return service.ask(body=body, headers=signed(body, KEY if number % 2 else "another signing key"))[0]

    with ThreadPoolExecutor(16) as crowd:
        assert list(crowd.map(post, range(32))) == [401, 200] * 16
    assert count() == 16


def test_what_it_says_is_one_line_of_json_each_whoever_speaks_at_the_same_time(tmp_path: Path) -> None:
    with serving(str(tmp_path / "data")) as service, ThreadPoolExecutor(32) as crowd:
        assert set(crowd.map(lambda _: service.ask(body=made())[0], range(200))) == {401}
    lines = [json.loads(line) for line in service.said.splitlines()]
    assert [line["severity"] for line in lines] == ["WARNING"] * 200


def test_what_is_under_way_when_it_must_stop_is_still_stored(tmp_path: Path) -> None:
    url, body = str(tmp_path / "data"), made()
    with (
        serving(url) as service,
        closing(socket.create_connection(("127.0.0.1", service.port), timeout=30)) as line,
    ):
        head = "".join(f"{name}: {value}\r\n" for name, value in signed(body).items())
        head += f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n"
        line.sendall(f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 100")  # it has been taken up
        line.sendall(body[:10])
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert service.process.poll() is None
        line.sendall(body[10:])
        assert line.recv(4096).startswith(b"HTTP/1.1 200")
        assert service.process.wait(30) == 0
    assert len(stored(url)) == 1


def test_killed_at_any_moment_what_it_accepted_is_there(tmp_path: Path) -> None:
    url = str(tmp_path / "data")
    accepted: list[str] = []

    def post(service: Service) -> None:
        while (body := made()) and service.post(body) == 200:
            accepted.append(json.loads(body)["id"])

    with serving(url) as service:
        crowd = [threading.Thread(target=post, args=(service,)) for _ in range(8)]
        for each in crowd:
            each.start()
        while len(accepted) < 20:
            time.sleep(0.01)
        worker = _children(service.process.pid)
        service.process.kill()
        for pid in worker:
            os.kill(pid, signal.SIGKILL)
        for each in crowd:
            each.join(30)
    assert set(accepted) <= {record["id"] for record in stored(url)}


def test_on_cloud_storage_it_needs_no_other_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeCloudStorage() as cloud:
        with serving(f"gs://{cloud.bucket}", STORAGE_EMULATOR_HOST=cloud.url) as service:
            with ThreadPoolExecutor(8) as crowd:
                assert list(crowd.map(service.post, [made() for _ in range(8)])) == [200] * 8
            cloud.on("POST", "/upload/", "403")
            assert service.post(made()) == 503
        # It needs the right to create objects, and no other.
        assert {request.partition("?")[0].split("/storage")[0] for request in cloud.requests} == {
            "POST /upload"
        }
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", cloud.url)
        monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
        assert len(stored(f"gs://{cloud.bucket}")) == 8
    assert KEY not in service.said


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "BUTTONDOWN_WEBHOOK_KEY is not set"),
        ({"BUTTONDOWN_WEBHOOK_KEY": "short"}, "BUTTONDOWN_WEBHOOK_KEY must have 16 to 255 characters"),
        ({"BUTTONDOWN_WEBHOOK_KEY": KEY, "RAPPORT_PROJECT": "No Name"}, "RAPPORT_PROJECT must be"),
    ],
)
def test_without_its_settings_it_does_not_start(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    with launch(environment(str(tmp_path / "data"), **settings)) as process:
        said = process.communicate(timeout=30)[0]
    assert process.returncode == 2
    assert words in json.loads(said)["message"]
    assert KEY not in said


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in told.split()]
