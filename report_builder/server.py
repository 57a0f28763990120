"""Serves a published site from a bucket, with the headers it gets in production: what works here works there."""

import gzip
import posixpath
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes, urlsplit

from shared.bucket import Bucket
from shared.bucket.naming import headers_for
from shared.errors import BucketError, NotFound

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept-Encoding",
}
COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")
KEPT_BYTES = 32_000_000
STORE = "data/engagement.sqlite"  # no object of the site: the database beside it
HTML = "text/html; charset=utf-8"
MISSING_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Not here</title></head>
<body>{words}</body></html>
"""


@dataclass(frozen=True)
class Answer:
    status: HTTPStatus
    headers: dict[str, str]
    body: bytes
    stream: BinaryIO | None = None  # instead of a body too large for memory


class Site:
    """Answers requests; knows nothing of sockets."""

    def __init__(self, bucket: Bucket, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._compressed: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, target: str, *, etag: str, accepts_gzip: bool) -> Answer:
        """`target` is the request's path as it came; `etag` what If-None-Match says, or empty."""
        path = clean_path(target)
        if path is None:
            return _plain(HTTPStatus.BAD_REQUEST, "That is not the address of a page.\n")
        if path == STORE:
            return self._store()
        name = self._prefix + path
        try:
            stat = self._bucket.stat(name)
            if stat is None:
                return self._missing()
            of_this_name = headers_for(name)
            gzipped = accepts_gzip and of_this_name.content_type.startswith(COMPRESSIBLE)
            tag = f'"{stat.generation:x}{"-gz" if gzipped else ""}"'
            headers = {"ETag": tag, "Cache-Control": of_this_name.cache_control}
            if tag in (part.strip() for part in etag.split(",")):
                return Answer(HTTPStatus.NOT_MODIFIED, headers, b"")
            headers["Content-Type"] = of_this_name.content_type
            if gzipped:
                headers["Content-Encoding"] = "gzip"
            return Answer(HTTPStatus.OK, headers, self._body(name, stat.generation, gzipped))
        except NotFound:
            return _plain(HTTPStatus.NOT_FOUND, "This page was just removed.\n")
        except BucketError:
            return _plain(HTTPStatus.BAD_GATEWAY, "The bucket did not answer.\n")

    def _store(self) -> Answer:
        name = f"{self._prefix.removesuffix('site/')}engagement.sqlite"
        try:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "engagement.sqlite"
                self._bucket.download(name, path)
                stream = path.open("rb")  # the bytes stay until it is closed, the name goes
                headers = headers_for(name)
                told = {"Content-Type": headers.content_type, "Cache-Control": headers.cache_control}
                told["Content-Length"] = str(path.stat().st_size)
                return Answer(HTTPStatus.OK, told, b"", stream)
        except NotFound:
            return self._missing()
        except BucketError:
            return _plain(HTTPStatus.BAD_GATEWAY, "The bucket did not answer.\n")

    def _missing(self) -> Answer:
        """Lost, or too early: the way on is another one."""
        if self._bucket.stat(f"{self._prefix}index.html") is None:
            words = "<h1>There is no report yet</h1><p>Run <code>rapport report</code> to build it.</p>"
        else:
            words = '<h1>There is no such page</h1><p>Go to the <a href="/">overview</a>.</p>'
        page = MISSING_PAGE.format(words=words).encode()
        return Answer(HTTPStatus.NOT_FOUND, {"Content-Type": HTML, "Cache-Control": "no-store"}, page)

    def _body(self, name: str, generation: int, gzipped: bool) -> bytes:
        if not gzipped:
            return self._bucket.read(name)[0]
        key = (name, generation)
        with self._lock:
            if key in self._compressed:
                self._compressed.move_to_end(key)
                return self._compressed[key]
        body, found = self._bucket.read(name)
        packed = gzip.compress(body, 6, mtime=0)
        with self._lock:
            self._compressed[name, found] = packed
            while sum(map(len, self._compressed.values())) > KEPT_BYTES and len(self._compressed) > 1:
                self._compressed.popitem(last=False)
        return packed


def clean_path(target: str) -> str | None:
    """The object's path for a request's target; a folder means its index.html. None for tricks."""
    try:
        path = unquote_to_bytes(urlsplit(target).path).decode("utf-8")
    except ValueError:
        return None
    if not path.startswith("/") or "\\" in path or any(ord(c) < 32 or ord(c) == 127 for c in path):
        return None
    if path.endswith("/"):
        path += "index.html"
    inner = path[1:]
    parts = inner.split("/")
    if posixpath.normpath(inner) != inner or any(
        part in ("", ".", "..") or part.startswith(".") for part in parts
    ):
        return None
    return inner if len(inner.encode()) < 900 else None


THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def make_server(
    bucket: Bucket, prefix: str, host: str = "127.0.0.1", port: int = 8000
) -> ThreadingHTTPServer:
    """A server that listens already; port 0 takes any free one (`server.server_address[1]`)."""
    site = Site(bucket, prefix)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "rapport"
        sys_version = ""
        timeout = 30

        def do_GET(self) -> None:
            self._respond(self._answer(), with_body=True)

        def do_HEAD(self) -> None:
            self._respond(self._answer(), with_body=False)

        def _refuse(self) -> None:
            self.close_connection = True  # a body may follow that nobody reads
            answer = _plain(HTTPStatus.METHOD_NOT_ALLOWED, "Pages can only be read.\n")
            answer.headers["Allow"] = "GET, HEAD"
            self._respond(answer, with_body=True)

        do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = _refuse

        def _answer(self) -> Answer:
            # A page elsewhere may point its own name at this machine; it must not read the site by that name.
            if not _is_this_machine(self.headers.get("Host", "")):
                return _plain(
                    HTTPStatus.MISDIRECTED_REQUEST, "This server answers to its own address only.\n"
                )
            encodings = self.headers.get("Accept-Encoding", "")
            gzip_accepted = any(_accepts_gzip(part) for part in encodings.split(","))
            return site.answer(
                self.path, etag=self.headers.get("If-None-Match", ""), accepts_gzip=gzip_accepted
            )

        def _respond(self, answer: Answer, *, with_body: bool) -> None:
            self.send_response(answer.status)
            for name, value in {**HEADERS, **answer.headers}.items():
                self.send_header(name, value)
            if answer.status != HTTPStatus.NOT_MODIFIED and answer.stream is None:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            with answer.stream or nullcontext() as stream:
                if with_body and stream:
                    shutil.copyfileobj(stream, self.wfile)
                elif with_body:
                    self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Nothing is printed: a person's page is in the path."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    return server


def serve(
    bucket: Bucket, prefix: str, host: str = "127.0.0.1", port: int = 8000,
    ready: Callable[[str], None] | None = None,
) -> None:  # fmt: skip
    """Serves until interrupted; `ready` is told the address once connections are taken."""
    with make_server(bucket, prefix, host, port) as server:
        if ready:
            ready(f"http://{host}:{server.server_address[1]}/")
        server.serve_forever()


def _is_this_machine(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in THIS_MACHINE
    except ValueError:
        return False


def _accepts_gzip(part: str) -> bool:
    coding, _, parameters = part.strip().partition(";")
    return coding.strip().lower() in ("gzip", "*") and parameters.replace(" ", "") not in (
        "q=0",
        "q=0.0",
        "q=0.00",
    )


def _plain(status: HTTPStatus, text: str) -> Answer:
    return Answer(
        status, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}, text.encode()
    )
