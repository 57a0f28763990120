"""What of a bucket is shown, how small, and from where: packed as it is stored, unpacked, in part, or from memory."""

import gzip
import random
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest

from report_site.exchange import Answer
from report_site.live import watch
from report_site.pages import KEPT_BYTES, accepts_gzip
from report_site.paths import clean_path, page_of
from report_site.ranges import Span, read_range
from shared.bucket import Bucket
from shared.bucket.folder import FolderBucket
from shared.bucket.gcs import CloudStorageBucket
from tests.fake_gcs import FakeCloudStorage
from tests.report_site.sites import open_site, request

PAGE = b"<!doctype html>" + b"<p>text</p>" * 500
PHOTO = bytes(range(256)) * 4


def test_a_page_is_the_same_from_both_kinds_of_bucket(bucket: Bucket) -> None:
    bucket.write("p/site/index.html", PAGE)
    site = open_site(bucket, "p")
    for _ in range(2):
        assert site.answer(request("/")).body == PAGE
        packed = site.answer(request("/", Accept_Encoding="gzip"))
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.body) == PAGE


def test_the_stored_bytes_go_out_as_they_are(cloud: CloudStorageBucket, fake: FakeCloudStorage) -> None:
    cloud.write("p/site/index.html", PAGE)
    stored = fake.live("lists/spring/p/site/index.html")
    assert stored is not None
    assert open_site(cloud, "p").answer(request("/", Accept_Encoding="gzip")).body == stored.body


def test_a_page_stored_plain_long_ago_is_packed_on_its_way(
    cloud: CloudStorageBucket, fake: FakeCloudStorage
) -> None:
    fake.put("lists/spring/p/site/index.html", PAGE)
    answer = open_site(cloud, "p").answer(request("/", Accept_Encoding="gzip"))
    assert gzip.decompress(answer.body) == PAGE


def test_a_page_is_fetched_once_until_it_changes(cloud: CloudStorageBucket, fake: FakeCloudStorage) -> None:
    cloud.write("p/site/index.html", b"first")
    site = open_site(cloud, "p")
    fake.requests.clear()
    for accepted in ("gzip", "identity", "gzip"):
        site.answer(request("/", Accept_Encoding=accepted))
    assert sum("alt=media" in line for line in fake.requests) == 1
    cloud.write("p/site/index.html", b"second")
    assert site.answer(request("/")).body == b"second"


def test_a_page_that_changes_while_it_is_asked_for_keeps_its_own_mark(
    cloud: CloudStorageBucket, fake: FakeCloudStorage
) -> None:
    cloud.write("p/site/index.html", b"first")
    fake.on("GET", "alt=media", lambda: cloud.write("p/site/index.html", b"second"))
    site = open_site(cloud, "p")
    answer = site.answer(request("/"))
    assert answer.body == b"second"
    assert site.answer(request("/")).headers["ETag"] == answer.headers["ETag"]


def test_memory_has_an_end(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path)
    noise = random.Random(1).randbytes(3_000_000)
    for number in range(14):
        bucket.write(f"p/site/{number}.png", noise)
    bucket.write("p/site/huge.png", noise * 2)
    site = open_site(bucket, "p")
    for name in [*range(14), "huge"]:
        assert site.answer(request(f"/{name}.png")).status == 200
    kept = site._pages._kept
    assert sum(len(body.content) for body in kept.values()) == site._pages._kept_bytes <= KEPT_BYTES
    assert "p/site/huge.png" not in {name for name, _ in kept}


