"""Everything the stand-in can do wrong, on request.

Standing misbehaviour is a field (`Faults(drop_next=True)`); an accident is scripted for the n-th request:

    faults.on(path="/events", request=3, status=503)
    faults.on(path="/events", request=2, times=2, status=429, retry_after=1)
    faults.on(path="/emails", reset=True)           # the first request for /emails
    faults.on(path="/subscribers/*", request=None, status=500)    # every one
    faults.on(path="/events", request=2, body=b"<html>oops</html>")
    faults.on(path="/events", request=4, truncate=True)
    faults.on(request=5, delay=30)

Fields may be changed while the server runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from demo.messages import Reply, Request, problem


@dataclass(frozen=True)
class Accident:
    """What happens to one scripted request. `first` counts the requests for `path`, from 1."""

    path: str | None = None
    first: int | None = 1
    times: int = 1
    status: int | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    reset: bool = False
    truncate: bool = False

    def covers(self, path: str) -> bool:
        return self.path is None or fnmatchcase(path, self.path)

    def strikes(self, count: int) -> bool:
        return self.first is None or self.first <= count < self.first + self.times

    def reply(self) -> Reply | None:
        """The reply instead of the real one, or None to let the real one through (late, or cut short)."""
        if self.status is None and self.body is None:
            return None
        status = self.status or 200
        if self.body is not None:
            return Reply(status, self.body, dict(self.headers))
        if status == 409:  # the real one has no body either
            return Reply(status, b"", dict(self.headers))
        made = problem(status, f"The stand-in was asked to answer {status}.")
        made.headers.update(self.headers)
        return made


@dataclass
class Faults:
    """All switches off is the documented behaviour."""

    # pages
    drop_next: bool = False  # neither `next` nor a Link header
    next_host: str | None = None  # "http://elsewhere.example": pages continue on another host
    next_forgets_params: bool = False  # `next` keeps nothing but the page number
    repeat_next: bool = False  # `next` names the page it is on
    endless_next: bool = False  # `next` is never null
    past_end: Literal["empty", "404", "last"] = "empty"  # "last" serves the last page again
    count_delta: int = 0  # `count` is wrong by this much
    drop_count: bool = False
    largest_page: int | None = None  # more rows are never given, whatever was asked for
    refuse_page_above: int | None = None  # 422 for a larger page_size
    slow_page_above: int | None = None  # a larger page takes `slow_seconds`
    slow_seconds: float = 30.0
    strict_params: bool = False  # 422 for undeclared parameters

    # rows
    timestamps: Literal["exact", "seconds", "offset", "naive"] = "exact"  # of events and their like
    extra_fields: dict[str, Any] = field(default_factory=dict)  # added to every row of a list

    # permissions and limits
    denied: set[str] = field(default_factory=set)  # {"events", "tags"}: 403 with a coded body
    denied_silently: set[str] = field(default_factory=set)  # 403 without a body
    rate_limit: int = 600  # per minute, as the headers tell
    enforce_rate_limit: bool = False
    rate_headers: bool = True

    # called with each request before it is answered, to change the world between two pages
    before_response: Callable[[Request], None] | None = None

    script: list[Accident] = field(default_factory=list)
    _seen: list[int] = field(default_factory=list, repr=False)

    def on(
        self,
        *,
        path: str | None = None,
        request: int | None = 1,
        times: int = 1,
        status: int | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: int | str | None = None,
        delay: float = 0.0,
        reset: bool = False,
        truncate: bool = False,
    ) -> Faults:
        """Script an accident for the n-th request (from now) that matches `path`, and the `times - 1` after
        it; `request=None` means all of them. `path` has no /v1 and may hold wildcards: "/subscribers/*"."""
        extra = dict(headers or {})
        if retry_after is not None:
            extra["Retry-After"] = str(retry_after)
        accident = Accident(path, request, times, status, body, extra, delay, reset, truncate)
        self.script.append(accident)
        self._seen.append(0)
        return self

    def strike(self, path: str) -> Accident | None:
        """Count this request against the script; the accident that happens to it, if any."""
        self._seen += [0] * (len(self.script) - len(self._seen))  # a script may be given whole
        struck = None
        for number, accident in enumerate(self.script):
            if accident.covers(path):
                self._seen[number] += 1
                if struck is None and accident.strikes(self._seen[number]):
                    struck = accident
        return struck
