"""What is promised of a bucket, held against both kinds."""

import gzip
import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from shared.bucket import MUST_NOT_EXIST, Bucket
from shared.errors import BucketError, GenerationConflict, NotFound
from tests.shared.scenarios import count_up

NAME = "spring/engagement.sqlite"
LARGE = (8 << 20) + 4096  # above it, an upload to Cloud Storage goes in pieces


def test_what_was_written_is_read_with_its_generation(bucket: Bucket) -> None:
    generation = bucket.write(NAME, b"rows")
    assert bucket.read(NAME) == (b"rows", generation)
    assert 0 < generation < 2**63


def test_an_empty_object_is_an_object(bucket: Bucket) -> None:
    generation = bucket.write(NAME, b"")
    assert bucket.read(NAME) == (b"", generation)
    found = bucket.stat(NAME)
    assert found is not None
    assert found.size == 0


def test_every_write_changes_the_generation_even_to_the_same_bytes(bucket: Bucket) -> None:
    generations = [bucket.write(NAME, b"same") for _ in range(20)]
    assert len(set(generations)) == 20


def test_reading_what_is_not_there_is_not_found(bucket: Bucket, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        bucket.read(NAME)
    with pytest.raises(NotFound):
        bucket.read_as_stored(NAME)
    with pytest.raises(NotFound):
        bucket.download(NAME, tmp_path / "copy")
    assert list(tmp_path.glob("copy*")) == []
    assert bucket.stat(NAME) is None


def test_a_folder_of_objects_is_no_object(bucket: Bucket) -> None:
    bucket.write("spring/site/index.html", b"page")
    assert bucket.stat("spring/site") is None
    with pytest.raises(NotFound):
        bucket.read("spring/site")
    with pytest.raises(NotFound):
        bucket.read("spring/site/index.html/deeper")


def test_create_only_creates_once(bucket: Bucket) -> None:
    generation = bucket.write(NAME, b"first", if_generation=MUST_NOT_EXIST)
    with pytest.raises(GenerationConflict) as conflict:
        bucket.write(NAME, b"second", if_generation=MUST_NOT_EXIST)
    assert conflict.value.expected == 0
    assert bucket.read(NAME) == (b"first", generation)


def test_replace_needs_the_very_generation(bucket: Bucket) -> None:
    first = bucket.write(NAME, b"first")
    second = bucket.write(NAME, b"second", if_generation=first)
    with pytest.raises(GenerationConflict):
        bucket.write(NAME, b"third", if_generation=first)
    assert bucket.read(NAME) == (b"second", second)


def test_replacing_what_has_gone_is_a_conflict(bucket: Bucket) -> None:
    generation = bucket.write(NAME, b"first")
    bucket.delete(NAME)
    with pytest.raises(GenerationConflict):
        bucket.write(NAME, b"second", if_generation=generation)
    assert bucket.stat(NAME) is None


def test_delete_needs_the_very_generation(bucket: Bucket) -> None:
    first = bucket.write(NAME, b"first")
    second = bucket.write(NAME, b"second")
    with pytest.raises(GenerationConflict):
        bucket.delete(NAME, if_generation=first)
    bucket.delete(NAME, if_generation=second)
    with pytest.raises(GenerationConflict):
        bucket.delete(NAME, if_generation=second)
    assert list(bucket.list()) == []


def test_deleting_what_is_not_there_is_no_error_without_a_condition(bucket: Bucket) -> None:
    bucket.delete(NAME)
    bucket.delete(NAME, if_generation=MUST_NOT_EXIST)
    with pytest.raises(GenerationConflict):
        bucket.delete(NAME, if_generation=7)


def test_an_object_written_again_after_its_deletion_is_another_generation(bucket: Bucket) -> None:
    first = bucket.write(NAME, b"same")
    bucket.delete(NAME)
    assert bucket.write(NAME, b"same", if_generation=MUST_NOT_EXIST) != first


def test_stat_and_list_tell_the_same(bucket: Bucket) -> None:
    generation = bucket.write(NAME, b"rows")
    found = bucket.stat(NAME)
    assert found is not None
    assert (found.name, found.generation, found.size) == (NAME, generation, 4)
    assert found.updated.tzinfo is UTC
    assert list(bucket.list()) == [found]


def test_now_is_the_clock_that_stamps_objects_and_leaves_nothing_to_see(bucket: Bucket) -> None:
    bucket.write(NAME, b"rows")
    found = bucket.stat(NAME)
    assert found is not None
    assert timedelta(0) <= bucket.now() - found.updated < timedelta(minutes=1)
    assert bucket.now().tzinfo is UTC
    assert [stat.name for stat in bucket.list()] == [NAME]


def test_a_listing_is_sorted_by_name_whatever_the_order_of_writing(bucket: Bucket) -> None:
    names = ["a/b", "a-b", "a/b-c", "a.b", "a/b.c", "A", "a/é", "a/b0", "b/1/2/3", "b/1-2"]
    for name in names:
        bucket.write(name, b"x")
    assert [stat.name for stat in bucket.list()] == sorted(names)


def test_a_prefix_is_a_beginning_of_names_not_a_folder(bucket: Bucket) -> None:
    days = ["spring/inbox/2026-03-01/1", "spring/inbox/2026-03-02/1"]
    for name in (*days, "spring/inbox-old", "springs/1", "s"):
        bucket.write(name, b"x")
    assert [stat.name for stat in bucket.list("spring/inbox/2026-03-0")] == days
    assert [stat.name for stat in bucket.list("spring/in")] == ["spring/inbox-old", *days]
    assert [stat.name for stat in bucket.list("spring")][-1] == "springs/1"
    assert list(bucket.list("spring/inbox/2026-03-01/1/")) == []
    assert list(bucket.list("autumn/")) == []


def test_what_was_listed_may_be_deleted_while_the_listing_goes_on(bucket: Bucket) -> None:
    for number in range(10):
        bucket.write(f"spring/inbox/{number}", b"x")
    for stat in bucket.list("spring/inbox/"):
        bucket.delete(stat.name, if_generation=stat.generation)
    assert list(bucket.list()) == []


@pytest.mark.parametrize("size", [0, 1, LARGE])
def test_files_go_up_and_come_down_whole(bucket: Bucket, tmp_path: Path, size: int) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    source.write_bytes(os.urandom(size))
    generation = bucket.upload(NAME, source, if_generation=MUST_NOT_EXIST)
    assert bucket.download(NAME, copy) == generation
    assert copy.read_bytes() == source.read_bytes()
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy"]


def test_a_large_upload_that_lost_the_race_leaves_no_trace(bucket: Bucket, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(LARGE))
    ours = bucket.write(NAME, b"ours")
    rival = bucket.write(NAME, b"rival")
    for expected in (ours, MUST_NOT_EXIST):
        with pytest.raises(GenerationConflict):
            bucket.upload(NAME, source, if_generation=expected)
    assert bucket.read(NAME) == (b"rival", rival)
    assert bucket.upload(NAME, source, if_generation=rival) != rival


def test_a_failed_download_spares_the_file_that_was_there(bucket: Bucket, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_bytes(b"older")
    with pytest.raises(NotFound):
        bucket.download(NAME, copy)
    assert copy.read_bytes() == b"older"


COPY = "spring/backups/2026-03-01.sqlite"


def test_a_copy_is_an_object_of_its_own(bucket: Bucket) -> None:
    first = bucket.write(NAME, b"first")
    made = bucket.copy(NAME, COPY, generation=first, if_generation=MUST_NOT_EXIST)
    bucket.write(NAME, b"second")
    assert bucket.read(COPY) == (b"first", made)
    found = bucket.stat(COPY)
    assert found is not None
    assert (found.generation, found.size) == (made, 5)
    assert made != first


def test_a_copy_minds_what_it_would_replace(bucket: Bucket) -> None:
    bucket.write(NAME, b"new")
    there = bucket.write(COPY, b"old")
    for expected in (MUST_NOT_EXIST, there + 1):
        with pytest.raises(GenerationConflict) as conflict:
            bucket.copy(NAME, COPY, if_generation=expected)
        assert conflict.value.name == COPY
        assert bucket.read(COPY) == (b"old", there)
    replaced = bucket.copy(NAME, COPY, if_generation=there)
    assert bucket.read(COPY) == (b"new", replaced)
    bucket.copy(NAME, COPY)
    with pytest.raises(GenerationConflict):
        bucket.copy(NAME, "spring/nowhere", if_generation=7)


def test_what_is_not_there_is_neither_copied_nor_read_by_its_generation(
    bucket: Bucket, tmp_path: Path
) -> None:
    for attempt in (
        lambda: bucket.copy(NAME, COPY),
        lambda: bucket.copy(NAME, COPY, generation=7),
        lambda: bucket.read(NAME, generation=7),
        lambda: bucket.download(NAME, tmp_path / "copy", generation=7),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert list(bucket.versions(NAME)) == []
    bucket.write(NAME, b"there")
    with pytest.raises(NotFound):
        bucket.copy(NAME, COPY, generation=7)
    assert [stat.name for stat in bucket.list()] == [NAME]
    assert list(tmp_path.glob("copy*")) == []


def test_the_live_generation_can_be_asked_for(bucket: Bucket, tmp_path: Path) -> None:
    generation = bucket.write(NAME, b"live")
    assert bucket.read(NAME, generation=generation) == (b"live", generation)
    assert bucket.download(NAME, tmp_path / "copy", generation=generation) == generation
    assert (tmp_path / "copy").read_bytes() == b"live"


def test_the_newest_version_is_the_live_one(bucket: Bucket) -> None:
    bucket.write(NAME, b"first")
    bucket.write(NAME, b"second")
    bucket.write(f"{NAME}-journal", b"not a version of it")
    assert bucket.versions(NAME)[0] == bucket.stat(NAME)


@pytest.mark.parametrize("size", [0, 1, LARGE])
def test_a_copy_is_whole_whatever_its_size(bucket: Bucket, tmp_path: Path, size: int) -> None:
    source = tmp_path / "source"
    source.write_bytes(os.urandom(size))
    bucket.upload(NAME, source)
    bucket.copy(NAME, COPY)
    assert bucket.read(COPY)[0] == source.read_bytes()


def test_writers_that_race_lose_no_increment(bucket: Bucket) -> None:
    with ThreadPoolExecutor(6) as pool:
        for racer in [pool.submit(count_up, bucket, 10) for _ in range(6)]:
            racer.result()
    assert bucket.read("spring/counter.txt")[0] == b"60"


PAGE = "spring/site/index.html"


@pytest.mark.parametrize("size", [0, 1, 100_000, LARGE])
def test_a_page_comes_back_as_it_was_written_however_it_is_stored(
    bucket: Bucket, tmp_path: Path, size: int
) -> None:
    text, source, copy = (b"<p>text " * (size // 8 + 1))[:size], tmp_path / "source", tmp_path / "copy"
    source.write_bytes(text)
    generation = bucket.write(PAGE, text, if_generation=MUST_NOT_EXIST)
    assert bucket.read(PAGE) == (text, generation)
    assert bucket.download(PAGE, copy) == generation
    assert copy.read_bytes() == text
    uploaded = bucket.upload(PAGE, source, if_generation=generation)
    assert bucket.read(PAGE) == (text, uploaded)
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy"]


def test_what_is_shown_as_stored_says_how_it_is_packed(bucket: Bucket) -> None:
    for name, text in ((PAGE, b"<p>" * 1000), ("spring/site/photo.png", b"\x1f\x8b"), (NAME, b"rows")):
        generation = bucket.write(name, text)
        stored = bucket.read_as_stored(name)
        assert stored.generation == generation
        assert stored.content_encoding in ("", "gzip")
        assert (gzip.decompress(stored.body) if stored.content_encoding else stored.body) == text
        found = bucket.stat(name)
        assert found is not None
        assert found.size == len(stored.body)


def test_the_same_page_is_stored_as_the_same_bytes(bucket: Bucket, tmp_path: Path) -> None:
    source, text = tmp_path / "source", b"<p>text</p>" * 1000
    source.write_bytes(text)
    bucket.write(PAGE, text)
    first = bucket.read_as_stored(PAGE).body
    bucket.write(PAGE, text)
    assert bucket.read_as_stored(PAGE).body == first


def test_what_is_packed_already_is_not_unpacked_unasked(bucket: Bucket) -> None:
    packed = gzip.compress(b"rows")
    for name in ("spring/inbox/1.ndjson.gz", "spring/site/data/rows.gz"):
        bucket.write(name, packed)
        assert bucket.read(name)[0] == packed


def test_any_part_comes_piece_by_piece(bucket: Bucket) -> None:
    body = random.Random(1).randbytes(9_000_000)
    generation = bucket.write(NAME, body)
    for start, end in ((0, len(body)), (3, 4), (4_194_303, 8_388_609), (len(body) - 1, len(body)), (5, 5)):
        pieces = list(bucket.stream(NAME, start, end, generation=generation))
        assert b"".join(pieces) == body[start:end]
        assert all(0 < len(piece) <= 4 << 20 for piece in pieces)


def test_a_stream_is_of_one_generation(bucket: Bucket) -> None:
    body = bytes(9_000_000)
    first = bucket.write(NAME, body)
    begun = bucket.stream(NAME, 0, len(body), generation=first)
    pieces = [next(begun)]
    second = bucket.write(NAME, b"\1" * 9_000_000)
    try:
        pieces.extend(begun)
    except NotFound:  # fine too: what must not come are bytes of the other
        assert len(b"".join(pieces)) < len(body)
    assert not any(b"\1" in piece for piece in pieces)
    assert b"".join(bucket.stream(NAME, 0, 3, generation=second)) == b"\1\1\1"
    bucket.delete(NAME)
    with pytest.raises(NotFound):
        next(bucket.stream("nothing", 0, 1, generation=7))


ILL_FORMED = ["", "/etc/passwd", "..", "spring/../../x", "spring//x", "spring/", "./x"]
UNSPEAKABLE = ["a\\b", "a\nb", "a\0b", "lone \ud800 surrogate", "x" * 256, "x/" * 600 + "x"]
RESERVED = [".rapport-lock", "spring/.rapport-half-written"]


@pytest.mark.parametrize("name", [*ILL_FORMED, *UNSPEAKABLE, *RESERVED])
def test_a_name_that_one_store_could_not_hold_is_refused_by_both(
    bucket: Bucket, name: str, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.touch()
    for attempt in (
        lambda: bucket.write(name, b"x"),
        lambda: bucket.upload(name, source),
        lambda: bucket.read(name),
        lambda: bucket.read_as_stored(name),
        lambda: bucket.download(name, tmp_path / "copy"),
        lambda: next(bucket.stream(name, 0, 1, generation=1)),
        lambda: bucket.delete(name),
        lambda: bucket.stat(name),
        lambda: bucket.versions(name),
        lambda: bucket.copy(name, "spring/to"),
        lambda: bucket.copy("spring/from", name),
    ):
        with pytest.raises(BucketError, match="cannot be the name"):
            attempt()
    assert list(bucket.list()) == []


def test_a_listing_cannot_leave_the_bucket(bucket: Bucket) -> None:
    with pytest.raises(BucketError, match="cannot be the name"):
        list(bucket.list("../"))
