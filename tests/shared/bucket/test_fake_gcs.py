"""The fake is only worth what it refuses: every condition on every verb, as the real service answers it."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import requests
from google.api_core import exceptions as api_errors

from tests.fake_gcs import FakeCloudStorage

LARGE = bytes(9 << 20)
VERBS: dict[str, Callable[..., object]] = {
    "get": lambda blob, **conditions: blob.reload(**conditions),
    "download": lambda blob, **conditions: blob.download_as_bytes(**conditions),
    "patch": lambda blob, **conditions: blob.patch(**conditions),
    "delete": lambda blob, **conditions: blob.delete(**conditions),
    "small upload": lambda blob, **conditions: blob.upload_from_string(b"new", **conditions),
    "rewrite": lambda blob, **conditions: blob.rewrite(blob.bucket.blob("b"), **conditions),
    "large upload": lambda blob, **conditions: blob.upload_from_string(LARGE, **conditions),
}


@pytest.fixture
def real(fake: FakeCloudStorage) -> Iterator[Any]:
    """The library's own bucket; "b" is there to be copied."""
    fake.put("b", b"copied")
    with closing(fake.client()) as client:
        yield client.bucket(fake.bucket)


@pytest.mark.parametrize("verb", VERBS)
def test_a_condition_that_is_met_lets_the_request_pass(fake: FakeCloudStorage, real: Any, verb: str) -> None:
    there = fake.put("a", b"old")
    VERBS[verb](real.blob("a"), if_generation_match=there.generation, if_metageneration_match=1)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("condition", ["if_generation_match", "if_metageneration_match"])
def test_a_condition_that_is_not_met_refuses_every_verb(
    fake: FakeCloudStorage, real: Any, verb: str, condition: str
) -> None:
    there = fake.put("a", b"old")
    with pytest.raises(api_errors.PreconditionFailed):
        VERBS[verb](real.blob("a"), **{condition: 77})
    assert fake.live("a") is there
    assert there.metageneration == 1


@pytest.mark.parametrize("verb", VERBS)
def test_an_unwanted_generation_is_refused_or_not_modified(
    fake: FakeCloudStorage, real: Any, verb: str
) -> None:
    there = fake.put("a", b"old")
    expected = api_errors.NotModified if verb in ("get", "download") else api_errors.PreconditionFailed
    with pytest.raises(expected):
        VERBS[verb](real.blob("a"), if_generation_not_match=there.generation)
    assert fake.live("a") is there


@pytest.mark.parametrize("verb", VERBS)
def test_a_condition_on_what_is_not_there_fails(real: Any, verb: str) -> None:
    is_write = "upload" in verb or verb == "rewrite"
    expected = api_errors.PreconditionFailed if is_write else api_errors.NotFound
    with pytest.raises(expected):
        VERBS[verb](real.blob("a"), if_generation_match=77)


def test_a_stale_generation_cannot_be_deleted_as_the_live_one(fake: FakeCloudStorage, real: Any) -> None:
    old, live = fake.put("a", b"old"), fake.put("a", b"live")
    real.blob("a", generation=old.generation).delete()
    assert fake.live("a") is live
    with pytest.raises(api_errors.NotFound):
        real.blob("a", generation=old.generation).reload()


def test_every_generation_is_listed_page_by_page_when_asked_for(fake: FakeCloudStorage, real: Any) -> None:
    fake.versions.clear()
    made = [fake.put(name, b"x").generation for name in ("a", "a", "b", "a", "c", "a", "a")]
    assert sorted(blob.generation for blob in real.list_blobs(versions=True)) == sorted(made)
    assert [blob.name for blob in real.list_blobs()] == ["a", "b", "c"]
    real.blob("a").delete()
    assert [blob.name for blob in real.list_blobs()] == ["b", "c"]


def test_a_rewrite_minds_its_source_and_what_is_said_of_the_target(fake: FakeCloudStorage, real: Any) -> None:
    old = fake.put("a", b"old", contentType="text/html", metadata={"k": "v"})
    fake.put("a", b"live")
    for condition in ("if_source_generation_match", "if_source_metageneration_match"):
        with pytest.raises(api_errors.PreconditionFailed):
            real.blob("c").rewrite(real.blob("a"), **{condition: 77})
    assert fake.live("c") is None
    real.blob("c").rewrite(real.blob("a", generation=old.generation))
    copy = fake.live("c")
    assert copy is not None
    assert (copy.body, copy.fields) == (b"old", old.fields)
    told = real.blob("c")
    told.content_type = "text/plain"
    told.rewrite(real.blob("a", generation=old.generation))
    copy = fake.live("c")
    assert copy is not None
    assert copy.fields == {"contentType": "text/plain"}
    with pytest.raises(api_errors.NotFound):
        real.blob("c").rewrite(real.blob("a", generation=77))


def test_a_bucket_without_versions_forgets_what_was_replaced(fake: FakeCloudStorage, real: Any) -> None:
    fake.keeps_versions = False
    old, live = fake.put("a", b"old"), fake.put("a", b"live")
    with pytest.raises(api_errors.NotFound):
        real.blob("a", generation=old.generation).reload()
    assert [blob.generation for blob in real.list_blobs(prefix="a", versions=True)] == [live.generation]


@pytest.mark.parametrize("body", [b"small", LARGE])
def test_a_wrong_checksum_is_a_bad_request(fake: FakeCloudStorage, real: Any, body: bytes) -> None:
    blob = real.blob("a")
    blob.crc32c = "AAAAAA=="
    with pytest.raises(api_errors.BadRequest):
        blob.upload_from_string(body, checksum=None)
    assert fake.live("a") is None


def test_a_patch_changes_the_metageneration_and_keeps_the_bytes(fake: FakeCloudStorage, real: Any) -> None:
    there = fake.put("a", b"bytes")
    fake.advance(60)
    blob = real.blob("a")
    blob.metadata = {"reviewed": "yes"}
    blob.patch()
    assert (blob.generation, blob.metageneration) == (there.generation, 2)
    assert (blob.updated, blob.time_created) == (there.updated, there.created)
    assert blob.updated > blob.time_created
    assert blob.download_as_bytes() == b"bytes"


def test_a_range_is_a_part_of_the_bytes(fake: FakeCloudStorage, real: Any) -> None:
    fake.put("a", b"0123456789")
    assert real.blob("a").download_as_bytes(start=2, end=4) == b"234"
    assert real.blob("a").download_as_bytes(start=7) == b"789"


@pytest.mark.parametrize(
    ("accepted", "status", "encoding"),
    [("gzip", 206, "gzip"), ("identity", 200, None), ("deflate", 200, None)],
)
def test_what_is_stored_packed_is_unpacked_for_whoever_does_not_accept_it(
    fake: FakeCloudStorage, accepted: str, status: int, encoding: str | None
) -> None:
    packed = gzip.compress(b"<p>text</p>" * 100, mtime=0)
    fake.put("page", packed, contentEncoding="gzip")
    headers = {"Accept-Encoding": accepted, "Range": "bytes=0-9"}
    url = f"{fake.url}/download/storage/v1/b/{fake.bucket}/o/page?alt=media"
    with requests.get(url, headers=headers, stream=True, timeout=10) as answer:
        assert answer.status_code == status
        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.headers["x-goog-stored-content-encoding"] == "gzip"
        assert answer.headers["x-goog-stored-content-length"] == str(len(packed))
        assert answer.raw.read() == (packed[:10] if encoding else b"<p>text</p>" * 100)
