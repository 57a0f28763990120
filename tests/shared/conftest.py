"""Both kinds of bucket, each the real thing: a folder, and the real client on a fake Cloud Storage."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from google.cloud.storage.retry import DEFAULT_RETRY

from shared.bucket import Bucket
from shared.bucket.folder import FolderBucket
from shared.bucket.gcs import CloudStorageBucket
from tests.fake_gcs import FakeCloudStorage

IMPATIENT = DEFAULT_RETRY.with_delay(initial=0.01, maximum=0.02).with_timeout(5)
PREFIX = "lists/spring"


@pytest.fixture(autouse=True)
def no_tracing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would look up the bucket from threads of its own, which outlive a test."""
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")


@pytest.fixture
def folder(tmp_path: Path) -> FolderBucket:
    return FolderBucket(tmp_path / "data")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Where working copies come and go."""
    return tmp_path / "scratch"


@pytest.fixture
def fake() -> Iterator[FakeCloudStorage]:
    with FakeCloudStorage() as server:
        yield server


@pytest.fixture
def cloud(fake: FakeCloudStorage) -> Iterator[CloudStorageBucket]:
    with closing(fake.client()) as client:
        yield CloudStorageBucket(client, fake.bucket, PREFIX, retry=IMPATIENT)


@pytest.fixture(params=["folder", "cloud"])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    """Whatever is promised of a bucket holds for both."""
    found: Bucket = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def grow_old(request: pytest.FixtureRequest) -> Callable[[Bucket, str, float], None]:
    """Lets an object have been written that many seconds earlier, by the clock of its store."""

    def grow_old(bucket: Bucket, name: str, seconds: float) -> None:
        if isinstance(bucket, FolderBucket):
            written = time.time() - seconds
            os.utime(bucket.root / name, (written, written))
        else:
            request.getfixturevalue("fake").advance(seconds)

    return grow_old
