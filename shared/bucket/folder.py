"""A bucket that is a folder: for one machine, and a full implementation of the contract, not a stand-in.

Writers on this machine take turns on one lock file. Readers take none: a write replaces the file in one step,
so whoever has the old one open reads it to its end. A generation is read off the file itself, so a person who
edits or restores a file by hand is noticed like any other writer.
"""

import fcntl
import hashlib
import os
import shutil
import stat as file_mode
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from shared.bucket import Stat, Stored
from shared.bucket.naming import RESERVED_PREFIX, check_name, is_name
from shared.errors import BucketError, GenerationConflict, NotFound

LOCK = f"{RESERVED_PREFIX}lock"
# One name is enough, for there is one writer at a time: what a killed writer left is simply written anew.
HALF_WRITTEN = f"{RESERVED_PREFIX}half-written"
READS_BEFORE_GIVING_UP = 5
STREAMED_BYTES = 1 << 20


class FolderBucket:
    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def url(self) -> str:
        return str(self.root)

    def read(self, name: str, *, generation: int | None = None) -> tuple[bytes, int]:
        body = BytesIO()
        found = self._copy_out(name, body, generation)
        return body.getvalue(), found

    def read_as_stored(self, name: str) -> Stored:
        """Always plain: a report in a folder opens with a double click."""
        body, generation = self.read(name)
        return Stored(body, "", generation)

    def download(self, name: str, path: Path, *, generation: int | None = None) -> int:
        partial = path.with_name(f"{path.name}.partial")
        try:
            with partial.open("wb") as copy:
                found = self._copy_out(name, copy, generation)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return found

    def stream(self, name: str, start: int, end: int, *, generation: int) -> Iterator[bytes]:
        with _explained(name), self._open(name) as file:  # a writer may replace it meanwhile: ours stays
            file.seek(start)
            while start < end:
                piece = file.read(min(STREAMED_BYTES, end - start))
                if not piece or _generation(os.fstat(file.fileno())) != generation:
                    raise NotFound(name)
                yield piece
                start += len(piece)

    def write(self, name: str, body: bytes, *, if_generation: int | None = None) -> int:
        return self._replace(name, BytesIO(body), if_generation)

    def upload(self, name: str, path: Path, *, if_generation: int | None = None) -> int:
        with path.open("rb") as source:
            return self._replace(name, source, if_generation)

    def copy(
        self, name: str, to: str, *, generation: int | None = None, if_generation: int | None = None
    ) -> int:
        check_name(to)
        with _explained(name), self._open(name) as source:
            found = _generation(os.fstat(source.fileno()))
            if generation not in (None, found):
                raise NotFound(name)

            def is_unchanged() -> bool:
                return _generation(os.fstat(source.fileno())) == found

            return self._replace(to, source, if_generation, is_unchanged)

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        target = self._path(name)
        with _explained(name):
            if not self.root.is_dir():
                current = 0
            else:
                with self._lock():
                    current = _generation_at(target)
                    if current and if_generation in (None, current):
                        target.unlink()
                        self._remove_emptied(target.parent)
        if if_generation is not None and current != if_generation:
            raise GenerationConflict(name, if_generation)

    def stat(self, name: str) -> Stat | None:
        with _explained(name):
            return _stat_of(self._path(name), name)

    def versions(self, name: str) -> Sequence[Stat]:
        live = self.stat(name)
        return [live] if live else []

    def list(self, prefix: str = "") -> Iterator[Stat]:
        folder = prefix.rpartition("/")[0]
        start = self._path(folder) if folder else self.root
        with _explained(prefix):
            yield from _walk(start, f"{folder}/" if folder else "", prefix)

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    def _path(self, name: str) -> Path:
        return self.root / check_name(name)

    def _open(self, name: str) -> BinaryIO:
        try:
            return self._path(name).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NotFound(name) from error

    def _copy_out(self, name: str, copy: BinaryIO, wanted: int | None) -> int:
        with _explained(name):
            for _ in range(READS_BEFORE_GIVING_UP):
                with self._open(name) as file:
                    generation = _generation(os.fstat(file.fileno()))
                    if wanted not in (None, generation):
                        raise NotFound(name)
                    shutil.copyfileobj(file, copy, 1 << 20)
                    # Our own writers replace files whole, but an editor may write into the one we have open.
                    if _generation(os.fstat(file.fileno())) == generation:
                        return generation
                copy.seek(0)
                copy.truncate()
        raise BucketError(f"{name!r} keeps changing while it is read")

    def _replace(
        self,
        name: str,
        source: BinaryIO,
        if_generation: int | None,
        is_unchanged: Callable[[], bool] = lambda: True,
    ) -> int:
        target = self._path(name)
        half_written = target.with_name(HALF_WRITTEN)
        with _explained(name):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock():
                if if_generation is not None and _generation_at(target) != if_generation:
                    raise GenerationConflict(name, if_generation)
                self._make_folders(target.parent)
                half_written.unlink(missing_ok=True)
                try:
                    with half_written.open("xb") as file:
                        shutil.copyfileobj(source, file, 1 << 20)
                        file.flush()
                        # The kernel stamps files by its tick: two writes within one, landing on the same
                        # reused inode, would otherwise look like the same generation.
                        now = time.time_ns()
                        os.utime(file.fileno(), ns=(now, now))
                        os.fsync(file.fileno())
                        if not is_unchanged():
                            raise BucketError(f"what was copied to {name!r} changed meanwhile")
                        half_written.replace(target)
                        _sync_folder(target.parent)
                        return _generation(os.fstat(file.fileno()))
                finally:
                    half_written.unlink(missing_ok=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        # The kernel drops the lock with its holder, however that one ends; the file itself stays.
        with (self.root / LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_folders(self, folder: Path) -> None:
        """A new folder is only durable once the one above it is."""
        if not folder.is_dir():
            self._make_folders(folder.parent)
            folder.mkdir()
            _sync_folder(folder.parent)

    def _remove_emptied(self, folder: Path) -> None:
        """Under the lock, so that no writer loses the folder it has just made."""
        _sync_folder(folder)
        while folder != self.root and set(os.listdir(folder)) <= {HALF_WRITTEN}:
            (folder / HALF_WRITTEN).unlink(missing_ok=True)
            try:
                folder.rmdir()
            except OSError:  # the owner has just put something there
                return
            folder = folder.parent
            _sync_folder(folder)


def _walk(folder: Path, above: str, prefix: str) -> Iterator[Stat]:
    try:
        with os.scandir(folder) as entries:
            # With its slash, a folder sorts where its objects do: "a-b" before "a/b", as in Cloud Storage.
            parts = sorted(e.name + ("/" if e.is_dir(follow_symlinks=False) else "") for e in entries)
    except (FileNotFoundError, NotADirectoryError):
        return
    for part in parts:
        name = above + part
        if not is_name(name.rstrip("/")):
            continue  # ours, or a file whose name is no object's
        if part.endswith("/"):
            if name.startswith(prefix) or prefix.startswith(name):
                yield from _walk(folder / part, name, prefix)
        elif name.startswith(prefix) and (found := _stat_of(folder / part, name)) is not None:
            yield found


def _generation(status: os.stat_result) -> int:
    """63 bits that change when the file is replaced or edited.

    Not with its owner, mode or links: a backup or a `chown` has written nothing.
    """
    facts = f"{status.st_ino} {status.st_size} {status.st_mtime_ns}"
    return int.from_bytes(hashlib.blake2b(facts.encode(), digest_size=8).digest(), "big") >> 1 or 1


def _stat_of(path: Path, name: str) -> Stat | None:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not file_mode.S_ISREG(status.st_mode):
        return None
    updated = datetime.fromtimestamp(status.st_mtime_ns / 1e9, UTC)
    return Stat(name, _generation(status), status.st_size, updated)


def _generation_at(path: Path) -> int:
    found = _stat_of(path, path.name)
    return found.generation if found else 0


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """The operating system's errors end here."""
    try:
        yield
    except OSError as error:
        hint = "Check the folder's owner and permissions." if isinstance(error, PermissionError) else ""
        raise BucketError(f"{name!r}: {error.strerror or error}", hint=hint) from error
