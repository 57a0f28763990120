"""The sockets: keep-alive HTTP/1.1, one thread per connection, and the ways a connection can go wrong."""

from __future__ import annotations

import socket
import struct
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from demo.faults import Accident
from demo.messages import Reply, Request


class Site(Protocol):
    """Who answers."""

    closing: threading.Event

    def record(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[Request, Accident | None]: ...

    def answer(self, request: Request, accident: Accident | None) -> Reply: ...


class Server(ThreadingHTTPServer):
    site: Site
    daemon_threads = False  # joined by server_close, so that no thread outlives the block
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.forget(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End connections that clients keep alive, so that their threads come to an end."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def forget(self, connection: socket.socket) -> None:
        self._open.discard(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is not news; anything else is a fault of ours and worth its trace."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    server_version = "newsletter-stand-in"
    sys_version = ""

    def do_GET(self) -> None:
        site = self.server.site
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""  # or it would be taken for the next request
        headers = {name.lower(): value for name, value in self.headers.items()}
        request, accident = site.record(self.command, self.path, headers, body)
        if accident and accident.reset:
            self._reset()
            return
        reply = site.answer(request, accident)
        request.status = reply.status
        # waiting on the event lets a test end before the delay does
        delay = reply.delay + (accident.delay if accident else 0)
        if delay and site.closing.wait(delay):
            self.close_connection = True
            return
        self._send(reply, truncate=accident is not None and accident.truncate)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_GET

    def log_message(self, *_: Any) -> None:
        """The list of requests is the log."""

    def _send(self, reply: Reply, *, truncate: bool) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[: len(reply.body) // 2] if truncate else reply.body)
        self.wfile.flush()
        if truncate:
            self.close_connection = True

    def _reset(self) -> None:
        # without lingering, closing sends RST instead of FIN
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.forget(self.connection)
        self.connection.close()
        self.close_connection = True
