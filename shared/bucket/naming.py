"""What follows from an object's name: whether it may exist, and how a browser should treat it."""

import re
from dataclasses import dataclass

from shared.errors import BucketError

# Parts that begin so are the adapters' own (lock, half-written file, clock): never listed, never given out.
RESERVED_PREFIX = ".rapport-"
CLOCK = f"{RESERVED_PREFIX}clock"  # written to learn the time of the store

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    ".toml": "application/toml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".gz": "application/gzip",
    ".sqlite": "application/vnd.sqlite3",
    ".parquet": "application/vnd.apache.parquet",
}

# The report is behind a login: no shared cache may keep it. What is named by its content never changes.
REVALIDATE = "private, no-cache"
IMMUTABLE = "private, max-age=31536000, immutable"
NEVER_KEPT = "no-store"

# Text of the report is kept packed in Cloud Storage: a browser gets the stored bytes as they are.
PACKED = frozenset({".html", ".css", ".js", ".json", ".csv", ".svg"})

_HASHED_ASSET = re.compile(r"[.-][0-9a-f]{8,64}\.(css|js|svg|png|ico|woff2)$")


@dataclass(frozen=True)
class Headers:
    content_type: str
    cache_control: str
    content_encoding: str = ""  # "gzip", or "" where the bytes are stored as they are


def headers_for(name: str) -> Headers:
    """What to answer beside the bytes. Only what is in the report (`<project>/site/`) may be kept at all."""
    found = re.search(r"\.[^./]+$", name)
    suffix = found[0].lower() if found else ""
    content_type = CONTENT_TYPES.get(suffix, "application/octet-stream")
    if "site" not in name.split("/")[:-1]:
        return Headers(content_type, NEVER_KEPT)
    cache_control = IMMUTABLE if _HASHED_ASSET.search(name) else REVALIDATE
    return Headers(content_type, cache_control, "gzip" if suffix in PACKED else "")


def is_name(name: str) -> bool:
    """Whether both a folder and Cloud Storage can hold an object by this name unchanged.

    Relative, "/" between non-empty parts, none of them "." or ".." or reserved, no control characters or
    backslashes, and short enough for either store: 1,024 bytes in all, 255 in a part.
    """
    try:
        sizes = [len(part.encode()) for part in name.split("/")]
    except UnicodeEncodeError:  # half of a surrogate pair: no store can spell it
        return False
    return (
        not any(part in (".", "..") or part.startswith(RESERVED_PREFIX) for part in name.split("/"))
        and all(0 < size <= 255 for size in sizes)
        and sum(sizes) + len(sizes) - 1 <= 1024
        and not re.search(r"[\x00-\x1f\x7f\\]", name)
    )


def check_name(name: str) -> str:
    """The name itself; raises BucketError if it is none."""
    if not is_name(name):
        raise BucketError(f"{name!r} cannot be the name of an object")
    return name
