"""What an hour brings to a store that `benchmarks.store` made: opens and clicks of the latest emails."""

import json
import random
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from benchmarks.store import CLICKED, DELIVERED, OPENED, PLACES

LATEST = (60, 20, 8, 5, 4, 3)  # how many of 100 events are of the newest email, the one before, and so on
PEOPLES_AGENTS = (2, 4, 5)
HOUR = 3_600_000
CLICKS = 0.16


def add_hour(path: Path, *, events: int, since: datetime, seed: int = 1) -> None:
    """Adds so many events of the hour after `since`, and the run of a sync that brought them at its end."""
    since_ms, rng = int(since.timestamp() * 1000), random.Random(seed)
    with closing(sqlite3.connect(path)) as database, database:
        newest = "select id from emails order by published_ms desc limit ?"
        emails = [number for (number,) in database.execute(newest, [len(LATEST)])]
        got = "select distinct subscriber from events where email = ? and kind = ? order by subscriber"
        readers = {
            email: [number for (number,) in database.execute(got, [email, DELIVERED])] for email in emails
        }
        for _ in range(events):
            (email,) = rng.choices(emails, LATEST[: len(emails)])
            is_click, person = rng.random() < CLICKS, rng.choice(readers[email])
            row = (
                since_ms + rng.randrange(HOUR * 9 // 10), rng.randbytes(16), CLICKED if is_click else OPENED, person,
                email, rng.randint(1, len(PLACES)) if is_click else None, rng.choice(PEOPLES_AGENTS),
            )  # fmt: skip
            database.execute(
                "insert into events (occurred_ms, id, kind, subscriber, email, link, agent)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        end, counts = since_ms + HOUR, json.dumps({"events": {"stored": events}})
        database.execute(
            "insert into sync_runs (id, command, started_ms, finished_ms, outcome, counts)"
            " values (?, 'sync', ?, ?, 'done', ?)",
            (f"run-{end}", end - 60_000, end, counts),
        )
