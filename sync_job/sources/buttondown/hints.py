"""What webhooks are good for: they say whom to ask for now, instead of meeting them on the daily walk.

A webhook has no time and is signed for ever, so nothing in it is stored: what happened comes from the API, events by
the feed (under the same id, with their true time), people by their lists or by id.
"""

from collections.abc import Iterable
from itertools import islice

from shared.webhooks import Webhook
from sync_job.collected import Batch
from sync_job.session import Session
from sync_job.sources.buttondown.ids import OPAQUE, canonical_id, spelled
from sync_job.sources.buttondown.webhook_types import DELETED, is_about_a_person, is_known
from sync_job.times import milliseconds

# 20 requests. Where a storm names more, the others wait for the next runs, and at the latest for the daily walk.
PEOPLE_PER_RUN = 1000
# A walk that began so long after a webhook was received has met whom it names, whatever the two clocks say.
CLOCKS_DIFFER_MS = 600_000


class Hints:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._people: dict[bytes, None] = {}  # still to be met, in the order they were named
        self._batches: list[tuple[Batch, dict[bytes, None]]] = []
        self._seen: set[str] = set()

    def read(self, walked_ms: int) -> None:
        """Reads what waits in the inbox; `walked_ms` is when the last completed walk over everybody began."""
        collected = self._session.collected
        if collected is None:
            return
        for batch in collected.batches():
            named: dict[bytes, None] = {}
            for webhook in batch.webhooks:
                whom = self._whom(webhook)
                if whom and not self._is_done(webhook, whom, walked_ms):
                    named[whom] = None
            self._people |= named
            self._batches.append((batch, named))
        for problem in collected.problems:
            self._session.problem(problem)
        self._session.counts.inbox_people += len(self._people)

    def next_people(self) -> list[bytes]:
        """Whom to ask for in this run."""
        return list(islice(self._people, PEOPLE_PER_RUN))

    def met(self, people: Iterable[bytes]) -> None:
        """They are in the store as the API tells of them now."""
        for each in people:
            self._people.pop(each, None)

    def settle(self) -> None:
        """Batches all of whose people were met may go; the others are read again by the next run."""
        collected = self._session.collected
        for batch, named in self._batches:
            if collected is not None and named.keys().isdisjoint(self._people):
                collected.settle(batch)
            else:
                self._session.counts.inbox_waiting += 1

    def _is_done(self, webhook: Webhook, whom: bytes, walked_ms: int) -> bool:
        """Whether a walk over everybody has met them since; but a walk believes in few deletions at a time."""
        if milliseconds(webhook.received_at) + CLOCKS_DIFFER_MS > walked_ms:
            return False
        if webhook.event_type != DELETED:
            return True
        query = "select 1 from subscribers where uuid = ? and deleted_ms is null"
        return self._session.store.database.execute(query, (whom,)).fetchone() is None

    def _whom(self, webhook: Webhook) -> bytes | None:
        counts = self._session.counts
        counts.inbox_webhooks += 1
        if webhook.id in self._seen:
            counts.inbox_repeats += 1
        self._seen.add(webhook.id)
        known = self._session.store.fact("newsletter_id")
        if webhook.newsletter and known not in (None, spelled(canonical_id(webhook.newsletter).uuid)):
            counts.inbox_foreign += 1
            return None
        if not is_known(webhook.event_type):
            counts.unknown_webhooks[webhook.event_type] += 1
        if not webhook.subscriber or not is_about_a_person(webhook.event_type):
            return None
        given = canonical_id(webhook.subscriber)
        return None if given.family == OPAQUE else given.uuid
