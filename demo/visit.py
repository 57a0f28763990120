"""One request with all that is needed to answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demo.faults import Faults
from demo.ids import endings
from demo.messages import Reply, Request, document, refuse
from demo.newsletter import Newsletter
from demo.paging import cut, envelop
from demo.rendering import render
from demo.wire import Row


@dataclass(frozen=True)
class Visit:
    request: Request
    newsletter: Newsletter
    faults: Faults
    version: str
    origin: str  # scheme and host as the client spelled them
    words: tuple[str, ...] = ()  # the variable parts of the path

    def page(
        self,
        rows: list[Row],
        size: int,
        *,
        without: list[str] | None = None,
        change: Callable[[list[Row]], list[Row]] | None = None,
    ) -> Reply:
        """The page asked for; `change` is applied to its rows only, before they are spelled."""
        results, page, last = cut(self.request, rows, size, self.faults)
        rendered = render(change(results) if change else results, self.version, self.faults, without)
        reply = envelop(self.request, rendered, page, last, len(rows), self.origin, self.faults)
        if self.faults.slow_page_above is not None and size > self.faults.slow_page_above:
            reply.delay = self.faults.slow_seconds
        return reply

    def single(self, row: Row | None) -> Reply:
        if row is None:
            raise refuse(404, "Not found.")
        return document(render([row], self.version, self.faults)[0])

    def find(self, rows: list[Row], identifier: str) -> Row | None:
        wanted = endings(identifier)
        return next((row for row in rows if row["id"] == identifier or row["id"].endswith(wanted)), None)
