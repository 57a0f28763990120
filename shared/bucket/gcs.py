"""A bucket that is a prefix in Cloud Storage. The only module that knows Google's library and its errors."""

import base64
import http.client
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import google_crc32c
import requests
import urllib3.exceptions
from google.api_core import exceptions as api_errors
from google.api_core.retry import Retry
from google.auth import exceptions as auth_errors
from google.cloud import storage
from google.cloud.storage import exceptions as media_errors
from google.cloud.storage.retry import DEFAULT_RETRY

from shared.bucket import BucketPolicy, Stat, Stored
from shared.bucket.naming import CLOCK, check_name, headers_for, is_name
from shared.bucket.packing import GZIP, pack_file, unpack, unpack_file
from shared.errors import BucketError, CorruptObject, GenerationConflict, NotFound, SettingsError

# What is held in memory of an upload: the library's own choice is 100 MiB, twice.
UPLOAD_CHUNK_BYTES = 8 << 20
STREAMED_BYTES = 4 << 20  # one request each
COMMIT_ID = "rapport-commit"

VENDOR_ERRORS = (
    api_errors.GoogleAPIError,
    auth_errors.GoogleAuthError,
    media_errors.DataCorruption,
    media_errors.InvalidResponse,
    media_errors.InvalidPathError,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    ConnectionError,
)


