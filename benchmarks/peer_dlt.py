"""The same pages through dlt into SQLite: `pip install "dlt[sqlalchemy]" orjson` for the Python that runs it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

pages, folder = Path(sys.argv[1]), Path(sys.argv[2])
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["DLT_DATA_DIR"] = str(folder / "dlt")

import dlt  # noqa: E402
import orjson  # noqa: E402


def events() -> Iterator[list[dict[str, Any]]]:
    for page in sorted(pages.iterdir()):
        yield orjson.loads(page.read_bytes())["results"]


target = folder / "dlt.sqlite"
target.unlink(missing_ok=True)
pipeline = dlt.pipeline(
    "events", destination=dlt.destinations.sqlalchemy(f"sqlite:///{target}"), dataset_name="main"
)
pipeline.run(dlt.resource(events, name="events", write_disposition="append"))
