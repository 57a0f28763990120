"""Cloud Storage's JSON API, in memory, over a real socket: the real client library talks to it.

It keeps what our code relies on: preconditions on every verb (of a resumable upload only at its end, as the
real service does), generations, checksums, paging, and a clock of its own. And it can misbehave on demand:

    with FakeCloudStorage() as cloud:
        cloud.on("PUT", "/upload/", "drop_after")            # the write happens, the reply is lost
        cloud.on("PUT", "/upload/", lambda: cloud.put("a", b"rival"), skip=1)
"""

import gzip
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from tests.fake_gcs_store import ObjectStore, Query, Refused, Version, check


@dataclass
class Session:
    """A resumable upload on its way."""

    query: Query
    fields: dict[str, Any]
    received: bytearray = field(default_factory=bytearray)
    finished: "Reply | None" = None


@dataclass
class Reply:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    promised: int | None = None  # the Content-Length to claim, when it is not that of the body


@dataclass
class Fault:
    method: str
    pattern: str
    action: str | Callable[[], object]
    skip: int
    times: int


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = (
        128  # a dozen racers knock at once; a refused knock is only tried again a second later
    )


class FakeCloudStorage(ObjectStore):
    """One bucket behind a server. `requests` lists what arrived, as "GET /path?query".

    A rewrite moves at most `rewrite_bytes` a call, and asks to be called again for the rest.
    """

    def __init__(
        self,
        bucket: str = "newsletter",
        page_size: int = 3,
        *,
        keeps_versions: bool = True,
        rewrite_bytes: int = 1 << 40,
    ) -> None:
        super().__init__(bucket, page_size, keeps_versions=keeps_versions)
        self.requests: list[str] = []
        self.rewrite_bytes = rewrite_bytes
        self.bucket_status = 200  # of questions about the bucket itself
        self.bucket_fields: dict[str, Any] = {}
        self._sessions: dict[str, Session] = {}
        self._faults: list[Fault] = []
        self._server = Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def client(self) -> Any:
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        return storage.Client(project=None, credentials=nobody, client_options={"api_endpoint": self.url})

    def on(
        self, method: str, pattern: str, action: str | Callable[[], object], *, skip: int = 0, times: int = 1
    ) -> None:
        """For requests whose "path?query" matches: after `skip` of them, do this `times` times.

        An action is a status ("503"), "drop_before", "drop_after", "corrupt", "truncate", or a call made just
        before the request is looked at, from outside any lock: a rival.
        """
        self._faults.append(Fault(method, pattern, action, skip, times))

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """None: the connection is dropped without a word."""
        if asked := re.match(r"/storage/v1/b/([^/?]+)(\?|$)", target):
            # For its tracing the library looks the bucket up in the background: no request of ours.
            if asked[1] != self.bucket or self.bucket_status == 404:
                return _error(404, "no such bucket")
            if self.bucket_status != 200:
                return _error(self.bucket_status, "as planned")
            return _json({"name": self.bucket, **self.bucket_fields})
        with self._lock:
            self.requests.append(f"{method} {target}")
            action = self._fault(method, target)
        if callable(action):
            action()
        elif action == "drop_before":
            return None
        elif action is not None and action.isdigit():
            return _error(int(action), "as planned")
        with self._lock:
            try:
                reply = self._route(method, target, headers, body)
            except Refused as refused:
                reply = _error(refused.status, refused.reason)
            except Exception as error:
                # Not a 500, and not a dropped connection: the library would try again for minutes.
                reply = _error(400, f"a mistake of the fake or of the request: {error!r}")
        if action == "drop_after":
            return None
        if action == "corrupt":
            reply.body = bytes([reply.body[0] ^ 0xFF]) + reply.body[1:]
        if action == "truncate":
            reply.promised = len(reply.body)
            reply.body = reply.body[: len(reply.body) // 2]
        return reply

    def _fault(self, method: str, target: str) -> str | Callable[[], object] | None:
        for fault in self._faults:
            if fault.times and fault.method == method and re.search(fault.pattern, target):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault.action
        return None

    def _route(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        parts = urlsplit(target)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if moved := re.fullmatch(
            r"/storage/v1/b/([^/]+)/o/([^/]+)/rewriteTo/b/([^/]+)/o/([^/]+)", parts.path
        ):
            if {unquote(moved[1]), unquote(moved[3])} != {self.bucket}:
                raise Refused(404, "The specified bucket does not exist.")
            return self._rewrite(unquote(moved[2]), unquote(moved[4]), query, json.loads(body or b"{}"))
        found = re.fullmatch(r"(?:/(upload|download))?/storage/v1/b/([^/]+)/o(?:/([^/]+))?", parts.path)
        if not found:
            raise Refused(404, f"no such method: {target}")
        kind, bucket, name = found[1], unquote(found[2]), unquote(found[3] or "")
        if bucket != self.bucket:
            raise Refused(404, "The specified bucket does not exist.")
        if kind == "upload":
            return self._upload(method, query, headers, body)
        if not name:
            return _json(self.page(query))
        if method == "DELETE":
            version = self.wanted(name, query)
            self.retire(version)
            if "generation" in query and version in self.versions[name]:
                self.versions[name].remove(version)
            return Reply(204)
        if method == "PATCH":
            version = self.wanted(name, query)
            version.fields.update(json.loads(body or b"{}"))
            version.metageneration += 1
            version.updated = self.now
            return self._resource(version)
        version = self.wanted(name, query, reading=True)
        return _media(version, headers) if query.get("alt") == "media" else self._resource(version)

    def _rewrite(self, name: str, to: str, query: Query, fields: dict[str, Any]) -> Reply:
        """Metadata that comes along replaces the source's; the conditions without "source" are the target's."""
        generation = {"generation": query["sourceGeneration"]} if "sourceGeneration" in query else {}
        of_source = {
            key.lower().replace("source", ""): value for key, value in query.items() if "Source" in key
        }
        source = self.wanted(name, {**generation, **of_source})
        check(query, self.live(to), reading=False)
        done = int(query.get("rewriteToken", "0 ").split()[0]) + self.rewrite_bytes
        if "rewriteToken" in query and query["rewriteToken"].split()[1:] != [str(source.generation)]:
            raise Refused(400, "Invalid rewrite token.")
        total = len(source.body)
        told = {"kind": "storage#rewriteResponse", "objectSize": str(total)}
        told["totalBytesRewritten"] = str(min(done, total))
        if done < total:
            return _json({**told, "done": False, "rewriteToken": f"{done} {source.generation}"})
        given = {key: value for key, value in fields.items() if key != "name"}
        written = self.commit(query, {**(given or source.fields), "name": to}, source.body)
        return _json({**told, "done": True, "resource": written.resource(self.bucket)})

    def _upload(self, method: str, query: Query, headers: Mapping[str, str], body: bytes) -> Reply:
        if method == "PUT":
            return self._continue(query, headers, body)
        if query["uploadType"] == "multipart":
            fields, media = _parts(headers["content-type"], body)
            return self._resource(self.commit(query, fields, media))
        upload_id = f"session-{len(self._sessions) + 1}"
        fields = json.loads(body)
        fields.setdefault("contentType", headers.get("x-upload-content-type"))
        self._sessions[upload_id] = Session(query, fields)
        session = f"/upload/storage/v1/b/{self.bucket}/o?uploadType=resumable&upload_id={upload_id}"
        return Reply(200, headers={"Location": self.url + session})

    def _continue(self, query: Query, headers: Mapping[str, str], body: bytes) -> Reply:
        session = self._sessions.get(query["upload_id"])
        if session is None:
            raise Refused(404, "no such upload session")
        if session.finished:
            return session.finished
        span = re.fullmatch(r"bytes (?:\*|(\d+)-(\d+))/(\*|\d+)", headers["content-range"])
        if span is None:
            raise Refused(400, "bad Content-Range")
        if span[1] is not None:
            # A chunk that came before, its reply lost, comes again: what is here already is passed over.
            known = len(session.received) - int(span[1])
            if known < 0:
                raise Refused(400, "a gap in the upload")
            session.received += body[known:]
        if span[3] != "*" and len(session.received) == int(span[3]):
            version = self.commit(session.query, session.fields, bytes(session.received))
            session.finished = self._resource(version)
            return session.finished
        received = {"Range": f"bytes=0-{len(session.received) - 1}"} if session.received else {}
        return Reply(308, headers=received)

    def _resource(self, version: Version) -> Reply:
        return _json(version.resource(self.bucket))


def _media(version: Version, headers: Mapping[str, str]) -> Reply:
    """The bytes as stored; those stored packed are unpacked for whoever does not accept them so, as there."""
    encoding = version.fields.get("contentEncoding", "")
    reply = Reply(
        200,
        version.body,
        {
            "Content-Type": version.fields.get("contentType", "application/octet-stream"),
            "Cache-Control": version.fields.get("cacheControl", "private, max-age=0"),
            "ETag": f'"{version.generation}/{version.metageneration}"',
            "x-goog-generation": str(version.generation),
            "x-goog-metageneration": str(version.metageneration),
            "x-goog-hash": f"crc32c={version.crc32c},md5={version.md5}",
            "x-goog-stored-content-encoding": encoding or "identity",
            "x-goog-stored-content-length": str(len(version.body)),
        },
    )
    if encoding == "gzip" and "gzip" not in headers.get("accept-encoding", ""):
        reply.body = gzip.decompress(version.body)  # whole, whatever range was asked for
        reply.headers["Warning"] = "214 UploadServer gunzipped"
        return reply
    if encoding:
        reply.headers["Content-Encoding"] = encoding
    if span := re.fullmatch(r"bytes=(\d+)-(\d*)", headers.get("range", "")):
        start, end = int(span[1]), int(span[2] or len(version.body) - 1)
        reply.status, reply.body = 206, version.body[start : end + 1]
        reply.headers["Content-Range"] = f"bytes {start}-{end}/{len(version.body)}"
    return reply


def _parts(content_type: str, body: bytes) -> tuple[dict[str, Any], bytes]:
    """The two parts of a multipart upload: the object's metadata and its bytes."""
    boundary = b"--" + content_type.partition("boundary=")[2].strip('"').encode()
    _, described, rest = body.split(boundary, 2)
    fields: dict[str, Any] = json.loads(described.partition(b"\r\n\r\n")[2])
    head, _, media = rest.rpartition(b"\r\n" + boundary)[0].partition(b"\r\n\r\n")
    fields.setdefault("contentType", head.partition(b":")[2].strip().decode())
    return fields, media


def _error(status: int, reason: str) -> Reply:
    if status == 304:
        return Reply(304)
    return _json({"error": {"code": status, "message": reason}}, status)


def _json(answer: dict[str, Any], status: int = 200) -> Reply:
    return Reply(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})


def _handler(fake: FakeCloudStorage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {key.lower(): value for key, value in self.headers.items()}
            reply = fake.answer(self.command, self.path, headers, body)
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for key, value in reply.headers.items():
                self.send_header(key, value)
            if reply.status not in (204, 304):
                self.send_header("Content-Length", str(reply.promised or len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection |= reply.promised is not None

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

        def log_message(self, *_: object) -> None:
            pass

    return Handler
