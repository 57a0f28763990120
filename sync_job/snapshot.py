"""The store as it is now, to read from: what is read changes nothing and waits for nobody."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from shared.bucket import Bucket
from shared.database_file import check_database, open_snapshot
from shared.errors import NotFound
from sync_job.migrate import migrate


@contextmanager
def open_store(bucket: Bucket, project: str) -> Iterator[sqlite3.Connection | None]:
    """A private copy with today's schema, or None where there is no store yet. Raises DatabaseBroken."""
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        path, name = Path(folder) / "store.sqlite", f"{project}/engagement.sqlite"
        try:
            open_snapshot(bucket, name, path)
            check_database(path, name)
        except NotFound:
            yield None
            return
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            migrate(database)
            yield database
