"""The inbox as one run sees it: read near its start, acknowledged after the commit that holds what it led to.

What is settled and not yet acknowledged when a run dies is simply read again by the next one.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from shared import inbox
from shared.bucket import MUST_NOT_EXIST, Bucket, Stat
from shared.errors import (
    BucketError,
    CorruptObject,
    GenerationConflict,
    NotFound,
    RapportError,
    SourceIncomplete,
)
from shared.log import Log
from shared.webhooks import Webhook, read_record
from sync_job.counts import Counts

# A batch is one webhook, and reading it one request: a storm of them must not keep a run from its work.
BATCHES_PER_RUN = 1000


@dataclass(frozen=True)
class Batch:
    stat: Stat
    webhooks: list[Webhook]


@dataclass
class Collected:
    bucket: Bucket
    project: str
    counts: Counts
    log: Log
    problems: list[RapportError] = field(default_factory=list)  # what `batches` met
    _settled: list[Stat] = field(default_factory=list)

    def batches(self) -> Iterator[Batch]:
        """The oldest batches, at most `BATCHES_PER_RUN`; the others are counted and wait for the next run.

        One that cannot be read costs itself, never the run: webhooks only hasten what a sync learns anyway.
        """
        try:
            listing = inbox.listing(self.bucket, self.project)
            for stat in islice(listing, BATCHES_PER_RUN):
                batch = self._read(stat)
                if batch is not None:
                    yield batch
            self.counts.inbox_waiting += sum(1 for _ in listing)
        except BucketError as error:  # the bucket's trouble, not one batch's: the rest waits
            self.problems.append(error)
        if self.counts.inbox_unreadable:
            self.problems.append(
                SourceIncomplete(
                    f"{self.counts.inbox_unreadable} of the collected webhooks could not be read",
                    hint=f"No fact is missing, for the lists tell the same. They are in {self.project}/quarantine/.",
                )
            )

    def settle(self, batch: Batch) -> None:
        """All that follows from it is in the store: it may go once that is committed."""
        self._settled.append(batch.stat)

    def acknowledge(self) -> None:
        """To be called after the commit. A batch that stays is read again, and changes nothing."""
        try:
            inbox.acknowledge(self.bucket, self._settled)
        except BucketError as error:
            self.log.warning(f"collected webhooks stay in the inbox until the next run: {error}")

    def _read(self, stat: Stat) -> Batch | None:
        try:
            records, unreadable = inbox.read(self.bucket, stat)
        except NotFound:  # acknowledged meanwhile, by a run that lost its lease
            return None
        except CorruptObject as error:  # perhaps only on its way to us: it waits
            self.counts.inbox_waiting += 1
            self.problems.append(error)
            return None
        found = [read_record(record) for record in records]
        webhooks = [webhook for webhook in found if webhook is not None]
        unreadable += len(found) - len(webhooks)
        self.counts.inbox_batches += 1
        if unreadable:
            self.counts.inbox_unreadable += unreadable
            self._keep_aside(stat)
        return Batch(stat, webhooks)

    def _keep_aside(self, stat: Stat) -> None:
        """A copy for whoever wants to know; before the batch is acknowledged, so that it is never nowhere."""
        name = stat.name.replace("/inbox/", "/quarantine/", 1)
        # Gone or there already: by another run, perhaps one that died before it could acknowledge.
        with suppress(NotFound, GenerationConflict):
            body, _ = self.bucket.read(stat.name)
            self.bucket.write(name, body, if_generation=MUST_NOT_EXIST)
