"""Loads one store into DuckDB and answers named queries. Nothing else in the project touches DuckDB."""

from __future__ import annotations

import hashlib
import tempfile
import zoneinfo
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, cast

import duckdb
import duckdb_extension_sqlite_scanner

from report_builder import scoring, verdicts
from report_builder.rows import EventMonth
from shared.machine import processors

Row = TypeVar("Row")
Parameter = str | int | float | bool | date | None

# Made from the loaded and judged tables, in this order; written in the portable subset like every query over events.
DERIVED = ("memberships", "kinds", "human_acts", "failures", "receipts", "email_results", "moves")
FALLBACK_ZONE = "UTC"
EXPORTS = ("exports/rows", "exports/month")  # what is in a month's file
EVENTS_AT_ONCE = 250_000  # on their way into files
IDS_AT_ONCE = 50_000  # longer lists take more than their share of time


class Warehouse:
    """The relations of relations/schema.sql, filled from one store; `zone` is the newsletter's time zone."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, zone: str, store: Path | None = None) -> None:
        self._connection = connection
        self._store = store
        self.zone = zone

    def rows(self, kind: type[Row], query: str, **parameters: Parameter) -> list[Row]:
        """Runs queries/<query>.sql; each row becomes a `kind`, a NamedTuple whose fields are the columns."""
        return list(self.stream(kind, query, **parameters))

    def stream(self, kind: type[Row], query: str, **parameters: Parameter) -> Iterator[Row]:
        """The same without holding all rows at once; read it to its end before the next query."""
        cursor = self._connection.execute(query_text(query), parameters)
        columns = tuple(column[0] for column in cursor.description or ())
        fields = cast(tuple[str, ...], getattr(kind, "_fields", ()))
        if columns != fields:
            raise TypeError(f"{query}.sql gives {columns}, {kind.__name__} expects {fields}")
        # kind(*row) would unpack each row only to pack it again
        make = cast(Callable[[tuple[object, ...]], Row], partial(tuple.__new__, cast(Any, kind)))
        while batch := cursor.fetchmany(20_000):
            yield from map(make, batch)

    def group(self, groups: Mapping[int, Collection[int]]) -> None:
        """Fills `memberships` anew: who (subscriber_id) is in which group (group_id)."""
        self._connection.execute("delete from memberships")
        for group_id, members in groups.items():
            numbers = list(members)
            for start in range(0, len(numbers), IDS_AT_ONCE):
                # as one text: handed over one by one, 100,000 of them would take seconds
                given = {"group_id": group_id, "members": str(numbers[start : start + IDS_AT_ONCE])}
                self._connection.execute(
                    "insert into memberships select $group_id, unnest(cast($members as bigint[]))", given
                )

    def score(self, now_ms: int, scale: scoring.Scale | None = None) -> None:
        """Makes the relations of `scoring`: how engaged everybody is at `now_ms`, and was before. Once, and first."""
        known = {**(scale or scoring.Scale()).parameters(), "now_ms": now_ms}
        for name in scoring.RELATIONS:
            _run(self._connection, f"create table {name} as {relation_text(name)}", **known)

    def event_months(self) -> list[EventMonth]:
        """The months that have events, the earliest first, each with what its file would be made of."""
        if self._store is None:
            return []
        shape = duckdb.__version__ + "".join(map(relation_text, EXPORTS))
        found = self._connection.execute(relation_text("exports/months")).fetchall()
        return [
            EventMonth(number, events, hashlib.sha256(f"{shape} {events} {content}".encode()).hexdigest())
            for number, events, content in found
        ]

    def event_files(self, months: Sequence[EventMonth]) -> Iterator[tuple[int, bytes]]:
        """The events of these months as Parquet: the same bytes for the same events."""
        if self._store is None or not months:
            return
        with _attached(self._connection, self._store), tempfile.TemporaryDirectory() as folder:
            rows, select = (relation_text(name) for name in EXPORTS)
            for some in _batches(months):
                self._connection.execute(f"create table facts.exported as {rows}", {"months": some})
                # a month is too little to share out: several threads would take twice the time
                self._connection.execute("set threads = 1")
                for month in some:
                    file = Path(folder) / "month.parquet"
                    copy = f"copy ({select}) to {_quoted(str(file))} (format parquet, compression zstd)"
                    self._connection.execute(copy, {"month": month})
                    yield month, file.read_bytes()
                self._connection.execute(f"set threads = {processors()}")
                self._connection.execute("drop table facts.exported")

    def row(self, kind: type[Row], query: str, **parameters: Parameter) -> Row:
        """The same for a query that gives exactly one row."""
        (row,) = self.rows(kind, query, **parameters)
        return row


@contextmanager
def open_warehouse(store: Path | None, *, memory_limit: str = "") -> Iterator[Warehouse]:
    """A warehouse over the SQLite file at `store`; None is a project that was never synced: no rows at all.

    What does not fit into `memory_limit` ("700MB"; by default most of the machine's) is spilled beside the store.
    """
    # nothing is downloaded and nothing unsigned is loaded, whatever a query or the environment asks for
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_unsigned_extensions": "false",
        "preserve_insertion_order": "false",
        # more of them than processors would only wait for each other, and DuckDB counts those of the whole machine
        "threads": processors(),
    }
    if memory_limit:
        settings["memory_limit"] = memory_limit
    if store is not None:
        settings["temp_directory"] = str(store.with_name(f"{store.name}.spill"))
    with _interruptible(), duckdb.connect(":memory:", config=settings) as connection:
        connection.execute("set TimeZone = 'UTC'")
        # compressed, the facts take a tenth of the memory; what is worked out from them later is asked too often for it
        connection.execute("attach ':memory:' as facts (compress)")
        connection.execute("use facts")
        _run(connection, relation_text("schema"))
        zone = FALLBACK_ZONE
        if store is not None:
            connection.load_extension(str(_extension_file()))
            with _attached(connection, store):
                zone = _zone_of(connection)
                _run(connection, relation_text("load"), zone=zone)
        _judge(connection)
        connection.execute("set search_path = 'memory.main,facts.main'")
        for name in DERIVED:
            connection.execute(f"create table {name} as {relation_text(name)}")
        # what was written since the last time is compressed now, before the pages need the memory
        connection.execute("checkpoint facts")
        yield Warehouse(connection, zone, store)


@contextmanager
def _interruptible() -> Iterator[None]:
    """DuckDB takes Ctrl+C for itself while it works, and raises an error of its own."""
    try:
        yield
    except (RuntimeError, duckdb.InterruptException) as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from error
        raise


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, store: Path) -> Iterator[None]:
    connection.execute(f"attach {_quoted(str(store))} as store (type sqlite, read_only)")
    try:
        yield
    finally:
        connection.execute("detach store")


def _batches(months: Sequence[EventMonth]) -> Iterator[list[int]]:
    """The numbers of the months, as many at once as memory should hold the events of."""
    batch: list[int] = []
    events = 0
    for each in months:
        if batch and events + each.events > EVENTS_AT_ONCE:
            yield batch
            batch, events = [], 0
        batch.append(each.month)
        events += each.events
    if batch:
        yield batch


@cache
def query_text(query: str) -> str:
    return (resources.files("report_builder") / "queries" / f"{query}.sql").read_text("utf-8")


@cache
def relation_text(name: str) -> str:
    return (resources.files("report_builder") / "relations" / f"{name}.sql").read_text("utf-8")


def _run(connection: duckdb.DuckDBPyConnection, script: str, **parameters: Parameter) -> None:
    """Several statements; each gets the parameters it names and no other, as DuckDB insists."""
    for statement in connection.extract_statements(script):
        connection.execute(statement, {name: parameters[name] for name in statement.named_parameters})


def _judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Says who made each open and click; what the rules noted on their way is dropped again."""
    for step in verdicts.steps():
        connection.execute(f"create table {step.name} as {step.query}", dict(step.parameters))
    for name in verdicts.ORDER:
        if name not in verdicts.RESULTS:
            connection.execute(f"drop table {name}")


def _zone_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The newsletter's time zone as far as both Python and DuckDB know it; UTC for an unknown one."""
    found = connection.execute("select value from store.project_facts where name = 'time_zone'").fetchone()
    zone = str(found[0]) if found else FALLBACK_ZONE
    if zone not in zoneinfo.available_timezones():
        return FALLBACK_ZONE
    known = connection.execute(
        "select 1 from pg_timezone_names() where name = $zone", {"zone": zone}
    ).fetchone()
    return zone if known else FALLBACK_ZONE


def _extension_file() -> Path:
    """The reader of SQLite files that came as a wheel, made for exactly this DuckDB."""
    folder = Path(duckdb_extension_sqlite_scanner.__path__[0])
    (file,) = folder.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension")
    return file


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
