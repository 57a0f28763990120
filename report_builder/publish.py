"""Puts a built site into the bucket: only what changed, in an order that never shows a page before what it needs.

The manifest remembers, for every object, the hash of its content and the generation our write gave it. An object
counts as published only if the bucket still has that very generation. So a publish that was interrupted anywhere is
repaired by the next one: what it had replaced has a generation the manifest does not know, and is written again.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby

from shared.bucket import Bucket
from shared.errors import NotFound, UsageError

MANIFEST = "manifest.json"
VERSION = 1


@dataclass(frozen=True)
class Published:
    """How many objects were written, removed and left alone, and how many bytes were written."""

    written: int
    removed: int
    unchanged: int
    bytes_written: int


@dataclass(frozen=True)
class Known:
    sha256: str
    generation: int


def publish(
    bucket: Bucket, prefix: str, files: Mapping[str, bytes], *, is_ours: bool = True, workers: int = 1
) -> Published:
    """Makes the objects below `prefix` ("project/site/") exactly `files`. Running it twice writes nothing twice.

    In a place that is not all `is_ours`, a folder somebody named, only what an earlier publish put there is ever
    removed. `workers` write at the same time, which pays where each write is a request.
    """
    known = _read_manifest(bucket, prefix)
    present = {stat.name.removeprefix(prefix): stat.generation for stat in bucket.list(prefix)}
    present.pop(MANIFEST, None)
    if not is_ours and (foreign := sorted((files.keys() & present.keys()) - known.keys())):
        raise UsageError(
            f"{bucket.url} holds a file {foreign[0]!r} that is not of a report: it would be overwritten",
            hint="Choose an empty folder, or the one of an earlier report.",
        )
    hashes = {path: hashlib.sha256(body).hexdigest() for path, body in files.items()}
    manifest = {
        path: before
        for path, before in known.items()
        if hashes.get(path) == before.sha256 and present.get(path) == before.generation
    }
    changed = sorted(files.keys() - manifest.keys(), key=_publishing_order)
    with ThreadPoolExecutor(workers) as pool:
        for _, stage in groupby(changed, key=lambda path: _publishing_order(path)[0]):
            paths = list(stage)
            for path, generation in zip(paths, pool.map(_writer(bucket, prefix, files), paths), strict=True):
                manifest[path] = Known(hashes[path], generation)
    # last, because until now pages of the build before may still have asked for these
    gone = sorted((present.keys() if is_ours else present.keys() & known.keys()) - files.keys())
    for path in gone:
        bucket.delete(prefix + path)
    if changed or gone or manifest != known:
        bucket.write(prefix + MANIFEST, _manifest_bytes(manifest))
    return Published(
        len(changed), len(gone), len(files) - len(changed), sum(len(files[path]) for path in changed)
    )


def _writer(bucket: Bucket, prefix: str, files: Mapping[str, bytes]) -> Callable[[str], int]:
    return lambda path: bucket.write(prefix + path, files[path])


def _publishing_order(path: str) -> tuple[int, str]:
    """Assets, then data, then the pages that use them, and the front page when all the others are there."""
    if path.startswith("assets/"):
        return 0, path
    if not path.endswith(".html"):
        return 1, path
    return (3 if path == "index.html" else 2), path


def _read_manifest(bucket: Bucket, prefix: str) -> dict[str, Known]:
    """Empty when there is none, or it is not readable: then everything is written again."""
    try:
        body, _ = bucket.read(prefix + MANIFEST)
        manifest = json.loads(body)
        if manifest["version"] != VERSION:
            return {}
        return {
            path: Known(str(sha256), int(generation))
            for path, (sha256, generation) in manifest["files"].items()
        }
    except (NotFound, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _manifest_bytes(manifest: Mapping[str, Known]) -> bytes:
    files = {path: [known.sha256, known.generation] for path, known in sorted(manifest.items())}
    return json.dumps({"version": VERSION, "files": files}, separators=(",", ":")).encode()
