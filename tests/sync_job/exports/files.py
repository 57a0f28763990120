"""Export files for tests, written by hand or by the stand-in for the provider, and what importing them leads to."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo import Row, dashed
from shared.log import Log
from sync_job.exports.adoption import adopt
from sync_job.exports.importer import ExportImport
from sync_job.job import SyncJob
from sync_job.network import AddressHider
from sync_job.run_report import Report
from sync_job.session import Plan
from tests.sync_job.world import World, ids

EVENT_COLUMNS = ["id", "token", "email_id", "subscriber__email", "event_type", "timestamp", "metadata"]


def import_files(world: World, *paths: Path, dry_run: bool = False) -> Report:
    hider = AddressHider(world.secret)
    return SyncJob(
        world.bucket,
        "default",
        ExportImport(paths, hider).run,
        Plan(dry_run=dry_run),
        hider.fingerprint(),
        Log(world.said, readable=False),
        command="import",
        now=lambda: world.now,
    ).run()


def sync(world: World) -> Report:
    report = world.sync()
    world.job(adopt, AddressHider(world.secret).fingerprint()).run()
    return report


def write_csv(
    path: Path, rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = (), **options: Any
) -> Path:
    rows = list(rows)
    names = list(columns) or (list(rows[0]) if rows else EVENT_COLUMNS)
    with path.open("w", encoding=options.pop("encoding", "utf-8"), newline="") as file:
        writer = csv.DictWriter(file, names, restval="", **options)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def event_row(address: str = "", at: str = "2026-08-10 06:31:00+00:00", **fields: Any) -> dict[str, Any]:
    return {
        "id": "",
        "token": "a-secret-token",
        "email_id": "",
        "subscriber__email": address,
        "event_type": "opened",
        "timestamp": at,
        "metadata": "{}",
        **fields,
    }


def second(row: Row) -> str:
    """When an event of the API happened, as an export says it."""
    at = datetime.fromisoformat(row["creation_date"]).astimezone(UTC)
    return str(at.replace(microsecond=0))


def exported(world: World, row: Row, **fields: Any) -> dict[str, Any]:
    """The row of an export for an event of the API, without its id."""
    addresses = {each["id"]: each["email_address"] for each in world.newsletter.subscribers}
    return (
        event_row(
            addresses.get(row["subscriber_id"], ""),
            second(row),
            email_id=dashed(row["email_id"]) if row["email_id"] else "",
            event_type=row["event_type"],
            metadata=str(row["metadata"]),
        )
        | fields
    )


def event_counts(world: World) -> Counter[tuple[Any, ...]]:
    """How many events the store has of each natural key, at the second."""
    query = "select type, substr(occurred_at, 1, 19), subscriber_id, email_id, url from event_log"
    return Counter(world.query(query))


def api_events(world: World) -> set[tuple[Any, ...]]:
    """The events that have an id of the API: with their exact times, and whose they are."""
    known = ids(world.newsletter.events)
    return {(key, *facts) for key, facts in world.events().items() if key in known}
