"""What only Cloud Storage has to say: what it asks for, what it costs, and what its refusals become."""

import gzip
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
import urllib3.exceptions
from google.api_core import exceptions as api_errors
from google.auth import exceptions as auth_errors
from google.cloud.storage import exceptions as media_errors

from shared.bucket import MUST_NOT_EXIST, BucketPolicy, Stored, open_bucket
from shared.bucket.gcs import VENDOR_ERRORS, CloudStorageBucket, translate
from shared.errors import BucketError, CorruptObject, NotFound, SettingsError
from tests.fake_gcs import FakeCloudStorage
from tests.shared.conftest import IMPATIENT, PREFIX
from tests.shared.killing import REPOSITORY

NAME = "engagement.sqlite"
FULL = f"{PREFIX}/{NAME}"
SMALL, LARGE = b"rows", bytes(20 << 20)


def test_a_snapshot_is_read_in_one_request(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, tmp_path: Path
) -> None:
    generation = fake.put(FULL, LARGE).generation
    assert cloud.read(NAME) == (LARGE, generation)
    assert cloud.download(NAME, tmp_path / "copy") == generation
    assert [line.split("?")[0].split("/o/")[0] for line in fake.requests] == [
        "GET /download/storage/v1/b/newsletter"
    ] * 2


def test_a_small_write_is_one_request_with_its_headers(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    cloud.write("site/index.html", b"<p>")
    assert len(fake.requests) == 1
    page = fake.live(f"{PREFIX}/site/index.html")
    assert page is not None
    assert page.fields["contentType"] == "text/html; charset=utf-8"
    assert page.fields["cacheControl"] == "private, no-cache"
    assert page.fields["contentEncoding"] == "gzip"
    assert gzip.decompress(page.body) == b"<p>"
    cloud.write("last_run.json", b"{}")
    run = fake.live(f"{PREFIX}/last_run.json")
    assert run is not None
    assert "contentEncoding" not in run.fields
    assert run.body == b"{}"


def test_a_packed_page_is_passed_on_as_it_is(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    cloud.write("site/index.html", b"<p>")
    page = fake.live(f"{PREFIX}/site/index.html")
    assert page is not None
    assert cloud.read_as_stored("site/index.html") == Stored(page.body, "gzip", page.generation)


def test_a_page_that_somebody_stored_plain_is_read_too(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, tmp_path: Path
) -> None:
    generation = fake.put(f"{PREFIX}/site/index.html", b"<p>").generation
    assert cloud.read("site/index.html") == (b"<p>", generation)
    assert cloud.read_as_stored("site/index.html").content_encoding == ""
    cloud.download("site/index.html", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"<p>"


@pytest.mark.parametrize("cut", [0, 5, 30])
def test_a_page_that_is_not_what_it_says_is_corrupt(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, tmp_path: Path, cut: int
) -> None:
    broken = gzip.compress(bytes(range(256)))[:cut] or b"plain"
    fake.put(f"{PREFIX}/site/index.html", broken, contentEncoding="gzip")
    with pytest.raises(CorruptObject):
        cloud.read("site/index.html")
    with pytest.raises(CorruptObject):
        cloud.download("site/index.html", tmp_path / "copy")
    assert list(tmp_path.glob("copy*")) == []


@pytest.mark.parametrize("action", ["truncate", "503", "drop_before"])
def test_a_packed_page_whose_reply_broke_off_is_asked_for_again(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, tmp_path: Path, action: str
) -> None:
    text = random.Random(1).randbytes(400_000)
    cloud.write("site/index.html", text)
    fake.on("GET", "/o/", action)
    assert cloud.read("site/index.html")[0] == text
    fake.on("GET", "/o/", action)
    cloud.download("site/index.html", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == text


def test_a_packed_page_that_arrives_damaged_is_corrupt(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    cloud.write("site/index.html", b"<p>")
    fake.on("GET", "/o/", "corrupt")
    with pytest.raises(CorruptObject):
        cloud.read_as_stored("site/index.html")


def test_a_large_write_carries_its_headers_too(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    cloud.write(NAME, LARGE)
    database = fake.live(FULL)
    assert database is not None
    assert database.fields["contentType"] == "application/vnd.sqlite3"
    assert database.fields["cacheControl"] == "no-store"
    assert sum(line.startswith("PUT") for line in fake.requests) == 3


def test_a_listing_goes_on_over_pages(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    for number in range(8):
        fake.put(f"{PREFIX}/inbox/{number}", b"x")
    fake.put(f"{PREFIX}/inbox/", b"")  # what a console leaves for a folder
    fake.put("lists/autumn/inbox/1", b"x")
    assert [stat.name for stat in cloud.list("inbox/")] == [f"inbox/{number}" for number in range(8)]
    assert len(fake.requests) == 3


def test_every_verb_that_changes_something_states_its_condition(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    first = cloud.write(NAME, SMALL, if_generation=MUST_NOT_EXIST)
    second = cloud.write(NAME, LARGE, if_generation=first)
    cloud.delete(NAME, if_generation=second)
    starts = [line for line in fake.requests if line.startswith(("POST", "DELETE"))]
    assert all("ifGenerationMatch=" in line for line in starts)
    assert len(starts) == 3


def test_a_missing_bucket_is_named_by_whatever_writes_or_lists(fake: FakeCloudStorage) -> None:
    with closing(fake.client()) as client:
        bucket = CloudStorageBucket(client, "no-such-bucket", retry=IMPATIENT)
        for attempt in (lambda: bucket.write(NAME, SMALL), lambda: list(bucket.list()), bucket.now):
            with pytest.raises(BucketError, match="gs://no-such-bucket") as missing:
                attempt()
            assert not isinstance(missing.value, NotFound)


def test_a_refusal_names_the_role_that_is_missing(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    fake.on("GET", "/b/", "403")
    with pytest.raises(BucketError) as refused:
        cloud.read(NAME)
    assert "roles/storage.objectUser" in refused.value.hint


def test_objects_outside_the_prefix_do_not_exist(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    fake.put(NAME, b"another project's")
    assert cloud.stat(NAME) is None
    assert list(cloud.list()) == []
    assert cloud.url == f"gs://newsletter/{PREFIX}"


def test_now_follows_the_stores_clock(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    assert cloud.now() == fake.now
    fake.advance(3600)
    assert cloud.now() == fake.now


def test_old_generations_stay_readable_beside_ours(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    first = cloud.write(NAME, b"first")
    cloud.write(NAME, b"second", if_generation=first)
    with closing(fake.client()) as client:
        old = client.bucket(fake.bucket).blob(FULL, generation=first)
        assert old.download_as_bytes() == b"first"


def test_open_talks_to_an_emulator_without_credentials(
    fake: FakeCloudStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", fake.url)
    bucket = open_bucket("gs://newsletter/lists/")
    assert bucket.url == "gs://newsletter/lists"
    bucket.write(NAME, SMALL)
    assert fake.live(f"lists/{NAME}") is not None


def test_open_without_credentials_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(BucketError) as missing:
        open_bucket("gs://newsletter")
    assert "gcloud auth" in missing.value.hint


@pytest.mark.parametrize("url", ["gs://", "gs:///prefix", "gs://bucket/a/../b", "gs://bucket/a//b"])
def test_a_malformed_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="RAPPORT_BUCKET"):
        open_bucket(url)


def _and_subclasses(*roots: type[Exception]) -> Iterator[type[Exception]]:
    for root in roots:
        yield root
        yield from _and_subclasses(*root.__subclasses__())


def test_every_error_of_the_library_is_one_of_ours_at_the_edge() -> None:
    vendors = {
        error
        for error in vars(media_errors).values()
        if isinstance(error, type) and error.__module__ == media_errors.__name__
    }
    vendors |= {*_and_subclasses(api_errors.GoogleAPIError, auth_errors.GoogleAuthError)}
    vendors |= {*_and_subclasses(requests.RequestException, urllib3.exceptions.HTTPError)}
    assert len(vendors) > 60
    unadorned = {"__init__": lambda self: None, "__str__": lambda self: "as told"}
    for error in vendors:
        assert issubclass(error, VENDOR_ERRORS), error
        assert isinstance(translate(type("Told", (error,), unadorned)(), "a"), BucketError), error


FLAT_UPLOAD = """
import json, pathlib, re, resource, sys
from shared.bucket import open_bucket

def peak():
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

bucket, path = open_bucket("gs://newsletter"), pathlib.Path(sys.argv[1])
bucket.write("warm", bytes(9 << 20))
before = peak()
bucket.upload("engagement.sqlite", path)
uploaded = peak() - before
bucket.download("engagement.sqlite", path)
print(json.dumps([uploaded, peak() - before]))
"""


def test_memory_stays_flat_whatever_the_size(fake: FakeCloudStorage, tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(100 << 20)
    ran = subprocess.run(
        [sys.executable, "-c", FLAT_UPLOAD, str(path)],
        cwd=REPOSITORY,
        env={"STORAGE_EMULATOR_HOST": fake.url, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    uploaded, downloaded = json.loads(ran.stdout)
    assert uploaded < 24 << 20
    assert downloaded < 24 << 20
    stored = fake.live("engagement.sqlite")
    assert stored is not None
    assert len(stored.body) == 100 << 20


def test_the_policy_of_a_bucket_is_read(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    fake.bucket_fields = {
        "location": "EUROPE-WEST1",
        "locationType": "region",
        "versioning": {"enabled": True},
        "softDeletePolicy": {"retentionDurationSeconds": "604800"},
        "iamConfiguration": {"publicAccessPrevention": "enforced"},
    }
    assert cloud.policy() == BucketPolicy("europe-west1", True, True, 7.0, True)
    fake.bucket_fields = {"location": "EU", "locationType": "multi-region"}
    assert cloud.policy() == BucketPolicy("eu", False, False, 0.0, False)


@pytest.mark.parametrize(("status", "words"), [(403, "refused access"), (404, "is not there")])
def test_a_policy_that_cannot_be_read_is_told(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, status: int, words: str
) -> None:
    fake.bucket_status = status
    with pytest.raises(BucketError, match=words):
        cloud.policy()
