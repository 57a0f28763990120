"""What only Cloud Storage has to stand: lost replies, refusals, damage on the way, the cost of requests."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
import urllib3.exceptions
from google.api_core import exceptions as api_errors
from google.auth import exceptions as auth_errors
from google.cloud.storage import exceptions as media_errors

from shared.bucket import MUST_NOT_EXIST, open_bucket
from shared.bucket.gcs import VENDOR_ERRORS, CloudStorageBucket, translate
from shared.errors import BucketError, CorruptObject, GenerationConflict, NotFound, SettingsError
from tests.fake_gcs import FakeCloudStorage
from tests.shared.conftest import IMPATIENT, PREFIX
from tests.shared.killing import REPOSITORY

NAME = "engagement.sqlite"
FULL = f"{PREFIX}/{NAME}"
SMALL, LARGE = b"rows", bytes(20 << 20)
UPLOAD, DOWNLOAD = "^/upload/", "^/download/"

Write = Callable[[CloudStorageBucket, int | None], int]
WRITES: dict[str, tuple[str, bytes]] = {"in one request": ("POST", SMALL), "in pieces": ("PUT", LARGE)}


@pytest.fixture(params=sorted(WRITES))
def upload(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    """The verb that carries the bytes, and bytes enough to be sent that way."""
    return WRITES[request.param]


def test_a_snapshot_is_read_in_one_request(fake: FakeCloudStorage, cloud: CloudStorageBucket, tmp_path: Path) -> None:
    generation = fake.put(FULL, LARGE).generation
    assert cloud.read(NAME) == (LARGE, generation)
    assert cloud.download(NAME, tmp_path / "copy") == generation
    assert [line.split("?")[0].split("/o/")[0] for line in fake.requests] == [
        "GET /download/storage/v1/b/newsletter"
    ] * 2


def test_a_small_write_is_one_request_with_its_headers(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    cloud.write("site/index.html", b"<p>")
    assert len(fake.requests) == 1
    page = fake.live(f"{PREFIX}/site/index.html")
    assert page is not None
    assert page.fields["contentType"] == "text/html; charset=utf-8"
    assert page.fields["cacheControl"] == "private, no-cache"
    assert "contentEncoding" not in page.fields


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


@pytest.mark.parametrize("fault", ["503", "429", "drop_before", "drop_after"])
def test_a_write_survives_a_bad_moment(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, upload: tuple[str, bytes], fault: str
) -> None:
    verb, body = upload
    before = cloud.write(NAME, b"before")
    fake.on(verb, UPLOAD, fault)
    generation = cloud.write(NAME, body, if_generation=before)
    assert cloud.read(NAME) == (body, generation)
    assert len(fake.versions[FULL]) == 2


@pytest.mark.parametrize("skip", [0, 1, 2])
@pytest.mark.parametrize("fault", ["503", "drop_before", "drop_after"])
def test_any_piece_of_a_large_write_may_be_lost(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, fault: str, skip: int
) -> None:
    fake.on("PUT", UPLOAD, fault, skip=skip)
    generation = cloud.write(NAME, LARGE, if_generation=MUST_NOT_EXIST)
    assert cloud.read(NAME) == (LARGE, generation)


def test_a_write_whose_reply_was_lost_is_recognised_as_ours(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    fake.on("POST", UPLOAD, "drop_after")
    generation = cloud.write(NAME, SMALL, if_generation=MUST_NOT_EXIST)
    ours = fake.live(FULL)
    assert ours is not None
    assert ours.generation == generation
    assert len(fake.versions[FULL]) == 1


def test_a_lost_try_is_not_mistaken_for_ours_when_a_rival_wrote_the_same_bytes(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    fake.on("POST", UPLOAD, "drop_before")
    fake.on("POST", UPLOAD, lambda: fake.put(FULL, SMALL))
    with pytest.raises(GenerationConflict):
        cloud.write(NAME, SMALL, if_generation=MUST_NOT_EXIST)


def test_a_rival_between_our_commit_and_its_lost_reply_is_a_conflict(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    # Ours was committed and is part of what the rival wrote; checking out again finds it there.
    fake.on("POST", UPLOAD, "drop_after")
    fake.on("POST", UPLOAD, lambda: fake.put(FULL, b"rival"))
    with pytest.raises(GenerationConflict):
        cloud.write(NAME, SMALL, if_generation=MUST_NOT_EXIST)
    assert cloud.read(NAME)[0] == b"rival"


@pytest.mark.parametrize("piece", [0, 1, 2])
def test_a_rival_in_the_middle_of_a_large_upload_wins(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, piece: int
) -> None:
    before = cloud.write(NAME, b"before")
    fake.on("PUT", UPLOAD, lambda: fake.put(FULL, b"rival"), skip=piece)
    with pytest.raises(GenerationConflict):
        cloud.write(NAME, LARGE, if_generation=before)
    assert cloud.read(NAME)[0] == b"rival"


def test_a_large_race_that_is_lost_already_is_not_paid_for(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    before = cloud.write(NAME, b"before")
    fake.put(FULL, b"rival")
    with pytest.raises(GenerationConflict):
        cloud.write(NAME, LARGE, if_generation=before)
    assert not any(line.startswith("PUT") for line in fake.requests)


def test_a_delete_whose_reply_was_lost_has_succeeded(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    generation = cloud.write(NAME, SMALL)
    fake.on("DELETE", NAME, "drop_after")
    cloud.delete(NAME, if_generation=generation)
    assert fake.live(FULL) is None


def test_a_delete_does_not_claim_what_a_rival_put_there(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    generation = cloud.write(NAME, SMALL)
    fake.on("DELETE", NAME, "503")
    fake.on("DELETE", NAME, lambda: fake.put(FULL, b"rival"))
    with pytest.raises(GenerationConflict):
        cloud.delete(NAME, if_generation=generation)
    assert cloud.read(NAME)[0] == b"rival"


@pytest.mark.parametrize("fault", ["503", "drop_before", "drop_after", "truncate"])
def test_a_read_survives_a_bad_moment(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, tmp_path: Path, fault: str
) -> None:
    generation = fake.put(FULL, LARGE).generation
    fake.on("GET", DOWNLOAD, fault, times=2)
    assert cloud.download(NAME, tmp_path / "copy") == generation
    assert (tmp_path / "copy").read_bytes() == LARGE
    fake.on("GET", DOWNLOAD, fault, times=2)
    assert cloud.read(NAME) == (LARGE, generation)


def test_an_interrupted_read_that_goes_on_with_a_rivals_object_is_that_object_whole(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    fake.put(FULL, b"a" * 100_000)
    fake.on("GET", DOWNLOAD, "truncate")
    fake.on("GET", DOWNLOAD, lambda: fake.put(FULL, b"b" * 100_000))
    body, generation = cloud.read(NAME)
    rival = fake.live(FULL)
    assert rival is not None
    assert (body, generation) == (rival.body, rival.generation)


def test_damage_on_the_way_is_noticed_and_leaves_no_file(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, tmp_path: Path
) -> None:
    fake.put(FULL, SMALL)
    fake.on("GET", DOWNLOAD, "corrupt", times=2)
    with pytest.raises(CorruptObject):
        cloud.download(NAME, tmp_path / "copy")
    with pytest.raises(CorruptObject):
        cloud.read(NAME)
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_change_while_they_are_uploaded_are_refused_by_the_store(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, tmp_path: Path
) -> None:
    before = cloud.write(NAME, b"before")
    path = tmp_path / "source"
    path.write_bytes(LARGE)

    def scribble() -> None:
        with path.open("r+b") as file:
            file.seek(-1, 2)
            file.write(b"!")

    fake.on("PUT", UPLOAD, scribble)
    with pytest.raises(BucketError, match="400"):
        cloud.upload(NAME, path, if_generation=before)
    assert cloud.read(NAME) == (b"before", before)
    assert not any(line.startswith("DELETE") for line in fake.requests)


def test_a_store_that_stays_away_is_given_up(fake: FakeCloudStorage) -> None:
    with closing(fake.client()) as client:
        bucket = CloudStorageBucket(client, fake.bucket, retry=IMPATIENT.with_timeout(0.1))
        for verb in ("GET", "POST", "PUT", "DELETE"):
            fake.on(verb, "/b/", "503", times=1000)
        for attempt in (
            lambda: bucket.read(NAME),
            lambda: bucket.write(NAME, SMALL),
            lambda: bucket.write(NAME, LARGE),
            lambda: bucket.delete(NAME),
            lambda: bucket.stat(NAME),
            lambda: list(bucket.list()),
            bucket.now,
        ):
            with pytest.raises(BucketError, match="503"):
                attempt()


def test_a_store_that_is_not_there_is_given_up() -> None:
    with FakeCloudStorage() as gone:
        client = gone.client()
    with closing(client), pytest.raises(BucketError):
        CloudStorageBucket(client, gone.bucket, retry=IMPATIENT.with_timeout(0.1)).read(NAME)


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


def test_open_without_credentials_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (api_errors.from_http_status(404, "gone"), NotFound),
        (media_errors.DataCorruption(None, "crc32c"), CorruptObject),
    ],
)
def test_the_errors_a_caller_can_act_on_keep_their_meaning(error: Exception, ours: type[BucketError]) -> None:
    assert type(translate(error, "a")) is ours


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
