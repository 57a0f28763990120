"""`python -m benchmarks [--events N] [--big] [--dlt-python PATH]`: what it all costs, in one run.

All on one machine: ratios count.

Seconds and ratios are printed beside their goals; bytes, rows and memory are asserted.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import front_door, ingest, queries, report, store, whole_sync
from benchmarks.walk import walk

parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
parser.add_argument("--events", type=int, default=1_000_000)
parser.add_argument(
    "--dlt-python", help="a Python that has dlt[sqlalchemy] and orjson, to measure it beside ours"
)
parser.add_argument("--folder", type=Path, help="keep what was made here, for the next run")
parser.add_argument(
    "--big",
    action="store_true",
    help="also the queries of ten times as many people and events, which takes minutes",
)
options = parser.parse_args()

with tempfile.TemporaryDirectory(prefix="rapport-bench-") as temporary:
    folder: Path = options.folder or Path(temporary)
    filled = ingest.compare(folder, options.events, options.dlt_python)
    walk(folder, options.events)
    whole_sync.measure_run(folder, filled)
    read = report.measure_build(folder, subscribers=100_000, events=options.events)
    queries.measure_queries(read, options.events)
    if options.big:
        big = folder / "big.sqlite"
        big.unlink(missing_ok=True)
        store.make_store(
            big, subscribers=1_000_000, events=10 * options.events, emails=127, seed=1, until=report.UNTIL
        )
        queries.measure_queries(big, 10 * options.events)
    front_door.measure_help()
