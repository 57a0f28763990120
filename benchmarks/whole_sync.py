"""A whole scheduled run that finds 1,000 new events, on a store that holds a million, against the demo's API."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measure import measure, row
from demo import Newsletter, email, event, serve, subscriber

NEW_EVENTS = 1000


def measure_run(folder: Path, store: Path) -> None:
    bucket = folder / "bucket"
    shutil.rmtree(bucket, ignore_errors=True)
    (bucket / "default").mkdir(parents=True)
    newsletter = _newsletter()
    with serve(newsletter) as api:
        environment = {
            "BUTTONDOWN_API_KEY": "demo-key",
            "BUTTONDOWN_API_URL": api.url,
            "RAPPORT_BUCKET": str(bucket),
            "RAPPORT_SECRET": "benchmark" * 4,
        }
        os.environ.update(environment)
        command = [sys.executable, "-m", "sync_job"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _add_million(bucket / "default" / "engagement.sqlite", store)
        moment = datetime.now(UTC) - timedelta(minutes=5)
        person, letter = newsletter.subscribers[0], newsletter.emails[0]
        for number in range(NEW_EVENTS):
            newsletter.events.append(
                event("opened", subscriber=person, email=letter, at=moment + timedelta(milliseconds=number))
            )
        usage = measure(command)
        said = json.loads((bucket / "default" / "last_run.json").read_text())
        assert said["counts"]["events_new"] == NEW_EVENTS, said
        for name in environment:
            del os.environ[name]
    row("1,000 more events: the whole run", f"{usage.cpu_seconds:.2f} s CPU", "1 s beside the transfer")
    row("  peak memory", f"{usage.peak_mb:.0f} MB", "300 MB (asserted)")
    assert usage.peak_mb < 300


def _newsletter() -> Newsletter:
    newsletter = Newsletter()
    began = datetime.now(UTC) - timedelta(days=30)
    newsletter.subscribers.append(subscriber("reader@mail.example", at=began))
    newsletter.emails.append(email("Hello", at=began))
    newsletter.events.append(
        event("delivered", subscriber=newsletter.subscribers[0], email=newsletter.emails[0], at=began)
    )
    return newsletter


def _add_million(database: Path, store: Path) -> None:
    """Puts the rows of the big store beside the few that the first run brought."""
    with sqlite3.connect(database) as connection:
        connection.execute("attach ? as big", (str(store),))
        connection.execute(
            "insert or ignore into events (occurred_ms, id, kind) "
            "select occurred_ms, id, (select min(id) from event_kinds) from big.events"
        )
    connection.close()
