"""What the processes do that tests race or kill. Each takes the folder it works in."""

import sys
from pathlib import Path

from shared.bucket import MUST_NOT_EXIST, Bucket
from shared.bucket.folder import FolderBucket
from shared.database_file import DatabaseFile
from shared.errors import GenerationConflict, NotFound

OLD, NEW = b"old", b"new" * 1000
DATABASE = "spring/engagement.sqlite"


def overwrite(root: Path) -> None:
    FolderBucket(root).write("spring/site/index.html", NEW)


def remove(root: Path) -> None:
    FolderBucket(root).delete("spring/inbox/2026-03-01/a.ndjson.gz")


def count_up(bucket: Bucket, times: int) -> None:
    """Adds one, `times` times, each only if nobody else did meanwhile."""
    done = 0
    while done < times:
        try:
            body, generation = bucket.read("spring/counter.txt")
        except NotFound:
            body, generation = b"0", MUST_NOT_EXIST
        try:
            bucket.write("spring/counter.txt", b"%d" % (int(body) + 1), if_generation=generation)
        except GenerationConflict:
            continue
        done += 1


def add_rows(bucket: Bucket, folder: Path, writer: str, rows: int) -> None:
    """Commits one row at a time; whoever loses the race checks out again and repeats its row."""
    database = DatabaseFile(bucket, DATABASE, folder)
    done = 0
    while done < rows:
        with database.check_out() as copy:
            connection = copy.connect()
            connection.execute("create table if not exists seen (writer, row, primary key (writer, row))")
            connection.execute("insert into seen values (?, ?)", (writer, done))
            try:
                copy.commit()
            except GenerationConflict:
                continue
        done += 1


def add_one_row(root: Path) -> None:
    add_rows(FolderBucket(root), root.with_name(f"{root.name}-scratch"), "killed", 1)


if __name__ == "__main__":
    what, where, *rest = sys.argv[1:]
    if what == "count_up":
        count_up(FolderBucket(Path(where)), int(rest[0]))
    else:
        add_rows(FolderBucket(Path(where)), Path(rest[0]), rest[1], int(rest[2]))
