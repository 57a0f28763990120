"""Once a day: does the feed hold more, or less, than its last count and what came since would explain?

Late events can hide below everything that a newest-first walk sees. One request compares the feed's total; only
if that is off are emails asked for one by one, newest first, and only an email whose own count is off is walked
again. Each count is then remembered, so the same drift never triggers twice. Absence never deletes an event.
"""

from typing import NamedTuple

from sync_job.sources.buttondown.event_feed import OLDEST_FIRST, SOURCE, EventFeed
from sync_job.sources.buttondown.ids import spelled
from sync_job.statements import statement
from sync_job.times import DAY_MS

STREAM = "drift"
WHOLE_FEED = 0
MAX_EMAILS = 100


class Remembered(NamedTuple):
    feed_count: int
    stored_count: int

    def has_drifted(self, feed_count: int, stored_count: int) -> bool:
        """The feed rose by more than the rows accepted since, or it fell."""
        return self.is_missing_some(feed_count, stored_count) or feed_count < self.feed_count

    def is_missing_some(self, feed_count: int, stored_count: int) -> bool:
        return feed_count - self.feed_count > stored_count - self.stored_count


def check_drift(feed: EventFeed) -> None:
    store, now_ms = feed.session.store, feed.session.now_ms()
    state = store.state(SOURCE, STREAM)
    if now_ms - (state.get("checked_ms") or 0) < DAY_MS and not feed.session.plan.full:
        return
    total = feed.api.count("events", [("ordering", OLDEST_FIRST)])
    if total is None:
        return
    stored = _stored_counts(feed)
    if _remembered(feed, WHOLE_FEED).has_drifted(total, sum(stored.values())):
        since_ms = state.get("looking_since_ms") or now_ms
        looked_at_all = _look_closer(feed, stored, since_ms)
        stored = _stored_counts(feed)
        remembered = _remembered(feed, WHOLE_FEED)
        explained = not remembered.has_drifted(total, sum(stored.values()))
        if looked_at_all and remembered.is_missing_some(total, sum(stored.values())):
            feed.walk_everything_again()  # what is missing belongs to no email
            stored = _stored_counts(feed)
        state["looking_since_ms"] = None if looked_at_all or explained else since_ms
    else:
        state["looking_since_ms"] = None
    state["checked_ms"] = now_ms
    with store.transaction():
        if not state.get("looking_since_ms"):
            _remember(feed, WHOLE_FEED, total, sum(stored.values()))
        store.set_state(SOURCE, STREAM, state)


def _look_closer(feed: EventFeed, stored: dict[int | None, int], since_ms: int) -> bool:
    """Asks for the count of each email not looked at since then; True when that was the last of them."""
    candidates = feed.session.store.database.execute(
        statement("emails_to_check"), {"since_ms": since_ms, "most": MAX_EMAILS + 1}
    ).fetchall()
    with feed.session.log.progress("drift check") as progress:
        for number, (email, uuid) in enumerate(candidates[:MAX_EMAILS], start=1):
            only = [("email_id", spelled(uuid))]
            count = feed.api.count("events", [("ordering", OLDEST_FIRST), *only])
            if count is not None:
                accepted = stored.get(email, 0)
                if _remembered(feed, email).has_drifted(count, accepted):
                    accepted += _walk_email(feed, only)
                with feed.session.store.transaction():
                    _remember(feed, email, count, accepted)
            progress(number, min(len(candidates), MAX_EMAILS))
            feed.session.checkpoint()
    return len(candidates) <= MAX_EMAILS


def _walk_email(feed: EventFeed, only: list[tuple[str, str]]) -> int:
    """Every event of one email again; returns how many were new."""
    found = 0
    feed.session.counts.rewalked_emails += 1
    for page in feed.pages(OLDEST_FIRST, filters=only):
        with feed.session.store.transaction():
            _, added = feed.add(page.rows)
            found += added.new
        feed.session.checkpoint()
    return found


def _stored_counts(feed: EventFeed) -> dict[int | None, int]:
    return dict(feed.session.store.database.execute(statement("count_events_per_email")))


def _remembered(feed: EventFeed, email: int) -> Remembered:
    query = "select feed_count, stored_count from feed_counts where email = ?"
    found = feed.session.store.database.execute(query, (email,)).fetchone()
    return Remembered(*found) if found else Remembered(0, 0)


def _remember(feed: EventFeed, email: int, feed_count: int, stored_count: int) -> None:
    feed.session.store.database.execute(
        "insert or replace into feed_counts (email, feed_count, stored_count, checked_ms) values (?, ?, ?, ?)",
        (email, feed_count, stored_count, feed.session.now_ms()),
    )
