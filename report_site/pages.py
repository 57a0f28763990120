"""The pages of a published site, out of a bucket: each as small as the browser takes it, and only if it is news."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import chain

from report_site.exchange import Answer, Request, Stream, plain, words
from report_site.paths import clean_path, page_of
from report_site.ranges import Span, read_range
from shared.bucket import Bucket, Stat
from shared.bucket.naming import headers_for
from shared.bucket.packing import GZIP, pack, unpack
from shared.errors import CorruptObject, NotFound

KEPT_BYTES = 32_000_000
LARGEST_KEPT = 4_000_000  # one large download must not push all pages out
READS_BEFORE_GIVING_UP = 5


@dataclass(frozen=True)
class Body:
    """One generation of one object; `is_packed` says whether `content` is."""

    name: str
    content: bytes
    is_packed: bool
    generation: int

    def plain(self) -> bytes:
        """Raises CorruptObject."""
        try:
            return unpack(self.content) if self.is_packed else self.content
        except ValueError as error:
            raise CorruptObject(self.name) from error


class Pages:
    """`finish`, if given, adds to the HTML of a page before it is sent."""

    def __init__(self, bucket: Bucket, prefix: str, finish: Callable[[bytes], bytes] | None = None) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._finish = finish
        self._copies = f"{prefix}snapshots/"  # go out as they are
        self._kept: OrderedDict[tuple[str, int], Body] = OrderedDict()
        self._kept_bytes = 0
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Answer:
        """Raises BucketError."""
        path = clean_path(request.target)
        if path is None:
            return plain(HTTPStatus.BAD_REQUEST, "That is not the address of a page.")
        found = self._find(path)
        return self._missing() if found is None else self._give(found, request)

    def store(self, request: Request) -> Answer:
        """The database itself, which is beside the site and no part of it. Raises BucketError."""
        found = self._bucket.stat(f"{self._prefix.removesuffix('site/')}engagement.sqlite")
        return self._missing() if found is None else self._give(found, request)

    def _give(self, found: Stat, request: Request) -> Answer:
        packs = headers_for(found.name).content_encoding == GZIP and accepts_gzip(
            request.header("Accept-Encoding")
        )
        if _is_known(_tag(found.generation, packs), request.header("If-None-Match")):
            return Answer(HTTPStatus.NOT_MODIFIED, _headers(found.name, found.generation, packs))
        if headers_for(found.name).content_encoding != GZIP and (
            found.size > LARGEST_KEPT or request.method == "HEAD"
        ):
            return self._give_unread(found, request)
        try:
            body = self._body(found)
        except NotFound:
            return plain(HTTPStatus.NOT_FOUND, "This page was just removed.")
        headers = _headers(found.name, body.generation, packs)
        if packs:
            return Answer(HTTPStatus.OK, {**headers, "Content-Encoding": GZIP}, body.content)
        whole = body.plain()
        span, answer = _in_part(request, headers, len(whole))
        return replace(answer, body=whole[span.start : span.end]) if span else answer

    def _give_unread(self, found: Stat, request: Request) -> Answer:
        """All or part of what lies plain in the bucket, however large: it is on its way piece by piece."""
        stat: Stat | None = found
        for _ in range(READS_BEFORE_GIVING_UP):
            if stat is None:
                break
            span, answer = _in_part(request, _headers(stat.name, stat.generation, False), stat.size)
            if span is None:
                return answer
            length = span.end - span.start
            if request.method == "HEAD":
                return replace(answer, stream=Stream(length, iter(())))
            pieces = self._bucket.stream(stat.name, span.start, span.end, generation=stat.generation)
            try:
                first = next(pieces, b"")  # while another answer can still be given
            except NotFound:  # replaced since it was looked at
                stat = self._bucket.stat(stat.name)
                continue
            return replace(answer, stream=Stream(length, chain((first,), pieces)))
        return plain(HTTPStatus.NOT_FOUND, "This page was just removed.")

    def _find(self, path: str) -> Stat | None:
        found = self._bucket.stat(self._prefix + path)
        if found is None and (page := page_of(path)):
            found = self._bucket.stat(self._prefix + page)
        return found

    def _missing(self) -> Answer:
        """Lost, or too early: the way on is another one."""
        if self._bucket.stat(f"{self._prefix}index.html") is None:
            title, text = "There is no report yet", "Run <code>rapport report</code> to build it."
        else:
            title, text = "There is no such page", 'Go to the <a href="/">overview</a>.'
        answer = words(HTTPStatus.NOT_FOUND, title, text)
        return replace(answer, body=self._finish(answer.body)) if self._finish else answer

    def _body(self, found: Stat) -> Body:
        """Text is kept packed, whichever way the store has it: most browsers want it so."""
        key = found.name, found.generation
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        stored = self._bucket.read_as_stored(found.name)
        headers = headers_for(found.name)
        body = Body(found.name, stored.body, stored.content_encoding == GZIP, stored.generation)
        is_page = headers.content_type.startswith("text/html") and not found.name.startswith(self._copies)
        if self._finish and is_page:
            body = replace(body, content=self._finish(body.plain()), is_packed=False)
        if headers.content_encoding == GZIP and not body.is_packed:
            body = replace(body, content=pack(body.content), is_packed=True)
        self._keep(body)
        return body

    def _keep(self, body: Body) -> None:
        key = body.name, body.generation
        with self._lock:
            if len(body.content) > LARGEST_KEPT or key in self._kept:
                return
            self._kept[key] = body
            self._kept_bytes += len(body.content)
            while self._kept_bytes > KEPT_BYTES:
                self._kept_bytes -= len(self._kept.popitem(last=False)[1].content)


def accepts_gzip(header: str) -> bool:
    """What Accept-Encoding says of gzip, by its own name or else by the star."""
    weights: dict[str, bool] = {}
    for part in header.split(","):
        coding, _, parameters = part.strip().lower().partition(";")
        quality = parameters.strip().removeprefix("q=").strip()
        weights[coding.strip()] = not quality or quality.strip("0.") != ""
    return weights.get(GZIP, weights.get("*", False))


def _headers(name: str, generation: int, packs: bool) -> dict[str, str]:
    of_this_name = headers_for(name)
    return {
        "ETag": _tag(generation, packs),
        "Cache-Control": of_this_name.cache_control,
        "Content-Type": of_this_name.content_type,
    }


def _tag(generation: int, packs: bool) -> str:
    return f'"{generation:x}{"-gz" if packs else ""}"'


def _is_known(tag: str, if_none_match: str) -> bool:
    known = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return tag in known or known == ["*"]


def _in_part(request: Request, headers: Mapping[str, str], size: int) -> tuple[Span | None, Answer]:
    """The part that was asked for, where it is still of the body that the asker has the beginning of, and the answer
    that goes before it; without a part, the answer is all there is."""
    whole = Answer(HTTPStatus.OK, {**headers, "Accept-Ranges": "bytes"})
    condition = request.header("If-Range").strip()
    is_of_another = condition != "" and condition != headers["ETag"]
    span = None if request.method != "GET" or is_of_another else read_range(request.header("Range"), size)
    if span is None:
        return Span(0, size), whole
    if span.start == span.end:
        refusal = plain(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "There are not so many bytes.")
        return None, refusal.with_headers(Content_Range=f"bytes */{size}")
    answer = whole.with_headers(Content_Range=f"bytes {span.start}-{span.end - 1}/{size}")
    return span, replace(answer, status=HTTPStatus.PARTIAL_CONTENT)
