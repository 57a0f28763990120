"""From the wire to the verdict: a store made by the real sync, judged by the real queries."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from demo import dashed, serve
from shared.bucket.folder import FolderBucket
from shared.database_file import open_snapshot
from tests.report_builder.verdicts.relations import Happening, Scene, judge
from tests.report_builder.verdicts.worlds import UNTIL, Tally, made
from tests.sync_job.world import DATABASE, World

EVENTS = """
select
    lower(hex(e.id)), replace(k.type, 'subscriber.', ''), e.occurred_ms, e.subscriber, e.email, l.url,
    g.os, g.browser, g.network_class, e.address, a.network
from events as e
join event_kinds as k on k.id = e.kind
left join links as l on l.id = e.link
left join agents as g on g.id = e.agent
left join addresses as a on a.id = e.address
"""
DOMAINS = "select id, substr(email, instr(email, '@') + 1) from subscribers where email is not null"


def test_what_was_synced_is_judged_as_it_was_made(tmp_path: Path) -> None:
    newsletter = made(404, subscribers=90, emails=10)
    with serve(newsletter) as api:
        world = World(api, FolderBucket(tmp_path / "data"), tmp_path, now=UNTIL)
        world.sync()
        open_snapshot(world.bucket, DATABASE, tmp_path / "store.sqlite")
    scene, ids = read(tmp_path / "store.sqlite")
    makers = {dashed(number).replace("-", ""): maker for number, maker in newsletter.truth.items()}
    found = Tally()
    found.add(scene, {number: makers[ids[number]] for number in ids if ids[number] in makers}, judge(scene))
    assert sum(found.counts.values()) == len(newsletter.truth)
    assert (found.precision("clicked", "human") or 0) >= 0.95
    assert found.recall("clicked", "human") >= 0.95


def read(path: Path) -> tuple[Scene, dict[int, str]]:
    """The store's rows as a scene, and the id of each event."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(EVENTS).fetchall()
        domains = dict(database.execute(DOMAINS).fetchall())
    networks: dict[bytes, int] = {}
    happenings = [
        Happening(
            number, kind, at, reader, email, url,
            (system, browser, network_class) if network_class is not None else None,
            address,
            networks.setdefault(network, len(networks) + 1) if network is not None else None,
        )
        for number, (_, kind, at, reader, email, url, system, browser, network_class, address, network)
        in enumerate(rows)
    ]  # fmt: skip
    return Scene(happenings, domains), {number: row[0] for number, row in enumerate(rows)}
