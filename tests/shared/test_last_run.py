"""last_run.json: read leniently, because nothing may fail for a file that only tells."""

from pathlib import Path

import pytest

from shared.bucket.folder import FolderBucket
from shared.last_run import LastRun, fetch_last_run, read_last_run


@pytest.mark.parametrize("body", [None, b"", b"{", b"[1]", b'"done"', b"\xff"])
def test_what_is_no_such_file_is_none(body: bytes | None) -> None:
    assert read_last_run(body) is None


def test_wrong_types_are_left_out() -> None:
    body = (
        b'{"outcome": 5, "counts": [1], "memory_limit": "2Gi", "run_id": null, "finished_at": "2026-01-01"}'
    )
    assert read_last_run(body) == LastRun(outcome="5", run_id="None")


def test_it_is_fetched_from_the_bucket(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path)
    assert fetch_last_run(bucket, "p") is None
    bucket.write("p/last_run.json", b'{"memory_limit": 1024, "counts": {"pages": 3}, "command": "sync"}')
    assert fetch_last_run(bucket, "p") == LastRun(command="sync", counts={"pages": 3}, memory_limit=1024)
