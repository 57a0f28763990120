"""Nothing is lost in a race, and nothing half done is ever left in the bucket."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path

from shared.bucket import Bucket
from shared.bucket.folder import FolderBucket
from shared.database_file import check_database, open_snapshot
from tests.shared.killing import REPOSITORY, killer
from tests.shared.scenarios import DATABASE, add_rows


def rows(bucket: Bucket, path: Path) -> list[tuple[object, ...]]:
    open_snapshot(bucket, DATABASE, path)
    check_database(path, DATABASE)
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("select writer, row from seen order by writer, row").fetchall()


def test_six_writers_in_threads_lose_nothing(bucket: Bucket, scratch: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        for racer in [pool.submit(add_rows, bucket, scratch, f"writer {n}", 5) for n in range(6)]:
            racer.result()
    assert rows(bucket, tmp_path / "snapshot") == [(f"writer {n}", row) for n in range(6) for row in range(5)]
    assert list(scratch.iterdir()) == []


def test_six_processes_lose_nothing(folder: FolderBucket, scratch: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.shared.scenarios", "add_rows", str(folder.root), str(scratch)]
    racers = [subprocess.Popen([*command, f"writer {n}", "5"], cwd=REPOSITORY) for n in range(6)]
    assert [racer.wait(120) for racer in racers] == [0] * 6
    assert rows(folder, tmp_path / "snapshot") == [(f"writer {n}", row) for n in range(6) for row in range(5)]


def test_a_run_killed_at_any_line_leaves_the_old_database_or_the_new(tmp_path: Path) -> None:
    before = FolderBucket(tmp_path / "before")
    add_rows(before, tmp_path / "scratch", "earlier", 1)
    body, _ = before.read(DATABASE)
    old, new = [("earlier", 0)], [("earlier", 0), ("killed", 0)]
    with killer("tests.shared.scenarios:add_one_row", "database_file.py", "bucket/folder.py") as killed:
        for step in count(1):
            bucket = FolderBucket(tmp_path / str(step))
            bucket.write(DATABASE, body)
            was_killed = killed(step, bucket.root)
            snapshot = tmp_path / f"{step}.snapshot"
            assert rows(bucket, snapshot) in (old, new)
            add_rows(bucket, tmp_path / "scratch", "later", 1)
            assert rows(bucket, snapshot)[-1] == ("later", 0)
            assert [stat.name for stat in bucket.list()] == [DATABASE]
            if not was_killed:
                break
        assert rows(bucket, snapshot) == [*new, ("later", 0)]
        assert step > 80
