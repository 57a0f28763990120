"""The site over a real socket: production's headers, and nothing outside the site."""

import gzip
import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest

from report_site.exchange import Answer, Stream
from report_site.server import is_this_machine
from shared.bucket.folder import FolderBucket
from shared.errors import BucketError
from tests.report_site.sites import ask, ask_with, open_site, request, serving

PAGE = b"<!doctype html><title>Hello</title>" + b"<p>text</p>" * 50


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    bucket = FolderBucket(tmp_path_factory.mktemp("bucket"))
    bucket.write("p/site/index.html", PAGE)
    bucket.write("p/site/emails.html", b"all emails")
    bucket.write("p/site/emails/index.html", b"emails")
    bucket.write("p/site/emails/e1.html", b"one email")
    bucket.write("p/site/assets/site.0123456789ab.css", b"body {}")
    bucket.write("p/site/data/a b.csv", b"a,b\r\n")
    bucket.write("p/site/photo.png", bytes(range(256)))
    bucket.write("p/engagement.sqlite", b"secret")
    bucket.write("index.html", b"outside")
    with serving(open_site(bucket, "p").answer) as port:
        yield port


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
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Python" not in headers["Server"]


def test_a_large_download_comes_piece_by_piece(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path)
    large = bytes(range(256)) * (40_000_000 // 256)
    bucket.write("p/engagement.sqlite", large)
    path = "/data/engagement.sqlite"
    with serving(open_site(bucket, "p").answer) as port:
        status, headers, body = ask(port, path)
        assert (status, headers["Content-Length"], body) == (200, "40000000", large)
        status, headers, body = ask(port, path, "HEAD")
        assert (status, headers["Content-Length"], body) == (200, "40000000", b"")
        status, headers, body = ask(port, path, Range="bytes=0-255")
        assert (status, headers["Content-Length"], body) == (206, "256", bytes(range(256)))


def test_a_download_that_breaks_off_is_seen_to_be_short(capfd: pytest.CaptureFixture[str]) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise BucketError("gone")

    with serving(lambda request: Answer(HTTPStatus.OK, stream=Stream(8, broken()))) as port:
        with pytest.raises(http.client.IncompleteRead) as short:
            ask(port, "/")
        assert short.value.partial == b"half"
    assert "Traceback" not in capfd.readouterr().err


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
    assert ask(port, "/", If_None_Match=f"W/{headers['ETag']}")[0] == 304
    assert ask(port, "/", If_None_Match="*")[0] == 304
    assert ask(port, "/", If_None_Match='"stale"')[0] == 200
    assert ask(port, "/", "HEAD", If_None_Match=headers["ETag"])[0] == 304
    assert ask(port, "/", If_None_Match=headers["ETag"], Accept_Encoding="gzip")[0] == 200


@pytest.mark.parametrize("accept", ["gzip", "br, gzip;q=0.8", "*"])
def test_text_is_compressed_for_those_who_accept_it(port: int, accept: str) -> None:
    for _ in range(2):
        _, headers, body = ask(port, "/", Accept_Encoding=accept)
        assert headers["Content-Encoding"] == "gzip"
        assert headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(body) == PAGE
    assert headers["ETag"] != ask(port, "/")[1]["ETag"]
    for refusal in ("gzip;q=0, br", "br", "*;q=0", "identity", "gzip; q=0.000, *"):
        assert "Content-Encoding" not in ask(port, "/", Accept_Encoding=refusal)[1], refusal


def test_what_is_no_text_is_not_compressed(port: int) -> None:
    _, headers, body = ask(port, "/photo.png", Accept_Encoding="gzip")
    assert "Content-Encoding" not in headers
    assert body == bytes(range(256))


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


def test_a_page_needs_no_ending(port: int) -> None:
    assert ask(port, "/emails?sort=sent")[2] == b"all emails"
    assert ask(port, "/emails/e1")[2] == b"one email"
    assert ask(port, "/data")[0] == 404
    assert ask(port, "/photo.png.html")[0] == 404


def test_what_is_not_there_is_404_with_the_same_headers(port: int) -> None:
    status, headers, body = ask(port, "/nothing.html")
    assert status == 404
    assert b'<a href="/">overview</a>' in body
    assert "Content-Security-Policy" in headers


@pytest.mark.parametrize(
    "path",
    [
        "/../engagement.sqlite", "/%2e%2e/engagement.sqlite", "/..%2fengagement.sqlite",
        "/emails/../../engagement.sqlite", "//engagement.sqlite/..", "/./index.html", "/emails//index.html",
        "/%5c..%5cengagement.sqlite",
        "/%252e%252e/engagement.sqlite", "/%252e%252e%252fengagement.sqlite", "/..%c0%afengagement.sqlite",
        "http://evil.example/", "//evil.example/index.html", "/%2fetc/passwd", "*", "index.html",
        "/a%00b", "/%ff", "/.rapport-lock", "/%2e%2e%2f%2e%2e%2findex.html", "/" + "a" * 1000, "/..", "/a/%2e%2e",
        "/" + "a" * 300, "/%ed%a0%80", "/a%7fb", "/a%0d%0aSet-Cookie:b",
    ],
)  # fmt: skip
def test_tricks_stay_outside(port: int, path: str) -> None:
    status, _, body = ask(port, path)
    assert status in (400, 404, 421)
    assert b"secret" not in body
    assert b"outside" not in body


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("", 421),
        ("127.0.0.1.evil.example", 421),
        ("[::", 421),
        ("localhost:80", 200),
        ("[::1]:8000", 200),
    ],
)
def test_it_answers_to_its_own_address_only(port: int, host: str, status: int) -> None:
    assert ask_with(port, "/", "GET", {"Host": host})[0] == status


