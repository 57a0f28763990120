"""The drill runs on both kinds of bucket: a folder, and the real client on a Cloud Storage that keeps versions."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.bucket.gcs import CloudStorageBucket
from tests.fake_gcs import FakeCloudStorage
from tests.shared.conftest import IMPATIENT
from tests.sync_job.backups.drill import Drill
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import make_small


@pytest.fixture(autouse=True)
def no_tracing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would look up the bucket from threads of its own, which outlive a test."""
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")


@pytest.fixture
def fake() -> Iterator[FakeCloudStorage]:
    with FakeCloudStorage() as server:
        yield server


@pytest.fixture
def folder_drill(found: Found) -> Drill:
    return Drill(found(make_small(12, people=3)))


@pytest.fixture
def cloud_drill(found: Found, fake: FakeCloudStorage) -> Iterator[Drill]:
    with closing(fake.client()) as client:
        world = found(make_small(12, people=3))
        world.bucket = CloudStorageBucket(client, fake.bucket, "lists", retry=IMPATIENT)
        yield Drill(world, fake)


@pytest.fixture(params=["folder", "cloud"])
def drill(request: pytest.FixtureRequest) -> Drill:
    made: Drill = request.getfixturevalue(f"{request.param}_drill")
    return made


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    path = tmp_path / "scratch"
    path.mkdir()
    return path
