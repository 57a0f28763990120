"""Walking a list by page number with our own parameters.

`next` only hints that more exists and is never followed: it may be missing, foreign, repeated or endless. The
place of a walk is a row offset, so that a smaller page size goes on from the same row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import SourceIncomplete, SourceRefused, SourceUnavailable
from shared.web import ATTEMPTS, Params
from sync_job.counts import Counts
from sync_job.sources.buttondown.api import ButtondownApi

EVENT_PAGE_SIZES = (4000, 2000, 1000, 500, 250, 100, 25)
UNDECLARED_PAGE_SIZE = 100  # what lists without a page_size parameter give
HASTY_ATTEMPTS = 2  # for a page size that can still be made smaller


@dataclass(frozen=True)
class Page:
    rows: list[dict[str, Any]]
    offset: int  # of the first row, in the order that was asked for
    count: int | None  # of the whole list, as this page tells

    @property
    def end(self) -> int:
        return self.offset + len(self.rows)


class PageWalk:
    """One walk over one list; iterating yields its pages until the list ends.

    With `sizes` the page size is ours and shrinks when the server struggles or gives fewer rows than asked;
    with none the list has a fixed one. `offset` resumes a walk, one page early, since rows may have moved up.
    Raises SourceIncomplete when pages never end.
    """

    def __init__(
        self,
        api: ButtondownApi,
        counts: Counts,
        path: str,
        params: Params,
        *,
        sizes: Sequence[int] = (),
        offset: int = 0,
    ) -> None:
        self._api = api
        self._counts = counts
        self._path = path
        self._params = list(params)
        self._sizes = list(sizes)
        self._asked_size: int | None = None  # before the server gave less
        self._has_holes = False
        self._short: tuple[int, int] | None = None  # the number and length of the last page with too few rows
        size = self.size
        self.offset = max(0, offset - size) // size * size if offset else 0

    @property
    def size(self) -> int:
        return self._sizes[0] if self._sizes else UNDECLARED_PAGE_SIZE

    def __iter__(self) -> Iterator[Page]:
        previous: list[dict[str, Any]] = []
        number = self.offset // self.size + 1
        asked = 0
        while True:
            data = self._ask(number)
            if data is None:  # smaller pages from here on
                number = self.offset // self.size + 1
                continue
            asked += 1
            rows = data["results"]
            if not rows:
                return
            start = (number - 1) * self.size if self._sizes else self.offset
            count = data.get("count")
            count = count if isinstance(count, int) and count >= 0 else None
            if rows == previous and (count is None or start + len(rows) > count):
                return  # the server repeats its last page
            previous = rows
            # A `next` that is not even there says nothing, unlike one that is null.
            has_more = bool(data.get("next", True)) or count is None or start + len(rows) < count
            if not self._sizes and len(rows) > self.size and number > 1 and asked == 1:
                self.offset, number = 0, 1  # pages are larger than documented: this is not the place meant
                continue
            is_short = has_more and self._sizes and len(rows) < self.size and not self._has_holes
            if is_short and not self._stands(number, len(rows)):
                number = min(start, self.offset) // self.size + 1
                previous = []
                continue
            yield Page(rows, start, count)
            self._counts.pages += 1
            self.offset = start + (self.size if self._has_holes else len(rows))
            if not has_more:
                return
            if count is not None and asked > 3 * count // len(rows) + 100:
                raise SourceIncomplete(
                    f"the pages of {self._path} never end: {asked} came, {count} rows were promised",
                    hint="What came is kept. The next run tries again.",
                )
            number = self.offset // self.size + 1 if self._sizes else number + 1

    def _stands(self, number: int, length: int) -> bool:
        """What a page with too few rows means; False: ask for the place again, with the size that was learnt."""
        if number > 1 and self._short != (number, length):  # once is an accident
            self._short = (number, length)
            return False
        if self._asked_size is not None:
            # Smaller pages come short as well: rows are hidden, and page numbers mean what they say.
            self._sizes, self._has_holes = [self._asked_size, *self._sizes[1:]], True
            return False
        # The server gives no more than this, so its pages begin elsewhere than the numbers said; but the first.
        self._asked_size = self.size
        self._sizes = [length, *(size for size in self._sizes if size < length)]
        return number == 1

    def _ask(self, number: int) -> dict[str, Any] | None:
        """The page; an empty one past the end; None after choosing a smaller page size instead."""
        can_shrink = len(self._sizes) > 1
        params = [*self._params, ("page", number)]
        if self._sizes:
            params.append(("page_size", self.size))
        try:
            data = self._api.page(self._path, params, attempts=HASTY_ATTEMPTS if can_shrink else ATTEMPTS)
        except SourceUnavailable:
            if not can_shrink:
                raise
            self._sizes.pop(0)
            return None
        except SourceRefused as refusal:
            if not (can_shrink and refusal.status == 422):
                raise
            self._sizes.pop(0)
            return None
        if data is None and number == 1:
            raise SourceRefused(
                f"there is no {self._path} at this address",
                status=404,
                hint="BUTTONDOWN_API_URL should be https://api.buttondown.com/v1 unless you know better.",
            )
        return data or {"results": []}