class CloudStorageBucket:
    """`retry` answers lost connections, 429 and 5xx. The library's own waits longer each time, and gives up
    after two minutes; tests pass an impatient one."""

    def __init__(
        self, client: Any, bucket_name: str, prefix: str = "", *, retry: Retry | None = None
    ) -> None:
        self._client = client
        self._bucket = client.bucket(bucket_name)
        self._prefix = f"{prefix}/" if prefix else ""
        self._retry = retry or DEFAULT_RETRY
        self._url = f"gs://{bucket_name}/{prefix}".rstrip("/")

    @classmethod
    def open(cls, url: str, *, patience: float | None = None) -> "CloudStorageBucket":
        """For "gs://bucket[/prefix]", with the credentials this machine has, or none for an emulator."""
        bucket_name, _, prefix = url.removeprefix("gs://").partition("/")
        prefix = prefix.strip("/")
        if not bucket_name or (prefix and not is_name(prefix)):
            raise SettingsError([f"RAPPORT_BUCKET is {url!r}: give gs://bucket or gs://bucket/prefix"])
        with _explained(url):
            retry = DEFAULT_RETRY.with_timeout(patience) if patience else None
            return cls(storage.Client(project=None), bucket_name, prefix, retry=retry)

    @property
    def url(self) -> str:
        return self._url

    def read(self, name: str, *, generation: int | None = None) -> tuple[bytes, int]:
        stored = self._read_as_stored(name, generation)
        if stored.content_encoding != GZIP:
            return stored.body, stored.generation
        with _whole(name):
            return unpack(stored.body), stored.generation

    def read_as_stored(self, name: str) -> Stored:
        return self._read_as_stored(name)

    def _read_as_stored(self, name: str, generation: int | None = None) -> Stored:
        body = BytesIO()

        def attempt(blob: Any) -> None:
            body.seek(0)
            body.truncate()
            blob.download_to_file(body, raw_download=True, retry=None)

        blob = self._fetch(name, attempt, generation)
        return Stored(body.getvalue(), blob.content_encoding or "", int(blob.generation))

    def download(self, name: str, path: Path, *, generation: int | None = None) -> int:
        partial, packed = path.with_name(f"{path.name}.partial"), path.with_name(f"{path.name}.packed")

        def attempt(blob: Any) -> None:
            blob.download_to_filename(partial, raw_download=True, retry=None)

        try:
            blob = self._fetch(name, attempt, generation)
            if blob.content_encoding == GZIP:
                partial.replace(packed)
                with _whole(name), packed.open("rb") as source, partial.open("wb") as target:
                    unpack_file(source, target)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
            packed.unlink(missing_ok=True)
        return int(blob.generation)

    def stream(self, name: str, start: int, end: int, *, generation: int) -> Iterator[bytes]:
        blob = self._blob(check_name(name), generation)
        while start < end:
            until = min(start + STREAMED_BYTES, end)
            with _explained(name):
                piece: bytes = blob.download_as_bytes(
                    start=start, end=until - 1, raw_download=True, checksum=None, retry=self._retry
                )
            if len(piece) != until - start:
                raise CorruptObject(name)
            yield piece
            start = until

    def write(self, name: str, body: bytes, *, if_generation: int | None = None) -> int:
        return self._pack_and_store(check_name(name), BytesIO(body), if_generation)

    def upload(self, name: str, path: Path, *, if_generation: int | None = None) -> int:
        with path.open("rb") as source:
            return self._pack_and_store(check_name(name), source, if_generation)

    def copy(
        self, name: str, to: str, *, generation: int | None = None, if_generation: int | None = None
    ) -> int:
        blob = self._blob(check_name(to))
        headers = headers_for(to)
        commit_id = secrets.token_hex(16)
        with _explained(name):
            full = self._prefix + check_name(name)
            source = self._bucket.get_blob(full, generation=generation, retry=self._retry)
            if source is None:
                raise NotFound(name)
            # Whether a rewrite keeps what is not stated is told in two ways: so all of it is.
            blob.content_type, blob.cache_control = headers.content_type, headers.cache_control
            blob.content_encoding = source.content_encoding
            blob.metadata = {COMMIT_ID: commit_id}
            token, is_done = None, False
            try:
                while not is_done:  # a large object may take several calls
                    token, *_ = blob.rewrite(
                        source, token=token, if_generation_match=if_generation, retry=self._retry
                    )
                    is_done = token is None
            except api_errors.PreconditionFailed as error:
                return int(self._ours(to, commit_id, if_generation, error).generation)
        return int(blob.generation)

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        blob = self._blob(check_name(name))
        uncertain: list[Exception] = []

        def attempt() -> None:
            blob.delete(if_generation_match=if_generation, retry=None)

        with _explained(name):
            try:
                self._retry(attempt, on_error=uncertain.append)()
            except api_errors.PreconditionFailed as error:
                raise GenerationConflict(name, if_generation or 0) from error
            except api_errors.NotFound as error:
                # After a try whose reply was lost, "there is no such object" is what success looks like.
                if if_generation and not uncertain:
                    raise GenerationConflict(name, if_generation) from error

    def stat(self, name: str) -> Stat | None:
        with _explained(name):
            blob = self._bucket.get_blob(self._prefix + check_name(name), retry=self._retry)
        return None if blob is None else self._stat_of(blob)

    def versions(self, name: str) -> Sequence[Stat]:
        full = self._prefix + check_name(name)
        found = []
        with _explained(name, f"{self.url} is not there"):
            for blob in self._bucket.list_blobs(prefix=full, versions=True, retry=self._retry):
                if blob.name != full:
                    break  # names are listed in order, and this one comes first of all that begin so
                # `updated` moves with the headers and the storage class too.
                written = blob.time_created.astimezone(UTC)
                found.append(Stat(name, int(blob.generation), int(blob.size), written))
        return sorted(found, key=lambda each: each.generation, reverse=True)

    def list(self, prefix: str = "") -> Iterator[Stat]:
        folder = prefix.rpartition("/")[0]
        if folder:
            check_name(folder)
        with _explained(prefix, f"{self.url} is not there"):
            for blob in self._bucket.list_blobs(prefix=self._prefix + prefix, retry=self._retry):
                found = self._stat_of(blob)
                # Not ours: the clock, and the empty "name/" that a console stands for a folder.
                if is_name(found.name):
                    yield found

    def now(self) -> datetime:
        """Asked by writing a tiny object and reading when that was: the same clock that stamps `updated`.

        It costs a write, so it is for judging a contested lease, not for telling the time. The Date header
        would be free, but the library shows no headers, and it is another machine's clock in whole seconds.
        """
        updated: datetime = self._store(CLOCK, BytesIO(), None).updated
        return updated.astimezone(UTC)

    def policy(self) -> BucketPolicy:
        """How the whole bucket is set up; needs the permission storage.buckets.get, which the jobs have not."""
        with _explained(self.url, f"{self.url} is not there"):
            found = self._client.get_bucket(self._bucket.name, retry=self._retry)
        kept = found.soft_delete_policy.retention_duration_seconds or 0
        return BucketPolicy(
            location=str(found.location or "").lower(),
            is_regional=found.location_type == "region",
            is_versioned=bool(found.versioning_enabled),
            soft_delete_days=int(kept) / 86_400,
            is_closed_to_public=found.iam_configuration.public_access_prevention == "enforced",
        )

    def _blob(self, name: str, generation: int | None = None) -> Any:
        return self._bucket.blob(self._prefix + name, generation=generation)

    def _stat_of(self, blob: Any) -> Stat:
        name = blob.name.removeprefix(self._prefix)
        return Stat(name, int(blob.generation), int(blob.size), blob.updated.astimezone(UTC))

    def _fetch(self, name: str, attempt: Callable[[Any], None], generation: int | None = None) -> Any:
        """One request answers for bytes and generation. An interrupted one is asked again from the start:

        resumed by the library, it would be a ranged request, whose bytes nobody checks. The bytes come raw, as
        stored, for only to those does the checksum belong.
        """
        blob = self._blob(check_name(name), generation)
        with _explained(name):
            self._retry(lambda: attempt(blob))()
        return blob

    def _pack_and_store(self, name: str, source: BinaryIO, if_generation: int | None) -> int:
        if headers_for(name).content_encoding != GZIP:
            return int(self._store(name, source, if_generation).generation)
        with pack_file(source) as packed:
            return int(self._store(name, packed, if_generation).generation)

    def _store(self, name: str, source: BinaryIO, if_generation: int | None) -> Any:
        """The blob as stored; the name, checksum, headers and precondition travel with the bytes."""
        blob = self._blob(name)
        headers = headers_for(name)
        commit_id = secrets.token_hex(16)
        blob.chunk_size = UPLOAD_CHUNK_BYTES
        blob.cache_control = headers.cache_control
        if headers.content_encoding:
            blob.content_encoding = headers.content_encoding
        blob.metadata = {COMMIT_ID: commit_id}
        # Stated up front, the store refuses other bytes. The library's own check comes after the fact, and
        # answers a mismatch by deleting whatever object is live by then.
        size, blob.crc32c = _measure(source)
        if if_generation is not None and size > UPLOAD_CHUNK_BYTES:
            # Only the end of a long upload is checked by the store: a race lost already need not be paid for.
            current = self.stat(name)
            if if_generation != (current.generation if current else 0):
                raise GenerationConflict(name, if_generation)
        with _explained(name, f"{self.url} is not there, or takes no writes"):
            try:
                blob.upload_from_file(
                    source,
                    size=size,
                    content_type=headers.content_type,
                    checksum=None,
                    if_generation_match=if_generation,
                    retry=self._retry,
                )
            except api_errors.PreconditionFailed as error:
                return self._ours(name, commit_id, if_generation, error)
        return blob

    def _ours(self, name: str, commit_id: str, if_generation: int | None, refusal: Exception) -> Any:
        """If the reply to our winning try was lost, the library tried again and met our own object: that one."""
        there = self._bucket.get_blob(self._prefix + name, retry=self._retry)
        if there is None or (there.metadata or {}).get(COMMIT_ID) != commit_id:
            raise GenerationConflict(name, if_generation or 0) from refusal
        return there


