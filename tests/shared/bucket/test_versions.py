"""What a bucket that keeps versions adds: every generation stays readable; and copies that never leave the store."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.bucket import MUST_NOT_EXIST
from shared.bucket.folder import FolderBucket
from shared.bucket.gcs import CloudStorageBucket
from shared.errors import BucketError, GenerationConflict, NotFound
from tests.fake_gcs import FakeCloudStorage
from tests.shared.conftest import IMPATIENT, PREFIX
from tests.shared.killing import killer

NAME, COPY = "engagement.sqlite", "backups/2026-03-01.sqlite"


def test_every_generation_is_told_newest_first_and_stays_readable(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, tmp_path: Path
) -> None:
    written = []
    for number in range(8):  # more than a page
        written.append((cloud.write(NAME, b"%d" % number), fake.now))
        fake.advance(3600)
    cloud.write(f"{NAME}.old", b"another object")
    found = cloud.versions(NAME)
    assert [(each.generation, each.updated) for each in found] == written[::-1]
    assert cloud.read(NAME, generation=written[2][0]) == (b"2", written[2][0])
    assert cloud.download(NAME, tmp_path / "copy", generation=written[5][0]) == written[5][0]
    assert (tmp_path / "copy").read_bytes() == b"5"


def test_when_a_version_was_written_does_not_move_with_its_headers(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    cloud.write(NAME, b"rows")
    written = fake.now
    fake.advance(3600)
    with closing(fake.client()) as client:
        blob = client.bucket(fake.bucket).blob(f"{PREFIX}/{NAME}")
        blob.metadata = {"reviewed": "yes"}
        blob.patch()
    assert [each.updated for each in cloud.versions(NAME)] == [written]


def test_a_deleted_object_still_has_its_older_versions(cloud: CloudStorageBucket) -> None:
    first, second = cloud.write(NAME, b"first"), cloud.write(NAME, b"second")
    cloud.delete(NAME)
    assert cloud.stat(NAME) is None
    assert [each.generation for each in cloud.versions(NAME)] == [second, first]
    cloud.copy(NAME, COPY, generation=first)
    assert cloud.read(COPY)[0] == b"first"


@pytest.fixture
def forgetful() -> Iterator[CloudStorageBucket]:
    """A bucket without versions."""
    with FakeCloudStorage(keeps_versions=False) as fake, closing(fake.client()) as client:
        yield CloudStorageBucket(client, fake.bucket, PREFIX, retry=IMPATIENT)


def test_without_versioning_there_is_only_the_live_one(forgetful: CloudStorageBucket) -> None:
    first = forgetful.write(NAME, b"first")
    second = forgetful.write(NAME, b"second")
    assert [each.generation for each in forgetful.versions(NAME)] == [second]
    with pytest.raises(NotFound):
        forgetful.read(NAME, generation=first)
    with pytest.raises(NotFound):
        forgetful.copy(NAME, COPY, generation=first)
    forgetful.delete(NAME)
    assert list(forgetful.versions(NAME)) == []
    assert forgetful.write(NAME, b"third") > second


def test_a_copy_stays_in_the_store_and_gets_the_headers_of_its_name(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    cloud.write(NAME, b"rows")
    fake.requests.clear()
    cloud.copy(NAME, COPY, if_generation=MUST_NOT_EXIST)
    assert not any("alt=media" in line or "/upload/" in line for line in fake.requests)
    assert "ifGenerationMatch=0" in fake.requests[-1]
    copy = fake.live(f"{PREFIX}/{COPY}")
    assert copy is not None
    assert copy.fields["contentType"] == "application/vnd.sqlite3"
    assert copy.fields["cacheControl"] == "no-store"


def test_a_copy_of_something_encoded_says_so_too(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    fake.put(f"{PREFIX}/site/index.html", b"not really gzip", contentEncoding="gzip")
    cloud.copy("site/index.html", "site/copy.html")
    copy = fake.live(f"{PREFIX}/site/copy.html")
    assert copy is not None
    assert copy.fields["contentEncoding"] == "gzip"


def test_a_large_copy_takes_several_calls_and_keeps_to_the_generation_it_began_with() -> None:
    with FakeCloudStorage(rewrite_bytes=4) as fake, closing(fake.client()) as client:
        cloud = CloudStorageBucket(client, fake.bucket, PREFIX, retry=IMPATIENT)
        cloud.write(NAME, b"0123456789")
        fake.on("POST", "/rewriteTo/", lambda: fake.put(f"{PREFIX}/{NAME}", b"rival"), skip=1)
        cloud.copy(NAME, COPY)
        assert sum("/rewriteTo/" in line for line in fake.requests) == 3
        assert cloud.read(COPY)[0] == b"0123456789"


@pytest.mark.parametrize("fault", ["503", "drop_before", "drop_after"])
def test_a_copy_whose_reply_was_lost_is_recognised(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, fault: str
) -> None:
    cloud.write(NAME, b"rows")
    fake.on("POST", "/rewriteTo/", fault)
    made = cloud.copy(NAME, COPY, if_generation=MUST_NOT_EXIST)
    assert cloud.read(COPY) == (b"rows", made)
    assert len(fake.versions[f"{PREFIX}/{COPY}"]) == 1


def test_a_rival_that_copies_first_wins(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    cloud.write(NAME, b"rows")
    fake.on("POST", "/rewriteTo/", lambda: fake.put(f"{PREFIX}/{COPY}", b"rival"))
    with pytest.raises(GenerationConflict):
        cloud.copy(NAME, COPY, if_generation=MUST_NOT_EXIST)
    assert cloud.read(COPY)[0] == b"rival"


def test_a_refused_copy_names_the_role_that_is_missing(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    cloud.write(NAME, b"rows")
    fake.on("POST", "/rewriteTo/", "403")
    with pytest.raises(BucketError) as refused:
        cloud.copy(NAME, COPY)
    assert "roles/storage.objectUser" in refused.value.hint


def copy_once(root: Path) -> None:
    FolderBucket(root).copy(NAME, COPY, if_generation=MUST_NOT_EXIST)


def test_a_copy_in_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    body = b"row" * 1000
    with killer("tests.shared.bucket.test_versions:copy_once", "bucket/folder.py") as killed:
        step, deaths = 0, 0
        while True:
            step += 1
            root = tmp_path / f"data{step}"
            bucket = FolderBucket(root)
            bucket.write(NAME, body)
            was_killed = killed(step, root)
            found = {each.name: bucket.read(each.name)[0] for each in bucket.list()}
            assert found in ({NAME: body}, {NAME: body, COPY: body})
            if not was_killed:
                break
            deaths += 1
        assert deaths > 20
        assert COPY in found


def test_a_file_that_is_edited_while_it_is_copied_makes_no_copy(folder: FolderBucket) -> None:
    """Our own writers replace files whole; an editor, or another program, may not."""
    folder.write(NAME, b"x" * 100)
    source = folder.root / NAME
    copied = folder._replace

    def edit_and_replace(*given: object) -> int:
        source.write_bytes(b"y" * 50)
        return copied(*given)  # type: ignore[arg-type]

    folder._replace = edit_and_replace  # type: ignore[assignment, method-assign]
    with pytest.raises(BucketError, match="changed meanwhile"):
        folder.copy(NAME, COPY)
    assert [each.name for each in folder.list()] == [NAME]
