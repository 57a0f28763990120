"""Where a project's objects live: a folder, or a prefix in Cloud Storage. One contract, one test for both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from shared.errors import SettingsError

MUST_NOT_EXIST = 0


@dataclass(frozen=True)
class Stat:
    """What the store knows of one object. `generation` changes with every write, whoever wrote it."""

    name: str
    generation: int
    size: int  # bytes as they are stored, packed or not
    updated: datetime  # UTC, by the store's clock


@dataclass(frozen=True)
class Stored:
    """An object's bytes as they lie in the store: packed where `content_encoding` is "gzip", plain where it is ""."""

    body: bytes
    content_encoding: str
    generation: int


@dataclass(frozen=True)
class BucketPolicy:
    """How a bucket in Cloud Storage is set up; a folder has nothing of the kind."""

    location: str
    is_regional: bool
    is_versioned: bool
    soft_delete_days: float
    is_closed_to_public: bool


class Bucket(Protocol):
    """Objects by name ("project/site/index.html"), each written whole, and read whole or piece by piece.

    Writes take an optional `if_generation`: MUST_NOT_EXIST (0) creates only, a generation replaces only that
    one, None writes in any case. A write that lost raises GenerationConflict and leaves no trace. A write
    whose reply was lost, but which arrived, is recognised as ours and succeeds. Content type, cache control
    and whether a store packs it follow from the name (see naming.py, also for what a name may be). Who writes
    and reads sees plain bytes; only `read_as_stored` and `stream` show packed ones. Errors: NotFound,
    GenerationConflict, CorruptObject, BucketError.
    """

    @property
    def url(self) -> str:
        """What a person would type to name this bucket: "gs://bucket/prefix" or a folder."""

    def read(self, name: str, *, generation: int | None = None) -> tuple[bytes, int]:
        """The bytes and the generation they belong to, from one request: the live one, or the one asked for.

        An older generation is there only where the bucket keeps versions; elsewhere it is NotFound.
        """

    def read_as_stored(self, name: str) -> Stored:
        """The bytes as the store has them, for passing on to somebody who can unpack them."""

    def download(self, name: str, path: Path, *, generation: int | None = None) -> int:
        """The same into a file, without holding it in memory; returns the generation.

        The file appears whole or not at all; one that was there before stays until then.
        """

    def stream(self, name: str, start: int, end: int, *, generation: int) -> Iterator[bytes]:
        """The bytes from `start` up to `end` (which is not included and not beyond the object's size) of that
        generation, as they are stored, a few MB at a time, so that any size can be passed on.

        No checksum covers a part. Nothing is asked before the first piece is, and that one may be NotFound.
        """

    def write(self, name: str, body: bytes, *, if_generation: int | None = None) -> int:
        """Stores the bytes and returns the new generation."""

    def upload(self, name: str, path: Path, *, if_generation: int | None = None) -> int:
        """The same from a file, in chunks: memory stays flat whatever the size."""

    def copy(
        self, name: str, to: str, *, generation: int | None = None, if_generation: int | None = None
    ) -> int:
        """Stores the bytes of one object (of that generation, where one is given) under another name, without
        fetching them where the store can do that itself; `if_generation` is that of `to`, as for a write."""

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        """Removes the object. Without a condition, removing what is not there is no error; with one, it is a
        GenerationConflict, as for any other generation than the one asked for."""

    def stat(self, name: str) -> Stat | None:
        """What is there now, or None."""

    def versions(self, name: str) -> Sequence[Stat]:
        """Every generation that can still be read, newest first, `updated` being when it was written.

        The first one need not be live: a deleted object may have left older ones. A folder keeps none of those.
        """

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """Every object whose name starts with the prefix, by name, fetched page by page."""

    def now(self) -> datetime:
        """The time by the store's own clock, UTC: leases are judged by it, never by ours."""


def open_bucket(url: str, *, patience: float | None = None) -> Bucket:
    """A bucket for "gs://name[/prefix]" or for a folder, which is made when first written to.

    `patience` is for how many seconds a request to Cloud Storage that fails is tried again; two minutes if not given.
    """
    if url.startswith("gs://"):
        from shared.bucket.gcs import CloudStorageBucket

        return CloudStorageBucket.open(url, patience=patience)
    if "://" in url:
        raise SettingsError(
            [f"RAPPORT_BUCKET is {url!r}: give a folder, or gs://bucket or gs://bucket/prefix"]
        )
    from shared.bucket.folder import FolderBucket

    if Path(url).exists() and not Path(url).is_dir():
        raise SettingsError([f"RAPPORT_BUCKET is {url!r}, which is a file: give a folder, or gs://bucket"])
    return FolderBucket(Path(url))
