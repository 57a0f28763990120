"""From JSON pages to committed rows: ours, the floor (the sqlite3 tool importing the same rows), and dlt."""

import shutil
import sqlite3
import sys
import time
from pathlib import Path

import orjson

from benchmarks.measure import Usage, measure, measure_module, row
from benchmarks.pages import event_pages, people, subscriber_row
from shared.settings import Secret
from sync_job.counts import Counts
from sync_job.job import tune_collector
from sync_job.migrate import migrate
from sync_job.network import AddressHider
from sync_job.sources.buttondown.event_feed import BATCH
from sync_job.sources.buttondown.event_parser import EventParser
from sync_job.sources.buttondown.parsers import parse_subscriber
from sync_job.store import Store

PAGE = 4000
SUBSCRIBERS = 10_000
EMAILS = 150
COLUMNS = "occurred_ms, hex(id), kind, subscriber, email, link, agent, address, detail"


def write_pages(folder: Path, events: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, body in enumerate(event_pages(events, page=PAGE, subscribers=SUBSCRIBERS, emails=EMAILS)):
        (folder / f"{number:05d}.json").write_bytes(body)


def open_store(path: Path) -> tuple[sqlite3.Connection, Store, EventParser]:
    """A working copy as a run opens it, with the people already listed, as a sync has them before events."""
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode = delete",
        "synchronous = off",
        "temp_store = memory",
        "cache_size = -16384",
    ):
        database.execute(f"pragma {pragma}").close()
    migrate(database)
    counts = Counts()
    return database, Store(database, counts), EventParser(AddressHider(Secret("benchmark" * 4)), counts)


def list_people(path: Path) -> None:
    database, store, _ = open_store(path)
    listed = [parse_subscriber(subscriber_row(each), store.counts) for each in people(SUBSCRIBERS)]
    with store.transaction():
        store.subscribers.save(listed, now_ms=0, is_first_walk=True)
    database.close()


def ingest(pages: Path, path: Path) -> None:
    """The measured part: decode, parse, store and commit page by page."""
    tune_collector()
    database, store, parser = open_store(path)
    for page in sorted(pages.iterdir()):
        rows = orjson.loads(page.read_bytes())["results"]
        with store.transaction():
            for start in range(0, len(rows), BATCH):
                store.events.add(parser.parse(rows[start : start + BATCH]))
    database.close()


def floor(folder: Path, store: Path) -> Usage:
    """The same rows, prepared, into the same table by the sqlite3 command line; without it, by executemany."""
    prepared, target = folder / "rows.csv", folder / "floor.sqlite"
    with sqlite3.connect(store) as database, prepared.open("w") as file:
        schema = database.execute("select sql from sqlite_master where name = 'events'").fetchone()[0]
        for values in database.execute(f"select {COLUMNS} from events"):
            file.write("|".join("" if value is None else str(value) for value in values) + "\n")
    target.unlink(missing_ok=True)
    script = folder / "floor.sql"
    # A file of text has no blobs: ids stay in hexadecimal, and the types are not checked.
    loose = schema.replace(" strict,", "").replace(
        "id blob not null check (length(id) = 16)", "id text not null"
    )
    script.write_text(f"pragma synchronous = off;\n{loose};\n.import {prepared} events\n")
    if tool := shutil.which("sqlite3"):
        return measure(["sh", "-c", f"{tool} {target} < {script}"])
    print("(no sqlite3 tool here: the floor is executemany)")
    return measure_module("benchmarks.ingest", "executemany", str(prepared), str(target), loose)


def executemany(prepared: Path, target: Path, schema: str) -> None:
    with sqlite3.connect(target) as database, prepared.open() as file:
        database.execute(schema)
        rows = (line.rstrip("\n").split("|") for line in file)
        database.executemany("insert into events values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def compare(folder: Path, events: int, dlt_python: str | None) -> Path:
    """Prints the table's rows and returns the store that was filled."""
    pages, store = folder / f"pages-{events}", folder / "ours.sqlite"
    if not pages.exists():
        write_pages(pages, events)
    store.unlink(missing_ok=True)
    list_people(store)
    people_bytes = store.stat().st_size
    ours = measure_module("benchmarks.ingest", "ingest", str(pages), str(store))
    lowest = floor(folder, store)
    label = f"{events:,} events, JSON pages to committed rows"
    row(label, f"{ours.cpu_seconds:.1f} s, {ours.cpu_seconds / lowest.cpu_seconds:.1f} x floor", "4.5 x")
    row("  the floor: the same rows, prepared, imported", f"{lowest.cpu_seconds:.1f} s", "")
    size = (store.stat().st_size - people_bytes) / events
    row("  bytes a row, everything that came with it", f"{size:.1f}", "64 (asserted)")
    assert size <= 64
    row("  peak memory", f"{ours.peak_mb:.0f} MB", "300 MB (asserted)")
    assert ours.peak_mb < 300
    if dlt_python:
        peer = measure([dlt_python, str(Path(__file__).with_name("peer_dlt.py")), str(pages), str(folder)])
        row("  dlt, SQLite destination", f"{peer.cpu_seconds / ours.cpu_seconds:.1f} x ours", "6 x")
    _increment(store)
    return store


def _increment(store: Path) -> None:
    """1,000 more events, in a store that has a million."""
    body = next(iter(event_pages(1000, page=1000, subscribers=SUBSCRIBERS, emails=EMAILS, seed=2)))
    database, opened, parser = open_store(store)
    events = parser.parse(orjson.loads(body)["results"])
    began = time.process_time()
    with opened.transaction():
        opened.events.add(events)
    row("1,000 more events: the rows", f"{(time.process_time() - began) * 1000:.0f} ms", "50 ms")
    database.close()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ingest", pages, store]:
            ingest(Path(pages), Path(store))
        case ["executemany", prepared, target, schema]:
            executemany(Path(prepared), Path(target), schema)
