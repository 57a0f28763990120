"""`python -m benchmarks [--events N] [--dlt-python PATH]`: every figure of the README, in one run on one machine.

Seconds and ratios are printed beside their goals; bytes, rows and memory are asserted.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import front_door, ingest, report, whole_sync
from benchmarks.walk import walk

parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
parser.add_argument("--events", type=int, default=1_000_000)
parser.add_argument(
    "--dlt-python", help="a Python that has dlt[sqlalchemy] and orjson, to measure it beside ours"
)
parser.add_argument("--folder", type=Path, help="keep what was made here, for the next run")
options = parser.parse_args()

with tempfile.TemporaryDirectory(prefix="rapport-bench-") as temporary:
    folder: Path = options.folder or Path(temporary)
    store = ingest.compare(folder, options.events, options.dlt_python)
    walk(folder, options.events)
    whole_sync.measure_run(folder, store)
    report.measure_build(folder, subscribers=100_000, events=options.events)
    front_door.measure_help()
