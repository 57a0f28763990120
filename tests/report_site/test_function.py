"""The service as the cloud runs it: the real framework in a process of its own, behind a proxy with keys of its own."""

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from functions_framework import create_app

from shared.bucket import open_bucket
from shared.bucket.folder import FolderBucket
from tests.fake_gcs import FakeCloudStorage
from tests.report_site.google_api import JOB, TOKEN, google_api
from tests.report_site.iap import AUDIENCE, HEADER, Proxy, proxy_with_keys
from tests.report_site.sites import Reply, ask_with
from tests.shared.killing import REPOSITORY

FRAMEWORK = Path(sys.executable).with_name("functions-framework")
COMMAND = [str(FRAMEWORK), "--source=report_site/main.py", "--target=site", "--host=127.0.0.1"]
PAGE = b"<!doctype html><title>Hello</title>" + b"<p>text</p>" * 500
OURS = {"Sec-Fetch-Site": "same-origin", "X-Rapport": "1"}


def environment(proxy: Proxy, bucket: str, **more: str) -> dict[str, str]:
    """As in the image, where PYTHONPATH is set too; without a secret, for nothing is hashed."""
    return {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "RAPPORT_BUCKET": bucket,
        "RAPPORT_PROJECT": "p",
        "RAPPORT_IAP_AUDIENCE": AUDIENCE,
        "RAPPORT_IAP_KEYS_URL": proxy.url,
        "THREADS": "16",
        **more,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def function(environ: Mapping[str, str]) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Yields the port and the process, which is sent SIGTERM at the end and must then leave in peace.

    Whatever was asked of it, its log holds no address and no token.
    """
    port = free_port()
    command = [*COMMAND, f"--port={port}"]
    with (
        TemporaryFile() as log,
        subprocess.Popen(command, cwd=REPOSITORY, env=environ, stdout=log, stderr=log) as process,
    ):
        try:
            while not answers(port):
                assert process.poll() is None
                time.sleep(0.05)
            yield port, process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                assert process.wait(30) == 0
            finally:
                process.kill()
        log.seek(0)
        told = log.read()
        assert b"@" not in told
        assert b"example.com" not in told
        assert TOKEN.encode() not in told
        assert b"Traceback" not in told


def answers(port: int) -> bool:
    try:
        return ask_with(port, "/healthz", "GET", {})[0] == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    with proxy_with_keys() as proxy:
        yield proxy


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> FolderBucket:
    bucket = FolderBucket(tmp_path_factory.mktemp("bucket"))
    bucket.write("p/site/index.html", PAGE)
    bucket.write("p/site/emails.html", b"emails")
    bucket.write("p/site/data/a b.csv", b"a,b\r\n")
    bucket.write("p/engagement.sqlite", b"secret")
    bucket.write(
        "p/project.toml", b'[roles]\nowner = ["owner@example.com"]\nviewer = ["viewer@example.com"]\n'
    )
    return bucket


@pytest.fixture(scope="module")
def port(proxy: Proxy, folder: FolderBucket) -> Iterator[int]:
    with function(environment(proxy, folder.url)) as (port, _):
        yield port


def get(
    port: int, proxy: Proxy, path: str, method: str = "GET", email: str = "owner@example.com", **more: str
) -> Reply:
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    return ask_with(port, path, method, {HEADER: proxy.assertion(email), **headers})


def test_pages_come_as_from_the_local_server(port: int, proxy: Proxy) -> None:
    status, headers, body = get(port, proxy, "/")
    assert (status, body) == (200, PAGE)
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert get(port, proxy, "/", If_None_Match=headers["ETag"])[0] == 304
    assert gzip.decompress(get(port, proxy, "/", Accept_Encoding="gzip")[2]) == PAGE
    assert get(port, proxy, "/emails?x=1")[2] == b"emails"
    assert get(port, proxy, "/data/a%20b.csv")[2] == b"a,b\r\n"
    assert b"no such page" in get(port, proxy, "/nothing")[2]


def test_head_and_parts(port: int, proxy: Proxy) -> None:
    status, headers, body = get(port, proxy, "/", "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(PAGE)))
    status, headers, body = get(port, proxy, "/", Range="bytes=-4")
    assert (status, body) == (206, b"</p>")
    assert get(port, proxy, "/", Range="bytes=99999-")[0] == 416


def test_a_download_larger_than_cloud_run_passes_on_whole_comes_chunked(
    port: int, proxy: Proxy, folder: FolderBucket
) -> None:
    large = bytes(range(256)) * (40_000_000 // 256)
    folder.write("p/site/data/events.parquet", large)
    path = "/data/events.parquet"
    status, headers, body = get(port, proxy, path)
    assert (status, body, headers["Content-Length"]) == (200, large, None)
    assert headers["Transfer-Encoding"] == "chunked"
    status, headers, body = get(port, proxy, path, "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", "40000000")
    status, headers, body = get(port, proxy, path, Range="bytes=256-511")
    assert (status, body, headers["Content-Length"]) == (206, bytes(range(256)), "256")
    assert get(port, proxy, "/data/engagement.sqlite", "HEAD")[1]["Content-Length"] == "6"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_pages_can_only_be_read(port: int, proxy: Proxy, method: str) -> None:
    status, headers, _ = get(port, proxy, "/", method)
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/../engagement.sqlite", "/%2e%2e/engagement.sqlite", "/..%2fengagement.sqlite",
        "/%252e%252e/engagement.sqlite",
        "/%5c..%5cengagement.sqlite", "/a%00b", "/%ff", "/.rapport-lock", "/%2fetc/passwd", "/a//b", "/./index.html",
        "http://evil.example/index.html",
    ],
)  # fmt: skip
def test_tricks_stay_outside(port: int, proxy: Proxy, path: str) -> None:
    status, _, body = get(port, proxy, path)
    assert status in (308, 400, 404)
    assert b"secret" not in body


def test_without_the_proxy_nothing_is_shown(port: int, proxy: Proxy) -> None:
    for path in ("/", "/whoami", "/api/sync/state", "/nothing", "/healthz/", "/%2e"):
        status, headers, body = ask_with(port, path, "GET", {})
        assert status == 401, path
        assert b"text" not in body
        assert "Content-Security-Policy" in headers
    for wrong in (
        proxy.unsigned(),
        proxy.assertion(aud="/projects/1"),
        proxy.assertion() + ", " + proxy.assertion(),
    ):
        assert ask_with(port, "/", "GET", {HEADER: wrong})[0] == 401


def test_the_same_header_twice_is_no_assertion(port: int, proxy: Proxy) -> None:
    good = proxy.assertion()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        head = (
            f"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{HEADER}: {good}\r\n{HEADER}: {good}\r\n\r\n"
        )
        connection.sendall(head.encode())
        with connection.makefile("rb") as reply:
            assert reply.readline().split()[1] == b"401"


def test_roles_hold(port: int, proxy: Proxy) -> None:
    assert json.loads(get(port, proxy, "/whoami", email="viewer@example.com")[2]) == {
        "email": "viewer@example.com",
        "role": "viewer",
    }
    status, _, body = get(port, proxy, "/", email="stranger@example.com")
    assert (status, b"not shared with you" in body) == (403, True)


def test_what_nobody_foresaw_is_no_news_for_whoever_asks(
    port: int, proxy: Proxy, folder: FolderBucket
) -> None:
    folder.write("p/leases/sync_job.json", b"[" * 100_000)  # deeper than a reader of JSON goes
    try:
        status, headers, body = get(port, proxy, "/api/sync/state")
    finally:
        folder.delete("p/leases/sync_job.json")
    assert (status, body) == (500, b"Something went wrong here. What it was is in the log.\n")
    assert "Content-Security-Policy" in headers
    assert get(port, proxy, "/")[0] == 200


def test_many_readers_at_once(port: int, proxy: Proxy) -> None:
    proxy.fetches = 0
    with ThreadPoolExecutor(32) as pool:
        replies = list(pool.map(lambda _: get(port, proxy, "/", Accept_Encoding="gzip"), range(128)))
    assert {status for status, _, _ in replies} == {200}
    assert {gzip.decompress(body) for _, _, body in replies} == {PAGE}
    assert proxy.fetches == 0, "the keys were known"


def test_a_start_without_a_job_is_explained(port: int, proxy: Proxy) -> None:
    status, _, body = get(port, proxy, "/api/sync/events", "POST", **OURS)
    assert (status, "RAPPORT_SYNC_JOB" in json.loads(body)["message"]) == (501, True)
    assert get(port, proxy, "/api/sync/events", "POST")[0] == 403
    assert get(port, proxy, "/api/sync/events", "POST", email="viewer@example.com", **OURS)[0] == 403


def test_the_job_is_started_as_the_service_itself(proxy: Proxy, folder: FolderBucket, tmp_path: Path) -> None:
    with google_api() as google:
        environ = environment(
            proxy, folder.url, RAPPORT_SYNC_JOB=JOB, RAPPORT_JOBS_API_URL=google.jobs_url,
            GCE_METADATA_HOST=google.host, GCE_METADATA_IP=google.host, CLOUDSDK_CONFIG=str(tmp_path),
        )  # fmt: skip
        with function(environ) as (port, _):
            status, _, body = get(port, proxy, "/api/sync/events", "POST", **OURS)
            assert (status, json.loads(body)["started"]) == (202, True)
            assert google.runs == [(f"/v2/{JOB}:run", {})]
            state = json.loads(get(port, proxy, "/api/sync/state")[2])
            assert state["under_way"] is True
            status, _, body = get(port, proxy, "/api/sync/events", "POST", **OURS)
            assert (status, len(google.runs)) == (409, 1)
            assert TOKEN.encode() not in body


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCloudStorage]:
    with FakeCloudStorage() as fake:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", fake.url)
        open_bucket("gs://newsletter").write("p/site/index.html", PAGE)
        yield fake


def test_from_cloud_storage_the_stored_bytes_go_out(proxy: Proxy, cloud: FakeCloudStorage) -> None:
    stored = cloud.live("p/site/index.html")
    assert stored is not None
    assert stored.fields["contentEncoding"] == "gzip"
    with function(environment(proxy, "gs://newsletter")) as (port, _):
        assert get(port, proxy, "/", Accept_Encoding="gzip")[2] == stored.body
        assert get(port, proxy, "/")[2] == PAGE


def test_a_bucket_that_is_away_is_told_while_the_reader_still_waits(
    proxy: Proxy, cloud: FakeCloudStorage
) -> None:
    cloud.on("GET", "/o/", "503", times=10_000)
    with function(environment(proxy, "gs://newsletter")) as (port, _):
        status, _, body = get(port, proxy, "/")  # which gives up after half a minute
        assert (status, body) == (502, b"The bucket did not answer.\n")


def test_the_end_of_an_instance_waits_for_its_readers(proxy: Proxy, cloud: FakeCloudStorage) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        assert go_on.wait(30)

    with function(environment(proxy, "gs://newsletter")) as (port, process), ThreadPoolExecutor(1) as pool:
        cloud.on("GET", "alt=media", hold)
        reply = pool.submit(get, port, proxy, "/")
        assert asked.wait(30)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)  # time enough to drop the reader, for one that would
        assert not reply.done()
        go_on.set()
        status, _, body = reply.result(30)
        assert (status, body) == (200, PAGE)
        assert process.wait(30) == 0


def test_it_loads_in_one_process_with_its_framework(
    proxy: Proxy, folder: FolderBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above without a server, for whoever looks for a fault with a debugger."""
    for name, value in environment(proxy, folder.url).items():
        monkeypatch.setenv(name, value)
    source = str(REPOSITORY / "report_site" / "main.py")
    client = create_app("site", source).test_client()  # type: ignore[no-untyped-call]
    answer = client.get("/emails", headers={HEADER: proxy.assertion()})
    assert (answer.status_code, answer.data) == (200, b"emails")
    again = client.get(
        "/emails", headers={HEADER: proxy.assertion(), "If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data, "Content-Length" in again.headers) == (304, b"", False)
    assert client.get("/").status_code == 401
    monkeypatch.setenv("RAPPORT_IAP_AUDIENCE", "")
    with pytest.raises(SystemExit) as left:
        create_app("site", source)  # type: ignore[no-untyped-call]
    assert left.value.code == 2


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"RAPPORT_IAP_AUDIENCE": ""}, "RAPPORT_IAP_AUDIENCE is not set"),
        ({"RAPPORT_SYNC_JOB": "sync-job"}, "RAPPORT_SYNC_JOB must look like"),
        ({"RAPPORT_PROJECT": "../x"}, "RAPPORT_PROJECT"),
    ],
)
def test_with_wrong_settings_it_does_not_start(
    proxy: Proxy, tmp_path: Path, setting: dict[str, str], words: str
) -> None:
    environ = environment(proxy, str(tmp_path), **setting)
    command = [*COMMAND, f"--port={free_port()}"]
    ran = subprocess.run(command, cwd=REPOSITORY, env=environ, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 2
    assert words in json.loads(ran.stderr)["message"]
