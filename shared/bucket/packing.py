"""How text is packed in Cloud Storage: gzip, and the same bytes every time for the same text."""

import gzip
import shutil
import tempfile
import zlib
from typing import BinaryIO, cast

GZIP = "gzip"
LEVEL = 6
# What is still packed in memory; anything larger goes over the disk.
HELD_BYTES = 8 << 20


def pack(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)


def unpack(body: bytes) -> bytes:
    """Raises ValueError where the bytes are not whole."""
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error


def pack_file(source: BinaryIO) -> BinaryIO:
    """The same from a file, into a temporary one that stands at its beginning: memory stays flat."""
    packed = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=HELD_BYTES))  # noqa: SIM115 - the caller's
    with gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=packed, mtime=0) as file:
        shutil.copyfileobj(source, file, 1 << 20)
    packed.seek(0)
    return packed


def unpack_file(source: BinaryIO, target: BinaryIO) -> None:
    """Raises ValueError where the bytes are not whole."""
    try:
        with gzip.GzipFile(fileobj=source) as file:
            shutil.copyfileobj(file, target, 1 << 20)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(str(error)) from error
