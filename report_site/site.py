"""One request in, one answer out: the same for the service behind Identity-Aware Proxy and for `rapport serve`."""

from collections.abc import Callable, Mapping
from html import escape
from http import HTTPStatus

from report_site.exchange import Answer, Request, as_json, plain, words
from report_site.gates import Gate, Visitor
from report_site.pages import Pages
from report_site.same_origin import is_from_our_pages
from report_site.sync_control import SyncControl
from shared.errors import BucketError
from shared.log import Log

HEALTH = "/healthz"
READING = ("GET", "HEAD")

Route = Callable[[Request, Visitor], Answer]


class Site:
    """Answers requests; knows nothing of sockets. `more` are further addresses that can be read."""

    def __init__(
        self,
        pages: Pages,
        gate: Gate,
        sync: SyncControl,
        log: Log,
        more: Mapping[str, Callable[[], Answer]] | None = None,
    ) -> None:
        self._pages = pages
        self._gate = gate
        self._sync = sync
        self._log = log
        self._read: dict[str, Route] = {
            "/whoami": lambda request, visitor: who(visitor),
            "/api/sync/state": lambda request, visitor: sync.state(),
        }
        self._read |= {path: _for_anybody(answer) for path, answer in (more or {}).items()}
        self._change: dict[str, Route] = {"/api/sync/events": self._start_sync}

    def answer(self, request: Request) -> Answer:
        path = request.target.partition("?")[0]
        if path == HEALTH:
            return _allowed(request, READING) or plain(HTTPStatus.OK, "ok")
        try:
            visitor = self._gate.admit(request)
            if isinstance(visitor, Answer):
                return visitor
            return self._route(request, path, visitor)
        except BucketError as error:
            self._log.error(f"the bucket did not answer: {type(error).__name__}", hint=error.hint)
            return plain(HTTPStatus.BAD_GATEWAY, "The bucket did not answer.")

    def _route(self, request: Request, path: str, visitor: Visitor) -> Answer:
        is_for_programs = path in self._read or path in self._change
        if visitor.role is None:
            return _not_shared(visitor, is_for_programs)
        if path in self._change:
            return _allowed(request, ("POST",)) or self._change[path](request, visitor)
        if refused := _allowed(request, READING):
            return refused
        if path in self._read:
            return self._read[path](request, visitor)
        return self._pages.answer(request)

    def _start_sync(self, request: Request, visitor: Visitor) -> Answer:
        if not visitor.is_owner:
            return as_json(
                HTTPStatus.FORBIDDEN, {"started": False, "message": "Only an owner may start a sync."}
            )
        if not is_from_our_pages(request):
            message = "A sync is started from the report itself, and not from another site."
            return as_json(HTTPStatus.FORBIDDEN, {"started": False, "message": message})
        return self._sync.start()


def _for_anybody(answer: Callable[[], Answer]) -> Route:
    return lambda request, visitor: answer()


def who(visitor: Visitor) -> Answer:
    return as_json(HTTPStatus.OK, {"email": visitor.email or None, "role": visitor.role})


def _allowed(request: Request, methods: tuple[str, ...]) -> Answer | None:
    if request.method in methods:
        return None
    text = "This can only be read." if "GET" in methods else f"This takes {methods[0]} only."
    return plain(HTTPStatus.METHOD_NOT_ALLOWED, text).with_headers(Allow=", ".join(methods))


def _not_shared(visitor: Visitor, is_for_programs: bool) -> Answer:
    if is_for_programs:
        return as_json(HTTPStatus.FORBIDDEN, {"message": "This report is not shared with this account."})
    account = f"as <b>{escape(visitor.email)}</b>" if visitor.email else "with an account without an address"
    text = (
        f"You are signed in {account}. Ask its owner to add you to [roles], or sign in with another account."
    )
    return words(HTTPStatus.FORBIDDEN, "This report is not shared with you", text)
