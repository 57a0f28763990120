"""Cuts a list into numbered pages and wraps one in the envelope every list endpoint uses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from demo.faults import Faults
from demo.messages import Reply, Request, document, invalid, refuse
from demo.parameters import read_page
from demo.wire import Row


def cut(request: Request, rows: list[Row], size: int, faults: Faults) -> tuple[list[Row], int, int]:
    """The rows of the page asked for, its number, and the number of the last page (at least 1)."""
    if faults.refuse_page_above is not None and size > faults.refuse_page_above:
        raise invalid("page_size", "less_than_equal", f"Must be {faults.refuse_page_above} or less.")
    size = min(size, faults.largest_page or size)
    page = read_page(request)
    last = max(1, -(-len(rows) // size))
    if page > last and faults.past_end == "404":
        raise refuse(404, "That page contains no results.")
    shown = min(page, last) if faults.past_end == "last" else page
    return rows[(shown - 1) * size : shown * size], page, last


def envelop(
    request: Request, results: list[Row], page: int, last: int, total: int, origin: str, faults: Faults
) -> Reply:
    """`{results, next, previous, count}`, with the same links as a header (RFC 8288)."""
    following = page + 1 if page < last or faults.endless_next else None
    if faults.repeat_next and following:
        following = page
    links = {
        "next": None if following is None else _address(request, following, origin, faults),
        "previous": None if page == 1 else _address(request, page - 1, origin, faults),
    }
    content: dict[str, Any] = {"results": results, **links, "count": total + faults.count_delta}
    if faults.drop_next:
        links["next"] = None
        del content["next"]
    if faults.drop_count:
        del content["count"]
    reply = document(content)
    relations = {"next": links["next"], "prev": links["previous"]}
    if header := ", ".join(f'<{url}>; rel="{name}"' for name, url in relations.items() if url):
        reply.headers["Link"] = header
    return reply


def _address(request: Request, page: int, origin: str, faults: Faults) -> str:
    kept = [] if faults.next_forgets_params else [pair for pair in request.query if pair[0] != "page"]
    query = urlencode([*kept, ("page", str(page))])
    return f"{faults.next_host or origin}/v1{request.path}?{query}"
