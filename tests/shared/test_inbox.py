import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from shared import inbox
from shared.bucket import Bucket
from shared.bucket.folder import FolderBucket
from shared.errors import BucketError, NotFound

NOON = datetime(2026, 3, 1, 12, 0, 0, 7_999, tzinfo=UTC)
RECORDS: list[dict[str, Any]] = [
    {"type": "page.viewed", "url": "/é"},
    {"type": "page.left", "after_ms": 1200},
]


def test_a_batch_is_named_by_its_time_in_utc_cut_to_milliseconds(bucket: Bucket) -> None:
    far_west = NOON.astimezone(timezone(timedelta(hours=-13)))
    name = inbox.put(bucket, "spring", RECORDS, now=lambda: far_west)
    day, file = name.removeprefix("spring/inbox/").split("/")
    assert day == "2026-03-01"
    assert file.startswith("120000007-")
    assert file.endswith(".ndjson.gz")


def test_what_was_put_is_listed_and_read_back(bucket: Bucket) -> None:
    name = inbox.put(bucket, "spring", iter(RECORDS))
    [stat] = inbox.listing(bucket, "spring")
    assert stat.name == name
    assert inbox.read(bucket, stat) == (RECORDS, 0)


def test_batches_come_in_the_order_of_their_time(bucket: Bucket) -> None:
    offsets = [3_600, -86_400, 0.001, 0, 90_000]
    for offset in offsets:
        inbox.put(bucket, "spring", [{"at": offset}], now=lambda: NOON + timedelta(seconds=offset))  # noqa: B023
    waiting = [inbox.read(bucket, stat)[0][0]["at"] for stat in inbox.listing(bucket, "spring")]
    assert waiting == sorted(offsets)


def test_a_project_sees_its_own_inbox_and_only_batches(bucket: Bucket) -> None:
    inbox.put(bucket, "springs", RECORDS)
    bucket.write("spring/inbox/README.txt", b"not a batch")
    bucket.write("spring/last_run.json", b"{}")
    assert list(inbox.listing(bucket, "spring")) == []


def test_the_same_records_are_the_same_bytes(bucket: Bucket) -> None:
    names = [inbox.put(bucket, "spring", RECORDS) for _ in range(2)]
    assert names[0] != names[1]
    assert bucket.read(names[0])[0] == bucket.read(names[1])[0]


def test_a_name_that_is_taken_is_not_overwritten(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    ids: Iterator[str] = iter(["same", "same", "other"])
    monkeypatch.setattr("shared.inbox.secrets", SimpleNamespace(token_hex=lambda _: next(ids)))
    first = inbox.put(bucket, "spring", [{"n": 1}], now=lambda: NOON)
    second = inbox.put(bucket, "spring", [{"n": 2}], now=lambda: NOON)
    assert first != second
    assert [inbox.read(bucket, stat)[0] for stat in inbox.listing(bucket, "spring")] == [
        [{"n": 2}],
        [{"n": 1}],
    ]


def test_when_every_name_is_taken_the_batch_is_refused_not_lost(
    folder: FolderBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.inbox.secrets", SimpleNamespace(token_hex=lambda _: "same"))
    inbox.put(folder, "spring", [{"n": 1}], now=lambda: NOON)
    with pytest.raises(BucketError, match="taken"):
        inbox.put(folder, "spring", [{"n": 2}], now=lambda: NOON)


@pytest.mark.parametrize("line", [b"{broken", b"[1]", b'"text"', b"\xff\xfe", b"null"])
def test_a_broken_line_costs_only_itself(bucket: Bucket, line: bytes) -> None:
    body = gzip.compress(b'{"n":1}\n' + line + b'\n\n{"n":2}\n', mtime=0)
    bucket.write("spring/inbox/2026-03-01/120000000-a.ndjson.gz", body)
    [stat] = inbox.listing(bucket, "spring")
    assert inbox.read(bucket, stat) == ([{"n": 1}, {"n": 2}], 1)


def test_a_line_break_inside_a_text_does_not_end_a_record(bucket: Bucket) -> None:
    records = [{"text": "one\ntwo\u2028three\x85four"}]
    inbox.put(bucket, "spring", records)
    [stat] = inbox.listing(bucket, "spring")
    assert inbox.read(bucket, stat) == (records, 0)


@pytest.mark.parametrize("kept", [0, 5, 9_000])
def test_a_cut_off_batch_gives_what_can_be_read_and_says_that_something_is_missing(
    bucket: Bucket, kept: int
) -> None:
    noise = Random(1)
    whole = [{"n": n, "noise": noise.randrange(10**18)} for n in range(2_000)]
    body = bucket.read(inbox.put(bucket, "autumn", whole))[0]
    bucket.write("spring/inbox/2026-03-01/120000000-a.ndjson.gz", body[:kept])
    [stat] = inbox.listing(bucket, "spring")
    records, unreadable = inbox.read(bucket, stat)
    assert unreadable == 1
    assert records == whole[: len(records)]
    assert (len(records) > 100) == (kept > 5_000)


@pytest.mark.parametrize("body", [b"no gzip at all", gzip.compress(b'{"n":1}\n', mtime=0)[:-6] + b"\0" * 6])
def test_damage_is_counted_not_raised(bucket: Bucket, body: bytes) -> None:
    bucket.write("spring/inbox/2026-03-01/120000000-a.ndjson.gz", body)
    [stat] = inbox.listing(bucket, "spring")
    assert inbox.read(bucket, stat)[1] == 1


def test_an_empty_batch_is_whole(bucket: Bucket) -> None:
    inbox.put(bucket, "spring", [])
    [stat] = inbox.listing(bucket, "spring")
    assert inbox.read(bucket, stat) == ([], 0)


def test_reading_twice_gives_the_same_and_acknowledging_twice_is_harmless(bucket: Bucket) -> None:
    for number in range(4):
        inbox.put(bucket, "spring", [{"n": number}], now=lambda: NOON)
    waiting = list(inbox.listing(bucket, "spring"))
    assert [inbox.read(bucket, stat) for stat in waiting] == [inbox.read(bucket, stat) for stat in waiting]
    inbox.acknowledge(bucket, waiting[:3])
    inbox.acknowledge(bucket, waiting[:3])
    assert list(inbox.listing(bucket, "spring")) == waiting[3:]
    with pytest.raises(NotFound):
        inbox.read(bucket, waiting[0])


def test_what_took_an_acknowledged_batchs_place_is_not_deleted(bucket: Bucket) -> None:
    name = inbox.put(bucket, "spring", RECORDS)
    [stat] = inbox.listing(bucket, "spring")
    bucket.write(name, bucket.read(name)[0])
    inbox.acknowledge(bucket, [stat])
    assert [found.name for found in inbox.listing(bucket, "spring")] == [name]
