"""A walk over the days that were asked for: its first page is found by halving, and the watermark stays put."""

from collections.abc import Sequence

from shared.errors import SourceRefused, SourceUnavailable
from shared.web import ATTEMPTS, Params
from sync_job.sources.buttondown.event_feed import OLDEST_FIRST, EventFeed
from sync_job.sources.buttondown.pages import HASTY_ATTEMPTS
from sync_job.times import milliseconds


def walk_range(feed: EventFeed, since_ms: int, until_ms: int) -> None:
    """Stores the events of [since, until). Begins one page early and ends one page late: pages may move."""
    wanted = range(since_ms, until_ms)
    size, offset = _first_offset(feed, since_ms)
    feed.sizes = [each for each in feed.sizes if each <= size] or [size]
    with feed.session.log.progress("events") as progress:
        for page in feed.pages(OLDEST_FIRST, offset=offset):
            with feed.session.store.transaction():
                events, _ = feed.add(page.rows, within=wanted)
            progress(page.end, page.count)
            feed.session.checkpoint()
            if events and min(event.occurred_ms for event in events) >= until_ms:
                return


def _first_offset(feed: EventFeed, since_ms: int) -> tuple[int, int]:
    """The page size that works, and the offset of the first page that reaches `since_ms`."""
    size, rows, count = _first_page(feed)
    if rows and (count is None or len(rows) < min(size, count)):
        size = len(rows)  # the server gives less than asked
    low, high = 1, max(1, -(-(count or 0) // size))
    while low < high:
        middle = (low + high) // 2
        page = feed.api.page("events", [("ordering", OLDEST_FIRST), ("page", middle), ("page_size", size)])
        dates = _dates(page["results"] if page else [])
        if dates and max(dates) < since_ms:
            low = middle + 1
        else:
            high = middle
    return size, (low - 1) * size


def _first_page(feed: EventFeed) -> tuple[int, Sequence[dict[str, object]], int | None]:
    """The first page at the largest size that the server manages."""
    sizes = list(feed.sizes)
    while True:
        params: Params = [("ordering", OLDEST_FIRST), ("page", 1), ("page_size", sizes[0])]
        can_shrink = len(sizes) > 1
        try:
            page = feed.api.page("events", params, attempts=HASTY_ATTEMPTS if can_shrink else ATTEMPTS)
        except (SourceUnavailable, SourceRefused) as error:
            if not can_shrink or (isinstance(error, SourceRefused) and error.status != 422):
                raise
            sizes.pop(0)
            continue
        return sizes[0], page["results"] if page else [], page.get("count") if page else None


def _dates(rows: Sequence[dict[str, object]]) -> list[int]:
    dates = []
    for row in rows:
        try:
            dates.append(milliseconds(str(row.get("creation_date"))))
        except ValueError:
            continue
    return dates
