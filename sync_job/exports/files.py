"""Files given on the command line: what they hold, judged before anything is written, and how to read it."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from shared.errors import UnreadableFile
from sync_job.exports.columns import EXPECTED, Collection, collection_of, shown
from sync_job.exports.rows import Layout, Row, columns, layout_of, read_rows

HEAD = 1 << 16
CHECKED_AT_ONCE = 1 << 20
MAX_MEMBERS = 1000
MAX_UNPACKED = 16 << 30
# Exports shrink ten- to thirtyfold; an archive made to fill the disk, a thousandfold.
SUSPICIOUS_RATIO = 200
SUSPICIOUS_FROM = 64 << 20


class NoExport(UnreadableFile):
    """Readable as far as it goes, but nothing that Rapport imports; within an archive that is no fault."""


@dataclass(frozen=True)
class Part:
    """One table: a file of its own, or one of an archive."""

    path: Path
    member: str | None
    layout: Layout
    collection: Collection | None  # None: an empty file

    @property
    def name(self) -> str:
        return _name(self.path, self.member)

    def rows(self) -> Iterator[Row]:
        """Raises UnreadableFile where the file is damaged, after the rows before that."""
        try:
            with _text(self.path, self.member) as stream:
                yield from read_rows(stream, self.layout)
        except OSError as error:
            raise UnreadableFile(error.strerror or str(error)) from error


@dataclass(frozen=True)
class Export:
    """One file of the command line. The parts of an archive are one export: their rows add up."""

    path: Path
    parts: tuple[Part, ...]
    skipped: tuple[str, ...] = ()  # tables of an archive that Rapport has no use for

    def of(self, collection: Collection) -> list[Part]:
        return [part for part in self.parts if part.collection == collection]


def open_export(path: Path) -> Export:
    """Raises UnreadableFile when there is nothing in it that could be imported."""
    try:
        if not zipfile.is_zipfile(path):
            if _starts_like_archive(path):
                raise UnreadableFile(f"{path.name} is an archive that breaks off: download it again")
            return Export(path, (_recognise(path, None),))
        with zipfile.ZipFile(path) as archive:
            members = _members(path, archive)
            for member in members:
                _check(archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UnreadableFile(f"{path.name} is an archive that cannot be unpacked: {error}") from error
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be read: {error.strerror or error}") from error
    parts, refusals = [], []
    for member in members:
        try:
            parts.append(_recognise(path, member))
        except NoExport as error:
            refusals.append(error)
    if not parts:
        if refusals:
            raise refusals[0]
        raise UnreadableFile(f"{path.name} is an archive without any file; expected {EXPECTED}")
    return Export(path, tuple(parts), tuple(str(error) for error in refusals))


def _members(path: Path, archive: zipfile.ZipFile) -> list[str]:
    found = [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and not any(part.startswith((".", "__MACOSX")) for part in Path(info.filename).parts)
    ]
    packed, unpacked = sum(info.compress_size for info in found), sum(info.file_size for info in found)
    is_bomb = unpacked > SUSPICIOUS_FROM and unpacked > SUSPICIOUS_RATIO * max(packed, 1)
    if len(found) > MAX_MEMBERS or unpacked > MAX_UNPACKED or is_bomb:
        raise UnreadableFile(
            f"{path.name} would unpack to {len(found):,} files of {unpacked / (1 << 20):,.0f} MB: no export does",
            hint="Unpack it yourself if you trust it, and import the files.",
        )
    if any(info.flag_bits & 1 for info in found):
        raise UnreadableFile(f"{path.name} is encrypted: unpack it first, and import the files")
    return [info.filename for info in found]


def _check(archive: zipfile.ZipFile, member: str) -> None:
    """Reads it once for its checksum, which comes last: damage would otherwise be known after its rows are stored."""
    with archive.open(member) as stream:
        while stream.read(CHECKED_AT_ONCE):
            pass


def _recognise(path: Path, member: str | None) -> Part:
    name = _name(path, member)
    with _bytes(path, member) as stream:
        text = _decoded(stream.read(HEAD), name)
    layout = layout_of(text)
    if not text.strip():
        return Part(path, member, layout, None)
    try:
        with _text(path, member) as lines:
            names = columns(lines, layout)
    except UnreadableFile as error:
        raise UnreadableFile(f"{name} breaks off: {error}; expected {EXPECTED}") from error
    if layout == "json" and not names and _is_empty_list(text):
        return Part(path, member, layout, None)
    collection = collection_of(names)
    if collection is None:
        raise NoExport(f"{name} has {shown(names)}; expected {EXPECTED}")
    return Part(path, member, layout, collection)


def _decoded(head: bytes, name: str) -> str:
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4 or len(head) < HEAD:  # else: a character cut in two by the reading
            raise NoExport(f"{name} is not text in UTF-8; expected {EXPECTED}") from error
        text = head[: error.start].decode("utf-8-sig")
    if "\0" in text:
        raise NoExport(f"{name} is not a text file; expected {EXPECTED}")
    return text


def _is_empty_list(text: str) -> bool:
    return "".join(text.split()).endswith(("[]", "[]}"))


@contextmanager
def _text(path: Path, member: str | None) -> Iterator[IO[str]]:
    """Bytes that are no UTF-8 stay recognisable in the row that has them, and cost that row alone."""
    with _bytes(path, member) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        with closing(text):
            yield text


@contextmanager
def _bytes(path: Path, member: str | None) -> Iterator[IO[bytes]]:
    with ExitStack() as stack:
        if member is None:
            yield stack.enter_context(path.open("rb"))
        else:
            yield stack.enter_context(stack.enter_context(zipfile.ZipFile(path)).open(member))


def _starts_like_archive(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"PK\x03\x04"


def _name(path: Path, member: str | None) -> str:
    return path.name if member is None else f"{member[-80:]} in {path.name}"
