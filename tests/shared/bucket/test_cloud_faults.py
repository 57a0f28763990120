"""Bad moments of Cloud Storage: lost replies, rivals at the worst time, damage on the way."""

from contextlib import closing
from pathlib import Path

import pytest

from shared.bucket import MUST_NOT_EXIST
from shared.bucket.gcs import CloudStorageBucket
from shared.errors import BucketError, CorruptObject, GenerationConflict
from tests.fake_gcs import FakeCloudStorage
from tests.shared.conftest import IMPATIENT, PREFIX

NAME = "engagement.sqlite"
FULL = f"{PREFIX}/{NAME}"
SMALL, LARGE = b"rows", bytes(20 << 20)
UPLOAD, DOWNLOAD = "^/upload/", "^/download/"

# The verb that carries the bytes, and bytes enough to be sent that way.
WRITES = {"in one request": ("POST", SMALL), "in pieces": ("PUT", LARGE)}


@pytest.fixture(params=sorted(WRITES))
def upload(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    return WRITES[request.param]


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


def test_a_delete_whose_reply_was_lost_has_succeeded(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    generation = cloud.write(NAME, SMALL)
    fake.on("DELETE", NAME, "drop_after")
    cloud.delete(NAME, if_generation=generation)
    assert fake.live(FULL) is None


def test_a_delete_does_not_claim_what_a_rival_put_there(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
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
