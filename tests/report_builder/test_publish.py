"""Publishing: only what changed, in a safe order, and healed by the next run wherever it was interrupted."""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import pytest

from report_builder.publish import MANIFEST, publish, published_of
from shared.bucket import Stat, Stored
from shared.bucket.folder import FolderBucket
from shared.bucket.gcs import CloudStorageBucket
from shared.errors import BucketError
from tests.fake_gcs import FakeCloudStorage

PREFIX = "weekly/site/"
FIRST = {
    "index.html": b"front 1", "emails.html": b"emails", "emails/a.html": b"a", "data/emails.json": b"{}",
    "data/old.json": b"old", "assets/site.1.css": b"css 1",
}  # fmt: skip
SECOND = {
    "index.html": b"front 2", "emails.html": b"emails", "emails/b.html": b"b", "data/emails.json": b"{2}",
    "assets/site.2.css": b"css 2",
}  # fmt: skip


class Interrupted(BaseException):
    """Like a kill: nothing of ours catches it."""


class Watched:
    """A folder bucket that remembers what was done to it, and may die before or after any step."""

    def __init__(self, root: Path, *, steps: int = 10**6, after: bool = False) -> None:
        self.inner = FolderBucket(root)
        self.log: list[str] = []
        self.steps, self.after = steps, after

    def _step(self, what: str) -> bool:
        """Whether the step may be done; the last one is done only if we die after it."""
        self.log.append(what)
        self.steps -= 1
        if self.steps < 0 and not self.after:
            raise Interrupted
        return self.steps < 0

    @property
    def url(self) -> str:
        return self.inner.url

    def read(self, name: str, *, generation: int | None = None) -> tuple[bytes, int]:
        return self.inner.read(name, generation=generation)

    def read_as_stored(self, name: str) -> Stored:
        return self.inner.read_as_stored(name)

    def stream(self, name: str, start: int, end: int, *, generation: int) -> Iterator[bytes]:
        return self.inner.stream(name, start, end, generation=generation)

    def download(self, name: str, path: Path, *, generation: int | None = None) -> int:
        return self.inner.download(name, path, generation=generation)

    def copy(
        self, name: str, to: str, *, generation: int | None = None, if_generation: int | None = None
    ) -> int:
        return self.inner.copy(name, to, generation=generation, if_generation=if_generation)

    def versions(self, name: str) -> Sequence[Stat]:
        return self.inner.versions(name)

    def write(self, name: str, body: bytes, *, if_generation: int | None = None) -> int:
        dies = self._step(f"write {name}")
        generation = self.inner.write(name, body, if_generation=if_generation)
        if dies:
            raise Interrupted
        return generation

    def upload(self, name: str, path: Path, *, if_generation: int | None = None) -> int:
        return self.inner.upload(name, path, if_generation=if_generation)

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        dies = self._step(f"delete {name}")
        self.inner.delete(name, if_generation=if_generation)
        if dies:
            raise Interrupted

    def stat(self, name: str) -> Stat | None:
        return self.inner.stat(name)

    def list(self, prefix: str = "") -> Iterator[Stat]:
        return self.inner.list(prefix)

    def now(self) -> datetime:
        return self.inner.now()


def content(root: Path) -> dict[str, bytes]:
    bucket = FolderBucket(root)
    names = [stat.name for stat in bucket.list(PREFIX)]
    return {name.removeprefix(PREFIX): bucket.read(name)[0] for name in names if not name.endswith(MANIFEST)}


def test_writes_only_what_changed_and_removes_last(tmp_path: Path) -> None:
    assert publish(FolderBucket(tmp_path), PREFIX, FIRST).written == 6
    bucket = Watched(tmp_path)
    result = publish(bucket, PREFIX, SECOND)
    assert (result.written, result.removed, result.unchanged) == (4, 3, 1)
    assert result.bytes_written == sum(len(SECOND[p]) for p in SECOND if p != "emails.html")
    assert [entry.replace(PREFIX, "") for entry in bucket.log] == [
        "write assets/site.2.css", "write data/emails.json", "write emails/b.html", "write index.html",
        "delete assets/site.1.css", "delete data/old.json", "delete emails/a.html", "write manifest.json",
    ]  # fmt: skip
    assert content(tmp_path) == SECOND


def test_publishing_the_same_again_writes_nothing(tmp_path: Path) -> None:
    publish(FolderBucket(tmp_path), PREFIX, FIRST)
    bucket = Watched(tmp_path)
    result = publish(bucket, PREFIX, FIRST)
    assert (result.written, result.removed, result.unchanged, bucket.log) == (0, 0, 6, [])


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(8))
def test_interrupted_anywhere_the_next_publish_repairs(tmp_path: Path, step: int, after: bool) -> None:
    publish(FolderBucket(tmp_path), PREFIX, FIRST)
    with pytest.raises(Interrupted):
        publish(Watched(tmp_path, steps=step, after=after), PREFIX, SECOND)
    publish(FolderBucket(tmp_path), PREFIX, SECOND)
    assert content(tmp_path) == SECOND
    assert publish(Watched(tmp_path), PREFIX, SECOND).written == 0


