"""Is a store sound, and does what it holds agree with what it says of itself? Reads, never writes."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shared.database_file import check_database
from shared.errors import DatabaseBroken, UsageError
from sync_job.migrate import check_origin, pending
from sync_job.statements import statement
from sync_job.times import DAY_MS, iso

RESTORE = "`rapport backups` lists what you can go back to; after `rapport restore` a sync fetches the rest"
FULL = "`rapport sync --full` walks everything again and adds what is missing"
EARLIEST_MS = 946_684_800_000  # 2000-01-01: no newsletter of today was read before
MOST_FREE = 0.25
# The contract with other tools, as docs/data.md documents it.
VIEWS = {
    "event_log": "event_id source type occurred_at subscriber_id subscriber_email email_id email_subject url "
    "properties",
    "subscriber_list": "subscriber_id email name status source subscribed_at tags deleted_at",
    "email_list": "email_id subject status published_at url opens_tracked clicks_tracked analytics",
}


@dataclass(frozen=True)
class Check:
    """`note` is worth knowing and needs nothing; `fix` says what to do about a problem."""

    name: str
    state: Literal["sound", "note", "problem"]
    reason: str
    fix: str = ""


def verify(path: Path, name: str, now_ms: int) -> list[Check]:
    """Every check of the store at `path`; of a file that is no sound store there is only the one that says so."""
    try:
        check_database(path, name)
        with closing(sqlite3.connect(path)) as database:
            check_origin(database, name)
            findings = [str(row[0]) for row in database.execute("pragma integrity_check(5)")]
            if findings != ["ok"]:
                return [Check("file", "problem", "; ".join(findings), RESTORE)]
            checks = [Check("file", "sound", "every page and every index agrees")]
            for check in CHECKS:
                checks += check(database, now_ms)
            return checks
    except DatabaseBroken as broken:
        return [Check("file", "problem", broken.finding, RESTORE)]
    except sqlite3.DatabaseError as error:
        return [*checks, Check("schema", "problem", str(error), RESTORE)]


def _schema(database: sqlite3.Connection, _: int) -> Iterator[Check]:
    try:
        todo = pending(database)
    except UsageError as newer:
        yield Check("schema", "problem", str(newer), newer.hint)
        return
    version = database.execute("pragma user_version").fetchone()[0]
    if todo:
        yield Check("schema", "note", f"of version {version}: the next sync brings it to {todo[-1].number}")
    else:
        yield Check("schema", "sound", f"of version {version}, the newest")


def _references(database: sqlite3.Connection, _: int) -> Iterator[Check]:
    found: dict[str, int] = {}
    for table, _, parent, _ in database.execute("pragma foreign_key_check"):
        found[f"{table} that point to no {parent}"] = found.get(f"{table} that point to no {parent}", 0) + 1
    if found:
        yield Check("references", "problem", _listed(found), RESTORE)
    else:
        yield Check("references", "sound", "every row points to rows that are there")


def _views(database: sqlite3.Connection, _: int) -> Iterator[Check]:
    wrong = []
    for view, documented in VIEWS.items():
        try:
            columns = [each[0] for each in database.execute(f"select * from {view} limit 1").description]
        except sqlite3.OperationalError as error:
            wrong.append(f"{view}: {error}")
            continue
        if columns != documented.split():
            wrong.append(f"{view} has the columns {', '.join(columns)}")
    if not wrong and _number(database, "select count(*) from event_log") != _events(database):
        wrong.append("event_log leaves events out")
    if wrong:
        yield Check("views", "problem", "; ".join(wrong), RESTORE)
    else:
        yield Check("views", "sound", f"{', '.join(VIEWS)} answer with their documented columns")


def _times(database: sqlite3.Connection, now_ms: int) -> Iterator[Check]:
    limits = {"earliest_ms": EARLIEST_MS, "latest_ms": now_ms + DAY_MS}
    counted = database.execute(statement("verify_times"), limits).fetchone()
    outside = dict(zip(("events", "sign-ups", "runs"), counted, strict=True))
    if any(outside.values()):
        until = iso(limits["latest_ms"])[:10]
        reason = f"{_listed(outside)} from before 2000 or after {until}"
        yield Check("times", "problem", reason, "look at them in event_log, subscriber_list and sync_runs")
    else:
        yield Check("times", "sound", "every event, sign-up and run is between 2000 and tomorrow")


def _runs(database: sqlite3.Connection, _: int) -> Iterator[Check]:
    """A run that was stopped stored events without a row of history: there may be more, but never fewer, for nobody
    removes events (who is erased is unlinked from theirs)."""
    stored = _events(database)
    told = _number(database, statement("verify_runs"))
    if stored >= told:
        yield Check("runs", "sound", f"{stored:,} events are stored; the runs tell of {told:,} new ones")
    else:
        reason = f"the runs tell of {told:,} new events, but only {stored:,} are stored"
        yield Check("runs", "problem", reason, f"{FULL}; {RESTORE}")


def _feed(database: sqlite3.Connection, _: int) -> Iterator[Check]:
    found = database.execute("select feed_count, stored_count from feed_counts where email = 0").fetchone()
    if found is None:
        yield Check("feed", "note", "the newsletter's feed was not counted yet: a sync does so once a day")
        return
    feed, then = found
    now = _number(database, statement("verify_fed_events"))
    if now < then:
        reason = f"{then:,} events of the feed were stored when it was last counted, and {now:,} are now"
        yield Check("feed", "problem", reason, f"{FULL}; {RESTORE}")
    elif now < feed:
        yield Check("feed", "note", f"it counted {feed:,} events, and {now:,} of them are stored; {FULL}")
    else:
        yield Check("feed", "sound", f"it counted {feed:,} events, and {now:,} are stored")


def _aliases(database: sqlite3.Connection, _: int) -> Iterator[Check]:
    aliases = _number(database, "select count(*) from event_aliases")
    lost = _number(database, statement("verify_aliases")) if aliases else 0
    if lost:
        yield Check("aliases", "problem", f"{lost:,} of {aliases:,} second ids belong to no event", FULL)
    else:
        yield Check("aliases", "sound", f"{aliases:,} second ids, each of an event")


def _dimensions(database: sqlite3.Connection, _: int) -> Iterator[Check]:
    unused = {
        str(table): int(rows) for table, rows in database.execute(statement("verify_dimensions")) if rows
    }
    if unused:
        yield Check("dimensions", "note", f"{_listed(unused)} that no event uses; harmless")
    else:
        yield Check("dimensions", "sound", "every link, agent, address and detail is of an event")


def _size(database: sqlite3.Connection, _: int) -> Iterator[Check]:
    pages, free, size = (
        _number(database, f"pragma {each}") for each in ("page_count", "freelist_count", "page_size")
    )
    events = _events(database)
    told = f"{pages * size:,} bytes, {events:,} events"
    if free > MOST_FREE * pages:
        yield Check("size", "note", f"{told}; {free / pages:.0%} of the file is room for more")
    else:
        yield Check("size", "sound", told)


CHECKS: tuple[Callable[[sqlite3.Connection, int], Iterator[Check]], ...] = (
    _schema,
    _references,
    _views,
    _times,
    _runs,
    _feed,
    _aliases,
    _dimensions,
    _size,
)


def _events(database: sqlite3.Connection) -> int:
    return _number(database, "select count(*) from events")


def _number(database: sqlite3.Connection, query: str) -> int:
    return int(database.execute(query).fetchone()[0])


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
