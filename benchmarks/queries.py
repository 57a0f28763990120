"""What a report asks of DuckDB, statement by statement: CPU seconds, and how large the process was meanwhile.

`python -m benchmarks.queries STORE` prints all of them. A child process builds all pages with a connection that watches
the time, so that every statement is there, with the parameters that pages really give. The verdicts, the relations and
fetching rows into Python count as queries; copying the store's tables is told beside them. What pages make of the rows
does not count, nor does writing a month of events as Parquet, which happens once. The child has one processor, as a job
of that size has on the cloud: two that share a core slow each other down, and that would count as work.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

from benchmarks.measure import Usage, row
from benchmarks.report import UNTIL
from report_builder import warehouse
from report_builder.build import build_site
from report_builder.reading import read
from shared.project import ProjectSettings

MILLION_SECONDS, MILLION_MB = 8, 1000
SLOWEST = 5
COMMENT = re.compile(r"--.*")
TARGET = re.compile(r"\s*(create table|insert into) (?:facts\.)?(\w+)")
QUERIES = Path(str(resources.files("report_builder") / "queries"))


def measure_queries(store: Path, events: int) -> None:
    """Prints the sum beside the goal of so many events, and the slowest five."""
    used, times = watched(store), events / 1_000_000
    loading, asking = total_of(used, is_load=True), total_of(used, is_load=False)
    peak = max(usage.peak_mb for usage in used.values())
    goal_mb = MILLION_MB * times
    row(f"all queries, {events:,} events", f"{asking:.1f} s CPU", f"{MILLION_SECONDS * times:.0f} s")
    row("  loading the store before", f"{loading:.1f} s CPU", "")
    row("  peak memory of both", f"{peak:,.0f} MB", f"{goal_mb:,.0f} MB (asserted)")
    for name, usage in slowest_first(used)[:SLOWEST]:
        row(f"  {name}", f"{usage.cpu_seconds:.2f} s, {usage.peak_mb:,.0f} MB", "")
    assert peak < goal_mb


def watched(store: Path) -> dict[str, Usage]:
    """What each statement took in one build: seconds of all its runs, and the peak of the process in them."""
    child = [sys.executable, "-m", "benchmarks.queries", "watch", str(store)]
    said = subprocess.run(child, check=True, capture_output=True, text=True).stdout
    return {name: Usage(*figures) for name, figures in json.loads(said).items()}


def total_of(used: dict[str, Usage], *, is_load: bool) -> float:
    """CPU seconds of the statements that copy the store's tables, or of all others."""
    return sum(usage.cpu_seconds for name, usage in used.items() if name.startswith("load ") == is_load)


def slowest_first(used: dict[str, Usage]) -> list[tuple[str, Usage]]:
    return sorted(used.items(), key=lambda item: -item[1].cpu_seconds)


class WatchedConnection:
    """Stands in for DuckDB's connection; rows are fetched while a query still runs, so that is watched too."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._name = ""
        self.seconds: dict[str, float] = defaultdict(float)
        self.peaks: dict[str, float] = defaultdict(float)

    def __enter__(self) -> "WatchedConnection":
        return self

    def __exit__(self, *failure: object) -> None:
        self._connection.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: Any, parameters: object = None) -> "WatchedConnection":
        self._name = name_of(statement if isinstance(statement, str) else statement.query)
        self._watch(self._connection.execute, statement, parameters)
        return self

    def fetchmany(self, size: int) -> Any:
        return self._watch(self._connection.fetchmany, size)

    def _watch(self, work: Any, *arguments: object) -> Any:
        reset_peak()
        began = time.process_time()
        result = work(*arguments)
        self.seconds[self._name] += time.process_time() - began
        self.peaks[self._name] = max(self.peaks[self._name], peak_mb())
        return result


def name_of(statement: str) -> str:
    """The path of a query, or the table that a statement fills."""
    if found := named_queries().get(statement):
        return found
    if statement.startswith("copy "):
        return "copy of a month"
    filled = TARGET.match(COMMENT.sub("", statement))
    return f"{'relation' if filled[1].startswith('create') else 'load'} {filled[2]}" if filled else "other"


@cache
def named_queries() -> dict[str, str]:
    return {
        path.read_text("utf-8"): path.relative_to(QUERIES).with_suffix("").as_posix()
        for path in QUERIES.rglob("*.sql")
    }


def reset_peak() -> None:
    """Lets the kernel forget the peak so far; Linux alone can. Elsewhere a peak includes what came before."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    if sys.platform != "linux":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def watch(store: Path) -> None:
    """The child: prints one JSON object, from the name of each statement to its seconds and megabytes."""
    connections: list[WatchedConnection] = []
    connect = duckdb.connect

    def connect_watched(*arguments: Any, **options: Any) -> WatchedConnection:
        connections.append(WatchedConnection(connect(*arguments, **options)))
        return connections[-1]

    if sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with mock.patch.object(duckdb, "connect", connect_watched), warehouse.open_warehouse(store) as opened:
        build_site(read(opened, UNTIL, None, store.stat().st_size, ProjectSettings()))
    (watching,) = connections
    print(json.dumps({name: (s, watching.peaks[name]) for name, s in watching.seconds.items()}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["watch", path]:
            watch(Path(path))
        case [path]:
            found = watched(Path(path))
            for name, usage in slowest_first(found):
                print(f"{name:<40} {usage.cpu_seconds:>8.3f} s {usage.peak_mb:>8,.0f} MB")
            print(f"{'all queries':<40} {total_of(found, is_load=False):>8.3f} s")
            print(f"{'loading before':<40} {total_of(found, is_load=True):>8.3f} s")
