"""What was collected and is not yet synced: one compressed object per batch, deleted once it is committed.

Everybody but the sync job only ever adds. A batch may be read more than once (a run that died after its
commit, before its acknowledgement): applying it twice must change nothing.
"""

import gzip
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson

from shared.bucket import MUST_NOT_EXIST, Bucket, Stat
from shared.clock import utc_now
from shared.errors import BucketError, GenerationConflict, NotFound

SUFFIX = ".ndjson.gz"
NAMES_TO_TRY = 5


def put(
    bucket: Bucket,
    project: str,
    records: Iterable[Mapping[str, Any]],
    *,
    now: Callable[[], datetime] = utc_now,
) -> str:
    """Stores one batch as `<project>/inbox/<day>/<time>-<id>.ndjson.gz`, durable by the time it returns."""
    lines = b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)
    body = gzip.compress(lines, mtime=0)
    for _ in range(NAMES_TO_TRY):
        at = now().astimezone(UTC)
        time_of_day = f"{at:%H%M%S}{at.microsecond // 1000:03}"
        name = f"{project}/inbox/{at:%Y-%m-%d}/{time_of_day}-{secrets.token_hex(8)}{SUFFIX}"
        with suppress(GenerationConflict):
            bucket.write(name, body, if_generation=MUST_NOT_EXIST)
            return name
    raise BucketError(f"{project}/inbox: {NAMES_TO_TRY} random names were all taken")


def listing(bucket: Bucket, project: str) -> Iterator[Stat]:
    """Every batch waiting, oldest first: the names begin with their time."""
    return (found for found in bucket.list(f"{project}/inbox/") if found.name.endswith(SUFFIX))


def read(bucket: Bucket, stat: Stat) -> tuple[list[dict[str, Any]], int]:
    """The records of one batch and how many of its lines could not be read.

    A damaged line costs itself, a damaged file what comes after the damage. Raises NotFound when the batch
    was acknowledged meanwhile.
    """
    body, _ = bucket.read(stat.name)
    text, whole = _unzip(body)
    records = []
    unreadable = 0 if whole else 1
    lines = text.splitlines() if whole else text.splitlines()[:-1]
    for line in lines:
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            record = None
        if isinstance(record, dict):
            records.append(record)
        elif line.strip():
            unreadable += 1
    return records, unreadable


def acknowledge(bucket: Bucket, stats: Iterable[Stat]) -> None:
    """Deletes batches whose records are committed; one that is gone or was replaced is left alone."""
    for stat in stats:
        with suppress(GenerationConflict, NotFound):
            bucket.delete(stat.name, if_generation=stat.generation)


def _unzip(body: bytes) -> tuple[bytes, bool]:
    """What can be unpacked, and whether that is all of it."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    pieces = []
    # In small pieces: after damage, what came before it is still there.
    for start in range(0, len(body), 4096):
        try:
            pieces.append(unpacker.decompress(body[start : start + 4096]))
        except zlib.error:
            return b"".join(pieces), False
    return b"".join(pieces), unpacker.eof
