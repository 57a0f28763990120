"""A first sync over loopback in pages of 1,000: fetched, parsed and stored, in seconds of our own CPU time."""

import io
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.ingest import EMAILS, SUBSCRIBERS, list_people, open_store
from benchmarks.measure import row
from benchmarks.pages import event_pages
from shared.log import Log
from shared.settings import Secret
from sync_job.job import tune_collector
from sync_job.session import Plan, Session
from sync_job.sources.buttondown.api import ButtondownApi, connect
from sync_job.sources.buttondown.event_feed import EventFeed

PAGE = 1000


def walk(folder: Path, events: int) -> None:
    pages, path = folder / f"small-pages-{events}", folder / "walk.sqlite"
    if not pages.exists():
        pages.mkdir(parents=True)
        for number, body in enumerate(event_pages(events, page=PAGE, subscribers=SUBSCRIBERS, emails=EMAILS)):
            (pages / f"{number:05d}.json").write_bytes(body)
    path.unlink(missing_ok=True)
    list_people(path)
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.page_server", str(pages)], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    client = connect(server.stdout.readline().strip(), Secret("key"), per_minute=1_000_000)
    try:
        database, store, parser = open_store(path)
        log = Log(io.StringIO(), readable=False)
        session = Session(store, store.counts, Plan(), log, lambda: int(time.time() * 1000), lambda: None)
        tune_collector()
        began = time.process_time()
        EventFeed(ButtondownApi(client), parser, session, sizes=(PAGE,)).sync()
        seconds = time.process_time() - began
        assert store.counts.events_new == events
        fetched = store.counts.events_seen  # a first sync looks at everything a second time, newest first
        database.close()
    finally:
        client.close()
        server.kill()
        server.wait()
    row(
        f"{events:,} events over loopback, pages of {PAGE:,}",
        f"{fetched / seconds:,.0f} a CPU second",
        "120,000",
    )
