"""How large a newsletter is: measured from a store on this machine, or worked out from counts."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from deployment.cost import Usage
from deployment.target import Target

# Measured on made-up newsletters of 300 and 3,000 subscribers, rounded up.
BYTES_PER_EVENT, BYTES_PER_SUBSCRIBER, BYTES_OF_EMPTY_STORE = 60, 700, 300_000
PAGES, PAGES_PER_EMAIL, BYTES_PER_PAGE = 200, 4, 30_000
OLD_VERSIONS = 10  # of everything, by the rule of the bucket
DAILY_COPIES = 7 + 4 + 6 + 7  # by days, weeks and months, and those deleted within the last week
CHANGED_PAGES = 200  # at most, for 1,000 new events
BYTES_PER_SECOND = 50e6  # to and from the bucket: an assumption, not a measurement
SYNC_SECONDS, REPORT_SECONDS = 20.0, 40.0  # beside the way of the store


@dataclass(frozen=True)
class Sizes:
    subscribers: int
    emails: int
    store_bytes: int

    @classmethod
    def reckon(cls, subscribers: int, events: int) -> "Sizes":
        """From what an owner knows; a subscriber leaves about two events with each email."""
        store = BYTES_OF_EMPTY_STORE + BYTES_PER_EVENT * events + BYTES_PER_SUBSCRIBER * subscribers
        return cls(subscribers, round(events / max(1, 2 * subscribers)), store)

    def usage(self, target: Target) -> Usage:
        sync, report = target.sync_machine, target.report_machine
        way = self.store_bytes / BYTES_PER_SECOND
        pages = PAGES + PAGES_PER_EMAIL * self.emails
        return Usage(
            self.store_bytes,
            sync_seconds=SYNC_SECONDS + 2 * way,
            report_seconds=REPORT_SECONDS + 3 * way,
            sync_cpus=sync.cpus,
            sync_memory_gib=sync.memory_gib,
            report_cpus=report.cpus,
            report_memory_gib=report.memory_gib,
            copies=1 + OLD_VERSIONS + DAILY_COPIES,
            site_bytes=pages * BYTES_PER_PAGE * (1 + OLD_VERSIONS),
            changed_pages=min(pages, CHANGED_PAGES),
            secrets=3 if target.collector else 2,
        )


def measure_store(path: Path) -> Sizes | None:
    """What the store at `path` holds, read without touching it; None where there is none that can be read."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            counts = [
                connection.execute(f"select count(*) from {view}").fetchone()[0]
                for view in ("subscriber_list", "email_list")
            ]
    except sqlite3.DatabaseError:
        return None
    return Sizes(counts[0], counts[1], path.stat().st_size)