@pytest.mark.parametrize("step", range(8))
def test_interrupted_anywhere_the_old_site_can_come_back(tmp_path: Path, step: int) -> None:
    publish(FolderBucket(tmp_path), PREFIX, FIRST)
    with pytest.raises(Interrupted):
        publish(Watched(tmp_path, steps=step), PREFIX, SECOND)
    publish(FolderBucket(tmp_path), PREFIX, FIRST)
    assert content(tmp_path) == FIRST


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b'{"version": 9}', b'{"version": 1, "files": {"a": 3}}']
)
def test_an_unreadable_manifest_means_everything_is_written(tmp_path: Path, body: bytes) -> None:
    publish(FolderBucket(tmp_path), PREFIX, FIRST)
    FolderBucket(tmp_path).write(PREFIX + MANIFEST, body)
    assert publish(FolderBucket(tmp_path), PREFIX, SECOND).written == len(SECOND)
    assert content(tmp_path) == SECOND


def test_what_others_changed_or_removed_is_put_back(tmp_path: Path) -> None:
    publish(FolderBucket(tmp_path), PREFIX, FIRST)
    bucket = FolderBucket(tmp_path)
    bucket.write(PREFIX + "emails.html", b"edited")
    bucket.delete(PREFIX + "emails/a.html")
    bucket.write(PREFIX + "stray.html", b"?")
    result = publish(bucket, PREFIX, FIRST)
    assert (result.written, result.removed) == (2, 1)
    assert content(tmp_path) == FIRST


def test_other_projects_are_left_alone(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path)
    bucket.write("weekly/engagement.sqlite", b"x")
    bucket.write("weekly2/site/index.html", b"y")
    publish(bucket, PREFIX, {"index.html": b"z"})
    publish(bucket, PREFIX, {})
    assert [stat.name for stat in bucket.list()] == [
        "weekly/engagement.sqlite", PREFIX + MANIFEST, "weekly2/site/index.html",
    ]  # fmt: skip


def test_a_bucket_that_fails_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = FolderBucket(tmp_path)

    def refuse(name: str, body: bytes, *, if_generation: int | None = None) -> int:
        raise BucketError(name)

    monkeypatch.setattr(bucket, "write", refuse)
    with pytest.raises(BucketError):
        publish(bucket, PREFIX, FIRST)


def test_in_cloud_storage_the_same_site_is_packed_once_and_written_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    with FakeCloudStorage() as cloud, closing(cloud.client()) as client:
        bucket = CloudStorageBucket(client, cloud.bucket)
        assert publish(bucket, PREFIX, FIRST, workers=4).written == len(FIRST)
        stored = {name: cloud.live(name) for name in cloud.versions}
        assert publish(bucket, PREFIX, FIRST, workers=4).written == 0
        assert {name: cloud.live(name) for name in cloud.versions} == stored
        for path, body in FIRST.items():
            assert bucket.read(PREFIX + path)[0] == body
        page = cloud.live(f"{PREFIX}index.html")
        assert page is not None
        assert gzip.decompress(page.body) == FIRST["index.html"]


MONTHS = {"data/m1.parquet": "a", "data/m2.parquet": "b"}


def publish_months(bucket: Watched, made_of: dict[str, str]) -> list[str]:
    """As a build does: what was made of the same before is not made again. Returns what was made."""
    there = published_of(bucket, PREFIX)
    made = sorted(path for path, reason in made_of.items() if there.get(path) != reason)
    files = FIRST | {path: f"{path} of {made_of[path]}".encode() for path in made}
    publish(bucket, PREFIX, files, made_of=made_of)
    return made


def test_what_was_made_of_the_same_stays_and_is_not_made_again(tmp_path: Path) -> None:
    assert publish_months(Watched(tmp_path), MONTHS) == sorted(MONTHS)
    assert publish_months(Watched(tmp_path), MONTHS) == []
    changed = {**MONTHS, "data/m2.parquet": "c", "data/m3.parquet": "d"}
    assert publish_months(Watched(tmp_path), changed) == ["data/m2.parquet", "data/m3.parquet"]
    assert content(tmp_path) == FIRST | {
        path: f"{path} of {reason}".encode() for path, reason in changed.items()
    }
    assert publish_months(Watched(tmp_path), {"data/m3.parquet": "d"}) == []
    assert content(tmp_path) == FIRST | {"data/m3.parquet": b"data/m3.parquet of d"}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(5))
def test_a_kill_loses_no_month_and_leaves_no_old_one(tmp_path: Path, step: int, after: bool) -> None:
    publish_months(Watched(tmp_path), MONTHS)
    changed = {"data/m1.parquet": "a", "data/m2.parquet": "c", "data/m3.parquet": "d"}
    with suppress(Interrupted):
        publish_months(Watched(tmp_path, steps=step, after=after), changed)
    assert "data/m1.parquet" not in publish_months(Watched(tmp_path), changed)
    assert content(tmp_path) == FIRST | {
        path: f"{path} of {reason}".encode() for path, reason in changed.items()
    }
    assert publish_months(Watched(tmp_path), changed) == []
