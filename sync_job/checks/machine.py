"""Is there room to work, and with what are we working?"""

import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from importlib import metadata
from itertools import groupby

from shared import __version__
from shared.alerts import gigabytes
from shared.machine import memory_limit
from shared.sizing import COMFORT, is_short_of_memory, more_memory
from sync_job.checks.finding import Finding, not_checked, ok, problem, warning
from sync_job.checks.subject import Subject

LIBRARIES = ("duckdb", "google-cloud-storage", "httpx", "jinja2")
OLDEST_SQLITE = (3, 38, 0)  # the first whose JSON speaks ->>
LEAST_FREE = 200_000_000  # bytes


def check_tools(subject: Subject) -> Iterator[Finding]:
    versions = [
        f"Rapport {__version__}",
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
    ]
    missing = []
    for library in LIBRARIES:
        try:
            versions.append(f"{library} {metadata.version(library)}")
        except metadata.PackageNotFoundError:
            missing.append(library)
    told = ", ".join(versions)
    if missing:
        yield problem(
            "tools", f"{', '.join(missing)} not installed; {told}", "pip install . in the folder of Rapport"
        )
    elif sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield problem(
            "tools", f"this SQLite is too old; {told}", "Install Python 3.11 or newer with its own SQLite"
        )
    else:
        yield ok("tools", told)


def check_room(subject: Subject) -> Iterator[Finding]:
    """Working copies of the store lie in the folder for temporary files; on Cloud Run that is memory."""
    store = subject.store.size if subject.store else 0
    free = shutil.disk_usage(tempfile.gettempdir()).free
    needed = max(LEAST_FREE, int(COMFORT * store))
    told = f"{gigabytes(free)} free in {tempfile.gettempdir()}, {gigabytes(needed)} wanted"
    if free < needed:
        yield problem("disk", told, "Free some, or set TMPDIR to a folder on a larger disk")
    else:
        yield ok("disk", told)
    run = subject.last_run
    limit = run.memory_limit if run and run.memory_limit else 0
    whose = "the sync job"
    if not limit:
        limit, whose = memory_limit(), "this machine"
    if not limit:
        yield not_checked("memory", "this system does not say how much there is")
    elif is_short_of_memory(store, limit):
        fix = f"{more_memory(store)}, with the options you gave before, or a larger machine"
        yield warning("memory", f"{whose} has {gigabytes(limit)}, the store {gigabytes(store)}", fix)
    else:
        yield ok("memory", f"{whose} has {gigabytes(limit)}, the store {gigabytes(store)}")


def check_sizes(subject: Subject) -> Iterator[Finding]:
    """What lies in the bucket, by folder of the project: what it costs follows from that."""
    prefix = f"{subject.project}/"

    def part(name: str) -> str:
        return name.removeprefix(prefix).partition("/")[0]

    found = []
    for folder, objects in groupby(subject.bucket.list(prefix), key=lambda stat: part(stat.name)):
        sizes = [stat.size for stat in objects]
        count = "" if len(sizes) == 1 else f"{len(sizes):,} objects, "
        found.append(f"{folder} {count}{gigabytes(sum(sizes))}")
    yield ok("sizes", "; ".join(found)) if found else not_checked("sizes", "there is nothing yet")
