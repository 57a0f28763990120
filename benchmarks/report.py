"""The report of a big list: CPU and memory of the whole job, and what the site weighs."""

import gzip
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.fresh import add_hour
from benchmarks.measure import measure_module, row
from benchmarks.store import make_store
from report_builder.job import build_report
from shared.bucket import open_bucket

UNTIL = datetime(2026, 11, 18, 18, tzinfo=UTC)


def measure_build(folder: Path, *, subscribers: int, events: int) -> Path:
    """Prints the table's rows and returns the store that was read."""
    bucket = folder / "report-bucket"
    shutil.rmtree(bucket, ignore_errors=True)
    (bucket / "default").mkdir(parents=True)
    store = bucket / "default" / "engagement.sqlite"
    make_store(store, subscribers=subscribers, events=events, emails=127, seed=1, until=UNTIL)
    usage = measure_module("benchmarks.report", str(bucket))
    label = f"the report of {subscribers:,} people and {events:,} events"
    row(label, f"{usage.cpu_seconds:.1f} s CPU", "10 s")
    row("  peak memory", f"{usage.peak_mb:.0f} MB", "1,000 MB (asserted)")
    site = bucket / "default" / "site"
    files = [path for path in site.rglob("*") if path.is_file()]
    # no page loads the events, and a month of them is written once: they have a budget of their own
    months = sum(path.stat().st_size for path in files if path.suffix == ".parquet")
    weight = {p: len(gzip.compress(p.read_bytes(), 6)) for p in files if p.suffix != ".parquet"}
    row(
        "  the site, compressed",
        f"{sum(weight.values()) / 1e6:.1f} MB in {len(weight)} files",
        "15 MB (asserted)",
    )
    row("  the events as Parquet", f"{months / events:.0f} bytes an event", "44, as in the store (asserted)")
    overview = weight[site / "index.html"] + sum(
        size for path, size in weight.items() if path.suffix in (".css", ".js") and "table" not in path.name
    )
    row("  the overview page with its assets", f"{overview / 1000:.1f} kB", "60 kB (asserted)")
    _measure_again(bucket, store)
    assert usage.peak_mb < 1000
    assert sum(weight.values()) < 15e6
    assert months < 44 * events
    assert overview < 60_000
    return store


def _measure_again(bucket: Path, store: Path) -> None:
    """What a build costs and writes when nothing is new, and after an hour of 1,000 events."""
    began = time.perf_counter()
    same = build_report(open_bucket(str(bucket)), "default", UNTIL + timedelta(minutes=5)).published
    row(
        "  built again, nothing new",
        f"{time.perf_counter() - began:.2f} s, {same.written} written",
        "1 s, 1 object",
    )
    assert same.written <= 1
    before = _months(bucket)
    add_hour(store, events=1_000, since=UNTIL)
    fresh = build_report(open_bucket(str(bucket)), "default", UNTIL + timedelta(hours=1)).published
    row("  after 1,000 new events", f"{fresh.written} objects written", "200 (asserted)")
    months = len(_months(bucket) - before)
    row("  of them months of events", f"{months}", "1 (asserted)")
    assert fresh.written <= 200
    assert months == 1


def _months(bucket: Path) -> set[tuple[str, int]]:
    found = open_bucket(str(bucket)).list("default/site/data/events/")
    return {(stat.name, stat.generation) for stat in found}


if __name__ == "__main__":
    import sys

    build_report(open_bucket(sys.argv[1]), "default", UNTIL)
