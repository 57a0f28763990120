"""The site server over a real socket: production's headers, and nothing outside the site."""

import gzip
import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from report_builder.server import Site, clean_path, make_server, serve
from shared.bucket.folder import FolderBucket
from shared.errors import BucketError

PAGE = b"<!doctype html><title>Hello</title>" + b"<p>text</p>" * 50


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    bucket = FolderBucket(tmp_path_factory.mktemp("bucket"))
    bucket.write("p/site/index.html", PAGE)
    bucket.write("p/site/emails/index.html", b"emails")
    bucket.write("p/site/assets/site.0123456789ab.css", b"body {}")
    bucket.write("p/site/data/a b.csv", b"a,b\r\n")
    bucket.write("p/engagement.sqlite", b"secret")
    bucket.write("index.html", b"outside")
    server = make_server(bucket, "p/site/", port=0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def ask(
    port: int, path: str, method: str = "GET", **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_a_page_comes_with_productions_headers(port: int) -> None:
    status, headers, body = ask(port, "/")
    assert (status, body) == (200, PAGE)
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Python" not in headers["Server"]


def test_hashed_assets_are_kept_for_ever(port: int) -> None:
    _, headers, _ = ask(port, "/assets/site.0123456789ab.css")
    assert "immutable" in headers["Cache-Control"]
    assert headers["Content-Type"] == "text/css; charset=utf-8"


def test_a_known_page_is_not_sent_again(port: int) -> None:
    _, headers, _ = ask(port, "/")
    status, again, body = ask(port, "/", If_None_Match=f'"other", {headers["ETag"]}')
    assert (status, body) == (304, b"")
    assert again["ETag"] == headers["ETag"]
    assert "Content-Security-Policy" in again
    assert ask(port, "/", If_None_Match='"stale"')[0] == 200


@pytest.mark.parametrize("accept", ["gzip", "br, gzip;q=0.8", "*"])
def test_text_is_compressed_for_those_who_accept_it(port: int, accept: str) -> None:
    for _ in range(2):
        _, headers, body = ask(port, "/", Accept_Encoding=accept)
        assert headers["Content-Encoding"] == "gzip"
        assert headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(body) == PAGE
    assert headers["ETag"] != ask(port, "/")[1]["ETag"]
    assert "Content-Encoding" not in ask(port, "/", Accept_Encoding="gzip;q=0, br")[1]


def test_head_is_get_without_the_body(port: int) -> None:
    status, headers, body = ask(port, "/", "HEAD")
    assert (status, body) == (200, b"")
    assert headers["Content-Length"] == str(len(PAGE))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_pages_can_only_be_read(port: int, method: str) -> None:
    status, headers, _ = ask(port, "/", method)
    assert status == 405
    assert headers["Allow"] == "GET, HEAD"


def test_folders_are_their_index_and_names_may_be_quoted(port: int) -> None:
    assert ask(port, "/emails/")[2] == b"emails"
    assert ask(port, "/data/a%20b.csv?x=1")[2] == b"a,b\r\n"
    assert ask(port, "/index.html?q=1#x")[0] == 200


def test_what_is_not_there_is_404_with_the_same_headers(port: int) -> None:
    status, headers, body = ask(port, "/nothing.html")
    assert status == 404
    assert b'<a href="/">overview</a>' in body
    assert "Content-Security-Policy" in headers
    assert ask(port, "/emails")[0] == 404


def test_before_the_first_build_there_is_a_way_on(tmp_path: Path) -> None:
    answer = Site(FolderBucket(tmp_path), "p/site/").answer("/", etag="", accepts_gzip=False)
    assert answer.status == 404
    assert b"rapport report" in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/../engagement.sqlite", "/%2e%2e/engagement.sqlite", "/..%2fengagement.sqlite",
        "/emails/../../engagement.sqlite", "//engagement.sqlite/..", "/./index.html", "/emails//index.html",
        "/%5c..%5cengagement.sqlite",
        "/a%00b", "/%ff", "/.rapport-lock", "/%2e%2e%2f%2e%2e%2findex.html", "/" + "a" * 1000, "/..", "/a/%2e%2e",
    ],
)  # fmt: skip
def test_tricks_stay_outside(port: int, path: str) -> None:
    status, _, body = ask(port, path)
    assert status in (400, 404)
    assert b"secret" not in body
    assert b"outside" not in body


@pytest.mark.parametrize(
    ("host", "status"), [("evil.example", 421), ("[::", 421), ("localhost:80", 200), ("[::1]:8000", 200)]
)
def test_it_answers_to_its_own_address_only(port: int, host: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest("GET", "/", skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


def test_clean_paths() -> None:
    assert clean_path("/") == "index.html"
    assert clean_path("/a/b.html?c=/../d") == "a/b.html"
    assert clean_path("relative") is None
    assert clean_path("http://[bad") is None


def test_a_bucket_that_fails_is_a_502(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = FolderBucket(tmp_path)

    def refuse(name: str) -> None:
        raise BucketError("no")

    monkeypatch.setattr(bucket, "stat", refuse)
    assert Site(bucket, "p/site/").answer("/", etag="", accepts_gzip=False).status == 502


def test_an_object_that_goes_while_it_is_asked_for_is_a_404(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = FolderBucket(tmp_path)
    bucket.write("p/site/index.html", PAGE)
    known = bucket.stat("p/site/index.html")
    bucket.delete("p/site/index.html")
    monkeypatch.setattr(bucket, "stat", lambda name: known)
    assert Site(bucket, "p/site/").answer("/", etag="", accepts_gzip=True).status == 404


def test_serve_tells_where_it_is(tmp_path: Path) -> None:
    FolderBucket(tmp_path).write("p/site/index.html", PAGE)

    def ready(address: str) -> None:
        assert address.startswith("http://127.0.0.1:")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(FolderBucket(tmp_path), "p/site/", port=0, ready=ready)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_database_can_be_taken_home(port: int, method: str) -> None:
    status, headers, body = ask(port, "/data/engagement.sqlite", method)
    assert (status, body) == (200, b"secret" if method == "GET" else b"")
    assert headers["Content-Type"] == "application/vnd.sqlite3"
    assert headers.get_all("Content-Length") == ["6"]
    assert headers["Cache-Control"] == "no-store"


def test_without_a_database_there_is_none_to_take(tmp_path: Path) -> None:
    answer = Site(FolderBucket(tmp_path), "p/site/").answer(
        "/data/engagement.sqlite", etag="", accepts_gzip=True
    )
    assert answer.status == 404