def test_names_of_this_machine() -> None:
    assert all(map(is_this_machine, ("127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1")))
    assert not any(map(is_this_machine, ("0.0.0.0", "", "::", "127.evil", "localhost.evil", "192.168.0.1")))


def test_a_body_that_nobody_reads_is_no_next_request(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/", body=b"GET /engagement.sqlite HTTP/1.1\r\n\r\n")
        first = connection.getresponse()
        assert (first.status, len(first.read()) > 0) == (405, True)
        connection.request("GET", "/")
        assert connection.getresponse().read() == PAGE
    finally:
        connection.close()


@pytest.mark.parametrize(
    "headers", [{"Content-Length": "99999999"}, {"Content-Length": "-1"}, {"Transfer-Encoding": "chunked"}]
)
def test_a_body_that_would_not_end_is_not_waited_for(port: int, headers: dict[str, str]) -> None:
    status, _, _ = ask_with(port, "/", "POST", {"Content-Length": "0", **headers})
    assert status == 413


def test_garbage_ends_the_connection_and_nothing_else(port: int) -> None:
    for garbage in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 3):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass
    assert ask(port, "/")[0] == 200


def test_many_readers_at_once_all_get_the_page(port: int) -> None:
    with ThreadPoolExecutor(32) as pool:
        replies = list(pool.map(lambda _: ask(port, "/", Accept_Encoding="gzip"), range(96)))
    assert {status for status, _, _ in replies} == {200}
    assert {gzip.decompress(body) for _, _, body in replies} == {PAGE}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_database_can_be_taken_home(port: int, method: str) -> None:
    status, headers, body = ask(port, "/data/engagement.sqlite", method)
    assert (status, body) == (200, b"secret" if method == "GET" else b"")
    assert headers["Content-Type"] == "application/vnd.sqlite3"
    assert headers.get_all("Content-Length") == ["6"]
    assert headers["Cache-Control"] == "no-store"
    assert ask(port, "/data/engagement.sqlite", Range="bytes=1-2")[::2] == (206, b"ec")


@pytest.mark.parametrize(
    "path", ["/data/%65ngagement.sqlite", "/data//engagement.sqlite", "/engagement.sqlite"]
)
def test_it_has_one_address(port: int, path: str) -> None:
    status, _, body = ask(port, path)
    assert status in (400, 404)
    assert b"secret" not in body


def test_without_a_database_there_is_none_to_take(tmp_path: Path) -> None:
    assert open_site(FolderBucket(tmp_path), "p").answer(request("/data/engagement.sqlite")).status == 404


def test_what_is_added_to_pages_is_not_in_their_copies(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path)
    bucket.write("p/site/index.html", PAGE)
    bucket.write("p/site/snapshots/overview.html", PAGE)
    site = open_site(bucket, "p", finish=lambda page: page + b"more")
    assert site.answer(request("/")).body == PAGE + b"more"
    assert site.answer(request("/snapshots/overview.html")).body == PAGE