def test_an_empty_page_is_a_page(bucket: Bucket) -> None:
    bucket.write("p/site/index.html", b"")
    site = open_site(bucket, "p")
    assert site.answer(request("/")).body == b""
    assert site.answer(request("/", Range="bytes=0-")).status == 416


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", (0, 10)), ("bytes=1000-", (1000, 1024)), ("bytes=-24", (1000, 1024)),
        ("bytes=0-99999", (0, 1024)), ("bytes=-99999", (0, 1024)), (" bytes=5-5 ", (5, 6)),
    ],
)  # fmt: skip
def test_a_part_is_sent_when_a_part_is_asked_for(
    bucket: Bucket, header: str, expected: tuple[int, int]
) -> None:
    bucket.write("p/site/photo.png", PHOTO)
    answer = open_site(bucket, "p").answer(request("/photo.png", Range=header))
    start, end = expected
    assert answer.status == 206
    assert answer.body == PHOTO[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/1024"


@pytest.mark.parametrize("header", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_part_that_is_not_there_is_416(bucket: Bucket, header: str) -> None:
    bucket.write("p/site/photo.png", PHOTO)
    answer = open_site(bucket, "p").answer(request("/photo.png", Range=header))
    assert answer.status == 416
    assert answer.headers["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize(
    "header",
    ["bytes=9-0", "bytes=-", "bytes=a-b", "bytes=0-1,5-6", "items=0-1", "bytes=٣-", "bytes 0-1", "x" * 9000],
)
def test_a_part_that_cannot_be_understood_is_all_of_it(bucket: Bucket, header: str) -> None:
    bucket.write("p/site/photo.png", PHOTO)
    answer = open_site(bucket, "p").answer(request("/photo.png", Range=header))
    assert (answer.status, answer.body) == (200, PHOTO)
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_part_is_only_of_the_same_whole(bucket: Bucket) -> None:
    bucket.write("p/site/photo.png", PHOTO)
    site = open_site(bucket, "p")
    tag = site.answer(request("/photo.png")).headers["ETag"]
    statuses = [
        site.answer(request("/photo.png", Range="bytes=0-1", If_Range=condition)).status
        for condition in (tag, f"W/{tag}", '"other"', "Sun, 01 Mar 2026 12:00:00 GMT")
    ]
    assert statuses == [206, 200, 200, 200]
    assert site.answer(request("/photo.png", "HEAD", Range="bytes=0-1")).status == 200


def test_of_packed_bytes_there_are_no_parts(bucket: Bucket) -> None:
    bucket.write("p/site/index.html", PAGE)
    answer = open_site(bucket, "p").answer(request("/", Range="bytes=0-1", Accept_Encoding="gzip"))
    assert answer.status == 200
    assert "Accept-Ranges" not in answer.headers
    assert gzip.decompress(answer.body) == PAGE


def body_of(answer: Answer) -> bytes:
    return b"".join(answer.stream.pieces) if answer.stream else answer.body


@pytest.mark.parametrize("target", ["/data/engagement.sqlite", "/data/events.parquet"])
def test_a_large_download_is_never_held_whole(bucket: Bucket, target: str) -> None:
    large = random.Random(1).randbytes(40_000_000)
    name = "p/engagement.sqlite" if target.endswith("sqlite") else "p/site/data/events.parquet"
    bucket.write(name, large)
    site = open_site(bucket, "p")
    whole = site.answer(request(target))
    assert (whole.status, whole.size, whole.body) == (200, len(large), b"")
    assert body_of(whole) == large
    head = site.answer(request(target, "HEAD"))
    assert (head.status, head.headers, head.size) == (200, whole.headers, len(large))
    part = site.answer(request(target, Range="bytes=20000000-20000015"))
    assert (part.status, part.size, body_of(part)) == (206, 16, large[20_000_000:20_000_016])
    assert part.headers["Content-Range"] == "bytes 20000000-20000015/40000000"
    assert site.answer(request(target, Range="bytes=40000000-")).status == 416
    assert site.answer(request(target, If_None_Match=whole.headers["ETag"])).status == 304
    assert site._pages._kept_bytes == 0


def test_of_a_large_download_only_the_part_asked_for_is_fetched(
    cloud: CloudStorageBucket, fake: FakeCloudStorage
) -> None:
    cloud.write("p/engagement.sqlite", bytes(20_000_000))
    site = open_site(cloud, "p")
    fake.requests.clear()
    assert site.answer(request("/data/engagement.sqlite", "HEAD")).size == 20_000_000
    assert not any("alt=media" in line for line in fake.requests)
    tracemalloc.start()
    try:
        part = site.answer(request("/data/engagement.sqlite", Range="bytes=-16"))
        assert body_of(part) == bytes(16)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_large_download_that_changes_while_it_is_asked_for() -> None:
    """Where no versions are kept: the new one comes, or none if it has gone."""
    with FakeCloudStorage(keeps_versions=False) as fake, closing(fake.client()) as client:
        bucket = CloudStorageBucket(client, fake.bucket)
        bucket.write("p/engagement.sqlite", bytes(5_000_000))
        site, new = open_site(bucket, "p"), b"\1" * 6_000_000
        fake.on("GET", "alt=media", lambda: bucket.write("p/engagement.sqlite", new))
        answer = site.answer(request("/data/engagement.sqlite"))
        assert (answer.size, body_of(answer)) == (6_000_000, new)
        fake.on("GET", "alt=media", lambda: bucket.delete("p/engagement.sqlite"))
        assert site.answer(request("/data/engagement.sqlite")).status == 404


def test_before_the_first_build_there_is_a_way_on(bucket: Bucket) -> None:
    answer = open_site(bucket, "p").answer(request("/"))
    assert answer.status == 404
    assert b"rapport report" in answer.body


def test_a_bucket_that_fails_is_a_502(cloud: CloudStorageBucket, fake: FakeCloudStorage) -> None:
    cloud.write("p/site/index.html", PAGE)
    fake.on("GET", "/o/", "403")
    assert open_site(cloud, "p").answer(request("/")).status == 502
    fake.on("GET", "/o/", "403", skip=1)
    assert open_site(cloud, "p").answer(request("/")).status == 502


def test_a_page_damaged_in_the_bucket_is_a_502(cloud: CloudStorageBucket, fake: FakeCloudStorage) -> None:
    fake.put("lists/spring/p/site/index.html", b"not packed at all", contentEncoding="gzip")
    for page in (None, watch):
        site = open_site(cloud, "p", finish=page)
        assert site.answer(request("/")).status == 502


def test_an_object_that_goes_while_it_is_asked_for_is_a_404(
    cloud: CloudStorageBucket, fake: FakeCloudStorage
) -> None:
    cloud.write("p/site/index.html", PAGE)
    fake.on("GET", "alt=media", lambda: cloud.delete("p/site/index.html"))
    assert open_site(cloud, "p").answer(request("/")).status == 404


def test_clean_paths() -> None:
    assert clean_path("/") == "index.html"
    assert clean_path("/a/b.html?c=/../d") == "a/b.html"
    assert clean_path("/%2541") == "%41"
    for trick in (
        "relative",
        "http://[bad",
        "http://a/b",
        "//a/b",
        "/a//b",
        "/a/./b",
        "/a/../b",
        "/.a",
        "/a\\b",
        "",
    ):
        assert clean_path(trick) is None, trick


def test_pages_have_no_ending_of_their_own() -> None:
    assert page_of("emails") == "emails.html"
    assert page_of("v1.2/emails") == "v1.2/emails.html"
    assert page_of("photo.png") is None


def test_no_header_makes_a_span_outside_its_body() -> None:
    generator = random.Random(3)
    for _ in range(20_000):
        size = generator.choice([0, 1, 7, 1024])
        text = "bytes=" + "".join(generator.choices("0123456789- ,", k=generator.randrange(8)))
        span = read_range(text, size)
        assert span is None or 0 <= span.start <= span.end <= size
    assert read_range("bytes=0-", 3) == Span(0, 3)


def test_what_a_browser_accepts() -> None:
    assert all(map(accepts_gzip, ("gzip", "GZIP", "br, gzip;q=0.5", "*", "gzip; q=1.0", "deflate, *;q=0.1")))
    assert not any(map(accepts_gzip, ("", "identity", "gzip;q=0", "gzip;q=0.0, *", "*;q=0", "xgzip")))
