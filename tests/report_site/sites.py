"""Sites to ask, and ways to ask them: by hand, and over a real socket."""

import http.client
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from io import StringIO

from report_site.exchange import Answer, Request
from report_site.gates import Gate, OpenGate
from report_site.pages import Pages
from report_site.server import make_server
from report_site.site import Site
from report_site.sync_control import Attempt, Started, Starter, SyncControl
from shared.bucket import Bucket
from shared.log import Log
from tests.report_site.iap import HEADER

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Idle:
    """Starts nothing, and remembers that it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def start(self) -> Started:
        self.asked += 1
        return Started(HTTPStatus.ACCEPTED, "The sync starts.")

    def last_attempt(self) -> Attempt | None:
        return None


def quiet_log() -> Log:
    return Log(StringIO(), readable=False)


def open_site(
    bucket: Bucket,
    project: str,
    *,
    gate: Gate | None = None,
    starter: Starter | None = None,
    log: Log | None = None,
    finish: Callable[[bytes], bytes] | None = None,
) -> Site:
    """As published: without what only `rapport serve` adds."""
    control = SyncControl(bucket, project, starter or Idle(), lambda: NOW)
    return Site(Pages(bucket, f"{project}/site/", finish), gate or OpenGate(), control, log or quiet_log())


def request(target: str, method: str = "GET", **headers: str) -> Request:
    """ "_" in a header's name stands for "-"."""
    return Request(method, target, tuple((name.replace("_", "-"), value) for name, value in headers.items()))


def status(site: Site, assertion: str | None, target: str = "/") -> int:
    """What somebody with this assertion of the proxy gets."""
    headers = {} if assertion is None else {HEADER: assertion}
    return site.answer(request(target, **headers)).status


@contextmanager
def serving(answer: Callable[[Request], Answer], host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Yields the port."""
    server = make_server(answer, host, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


Reply = tuple[int, http.client.HTTPMessage, bytes]


def ask(port: int, path: str, method: str = "GET", **headers: str) -> Reply:
    return ask_with(port, path, method, {name.replace("_", "-"): value for name, value in headers.items()})


def ask_with(port: int, path: str, method: str, headers: Mapping[str, str]) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        if method not in ("GET", "HEAD") and "Content-Length" not in headers:
            connection.putheader("Content-Length", "0")
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()
