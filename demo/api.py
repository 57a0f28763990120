"""Serves a newsletter over real HTTP on this machine, the way the provider's API would."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from demo.enums import VERSIONS
from demo.faults import Accident, Faults
from demo.ids import same_id
from demo.messages import Refusal, Reply, Request, problem, refuse
from demo.newsletter import Newsletter
from demo.routes import check_params, find_route
from demo.server import Server
from demo.visit import Visit

MINUTE = 60.0


@dataclass
class Api:
    """A running server: its address (ending in /v1), what it serves, and every request it has had."""

    url: str
    newsletter: Newsletter
    faults: Faults
    key: str
    requests: list[Request] = field(default_factory=list)
    clock: Callable[[], float] = time.time
    closing: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _window: tuple[float, int] = (0.0, 0)  # when the current minute began, and requests in it

    def record(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[Request, Accident | None]:
        parts = urlsplit(target)
        path = parts.path.rstrip("/") or "/"
        query = parse_qsl(parts.query, keep_blank_values=True)
        with self._lock:
            number, path = len(self.requests) + 1, path.removeprefix("/v1") or "/"
            request = Request(number, method, path, query, headers, body=body)
            self.requests.append(request)
            accident = self.faults.strike(request.path)
        return request, accident

    def answer(self, request: Request, accident: Accident | None) -> Reply:
        """The reply, complete but for the length; the world may change before it is looked at."""
        if self.faults.before_response is not None:
            self.faults.before_response(request)
        with self._lock:
            limits, exhausted = self._count_down()
        try:
            reply = (accident and accident.reply()) or exhausted or self._route(request)
        except Refusal as refusal:
            reply = refusal.reply
        if self.faults.rate_headers:
            reply.headers = {**limits, **reply.headers}
        return reply

    def _count_down(self) -> tuple[dict[str, str], Reply | None]:
        now, limit = self.clock(), self.faults.rate_limit
        begun, used = self._window
        if now - begun >= MINUTE:
            begun, used = now, 0
        self._window = (begun, used + 1)
        # a limit that is not enforced must not slow a well-behaved client down either
        left = max(0, limit - used - 1) if self.faults.enforce_rate_limit else limit - 1
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": str(int(begun + MINUTE)),
        }
        if not self.faults.enforce_rate_limit or used < limit:
            return headers, None
        reply = problem(429, "Too many requests.")
        reply.headers["Retry-After"] = str(max(1, round(begun + MINUTE - now)))
        return headers, reply

    def _route(self, request: Request) -> Reply:
        found = find_route(request.path, request.method)
        if found is None:
            raise refuse(404, "Not Found")
        route, words = found
        if not route.open_to_all:
            self._admit(request)
        if request.method != route.method:
            raise refuse(405, "Method not allowed")
        check_params(route, request, self.faults)
        origin = f"http://{request.headers.get('host', urlsplit(self.url).netloc)}"
        version = self._version(request)
        return route.answer(Visit(request, self.newsletter, self.faults, version, origin, words))

    def _admit(self, request: Request) -> None:
        given = request.headers.get("authorization")
        if given is None:
            raise refuse(401, "No API key was given.", "authentication_missing")
        context = request.headers.get("buttondown-context")
        elsewhere = context and not same_id(context, self.newsletter.newsletter["id"])
        if given != f"Token {self.key}" or elsewhere:
            raise refuse(401, "The API key or the context is not valid.", "authentication_invalid")
        resource = request.path.split("/")[1]
        if resource in self.faults.denied_silently:
            raise Refusal(Reply(403, b""))
        if resource in self.faults.denied:
            raise refuse(403, "This API key lacks the permission for that.", "permission_denied")

    def _version(self, request: Request) -> str:
        asked = request.headers.get("x-api-version", "")
        return asked if asked in VERSIONS else self.newsletter.api_version


@contextmanager
def serve(
    newsletter: Newsletter,
    *,
    port: int = 0,
    key: str = "demo-key",
    faults: Faults | None = None,
    clock: Callable[[], float] = time.time,
) -> Iterator[Api]:
    """Serve until the block ends. `port=0` takes a free one; `clock` (unix seconds) times the rate limit."""
    server = Server(port)
    api = Api(f"http://127.0.0.1:{server.server_port}/v1", newsletter, faults or Faults(), key, clock=clock)
    server.site = api
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.closing.set()
        server.shutdown()
        thread.join()
        server.hang_up()
        server.server_close()
