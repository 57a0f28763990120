"""Carries a site over HTTP on a machine of one's own."""

import socket
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from report_site.exchange import HEADERS, Answer, Request, plain
from shared.errors import BucketError
from shared.machine import LOOPBACK

LONGEST_BODY = 65_536


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class ServerOfSix(Server):
    address_family = socket.AF_INET6


def make_server(
    answer: Callable[[Request], Answer], host: str = "127.0.0.1", port: int = 8000
) -> ThreadingHTTPServer:
    """A server that listens already; port 0 takes any free one (`server.server_address[1]`).

    On this machine's own address it answers to that alone: a page elsewhere may point its own name here, and must
    not read the site by that name.
    """
    is_private = is_this_machine(host)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "rapport"
        sys_version = ""
        timeout = 30

        def handle_request(self) -> None:
            self._respond(self._answer())

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = handle_request

        def _answer(self) -> Answer:
            if not self._pass_over_body():
                self.close_connection = True
                return plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Nothing here takes so much.")
            if is_private and not is_this_machine(_host_in(self.headers.get("Host", ""))):
                return plain(HTTPStatus.MISDIRECTED_REQUEST, "This server answers to its own address only.")
            return answer(Request(self.command, self.path, tuple(self.headers.items())))

        def _pass_over_body(self) -> bool:
            """Nothing asks for what is in it, but it must not be taken for the next request."""
            length = self.headers.get("Content-Length", "0")
            if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
                return False
            if int(length) > LONGEST_BODY:
                return False
            self.rfile.read(int(length))
            return True

        def _respond(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {**HEADERS, **answer.headers}.items():
                self.send_header(name, value)
            if answer.status != HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(answer.size))
            self.end_headers()
            if self.command == "HEAD":
                return
            try:
                for piece in answer.stream.pieces if answer.stream else (answer.body,):
                    self.wfile.write(piece)
            except BucketError:  # too late for words: that fewer bytes came than were promised tells it
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Nothing is printed: a person's page is in the path."""

    return (ServerOfSix if ":" in host else Server)((host, port), Handler)


def is_this_machine(host: str) -> bool:
    """Whether only this machine itself can come by this name."""
    return host.lower() in LOOPBACK or (host.startswith("127.") and host.replace(".", "").isdigit())


def _host_in(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