def _measure(source: BinaryIO) -> tuple[int, str]:
    checksum: Any = google_crc32c.Checksum()  # type: ignore[no-untyped-call]
    while piece := source.read(1 << 20):
        checksum.update(piece)
    size = source.tell()
    source.seek(0, os.SEEK_SET)
    return size, base64.b64encode(checksum.digest()).decode()


@contextmanager
def _whole(name: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise CorruptObject(name) from error


@contextmanager
def _explained(name: str, missing: str = "") -> Iterator[None]:
    """Google's errors end here. `missing` words a 404 that cannot be about the object."""
    try:
        yield
    except VENDOR_ERRORS as error:
        raise translate(error, name, missing) from error


def translate(error: Exception, name: str, missing: str = "") -> BucketError:
    if isinstance(error, media_errors.DataCorruption):
        return CorruptObject(name)
    if isinstance(error, api_errors.NotFound):
        return BucketError(missing) if missing else NotFound(name)
    if isinstance(error, api_errors.Forbidden | api_errors.Unauthorized):
        hint = "Grant this account the role roles/storage.objectUser on the bucket."
        return BucketError(f"{name!r}: Cloud Storage refused access", hint=hint)
    if isinstance(error, auth_errors.GoogleAuthError):
        hint = "On your own machine, run: gcloud auth application-default login"
        return BucketError(f"{name!r}: no usable Google credentials", hint=hint)
    return BucketError(f"{name!r}: Cloud Storage failed: {type(error).__name__}: {error}"[:500])
