"""Puts a built site into the bucket: only what changed, in an order that never shows a page before what it needs.

The manifest remembers, for every object, the hash of its content and the generation our write gave it. An object
counts as published only if the bucket still has that very generation. So a publish that was interrupted anywhere is
repaired by the next one: what it had replaced has a generation the manifest does not know, and is written again.
It also remembers what the site was made of, so that a site of the same inputs need not be made at all.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import groupby

from report_builder.inputs import Inputs
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
    made_of: str = ""  # where a file is made anew only if this changed


@dataclass(frozen=True)
class Manifest:
    """What the last publish left; `inputs` is None where it did not say what it was made of."""

    files: Mapping[str, Known] = field(default_factory=dict)
    inputs: Inputs | None = None


def publish(
    bucket: Bucket,
    prefix: str,
    files: Mapping[str, bytes],
    *,
    made_of: Mapping[str, str] | None = None,
    inputs: Inputs | None = None,
    is_ours: bool = True,
    workers: int = 1,
) -> Published:
    """Makes the objects below `prefix` ("project/site/") exactly `files`. Running it twice writes nothing twice.

    `made_of` remembers of some paths what they were made of; those of them that are not among `files` stay as they
    are. In a place that is not all `is_ours`, a folder somebody named, only what an earlier publish put there is ever
    removed. `workers` write at the same time, which pays where each write is a request.
    """
    before = read_manifest(bucket, prefix)
    known, present = before.files, _present(bucket, prefix)
    if not is_ours and (foreign := sorted((files.keys() & present.keys()) - known.keys())):
        raise UsageError(
            f"{bucket.url} holds a file {foreign[0]!r} that is not of a report: it would be overwritten",
            hint="Choose an empty folder, or the one of an earlier report.",
        )
    reasons = made_of or {}
    hashes = {path: hashlib.sha256(body).hexdigest() for path, body in files.items()}
    kept = {path: known[path].sha256 for path in reasons.keys() & known.keys() - files.keys()}
    wanted = hashes | kept
    manifest = {
        path: Known(before.sha256, before.generation, reasons.get(path, ""))
        for path, before in known.items()
        if wanted.get(path) == before.sha256 and present.get(path) == before.generation
    }
    changed = sorted(files.keys() - manifest.keys(), key=_publishing_order)
    with ThreadPoolExecutor(workers) as pool:
        for _, stage in groupby(changed, key=lambda path: _publishing_order(path)[0]):
            paths = list(stage)
            for path, generation in zip(paths, pool.map(_writer(bucket, prefix, files), paths), strict=True):
                manifest[path] = Known(hashes[path], generation, reasons.get(path, ""))
    # last, because until now pages of the build before may still have asked for these
    gone = sorted((present.keys() if is_ours else present.keys() & known.keys()) - files.keys() - kept.keys())
    for path in gone:
        bucket.delete(prefix + path)
    if changed or gone or Manifest(manifest, inputs) != before:
        bucket.write(prefix + MANIFEST, _manifest_bytes(Manifest(manifest, inputs)))
    unchanged = len(files) + len(kept) - len(changed)
    return Published(len(changed), len(gone), unchanged, sum(len(files[path]) for path in changed))


def published_of(bucket: Bucket, prefix: str) -> dict[str, str]:
    """What the files that remember it were made of; those that somebody touched since count as not there."""
    known, present = read_manifest(bucket, prefix).files, _present(bucket, prefix)
    return {
        path: each.made_of
        for path, each in known.items()
        if each.made_of and present.get(path) == each.generation
    }


def publish_again(
    bucket: Bucket, prefix: str, before: Manifest, files: Mapping[str, bytes], *, is_ours: bool = True
) -> Published | None:
    """Replaces just `files` of the site that `before` describes, where they differ.

    None, and nothing is written, if somebody has touched that site since: then it must be published whole.
    """
    present = _present(bucket, prefix)
    if not is_ours:
        present = {path: generation for path, generation in present.items() if path in before.files}
    if not files.keys() <= before.files.keys() or present != {
        path: known.generation for path, known in before.files.items()
    }:
        return None
    changed = [p for p in sorted(files) if hashlib.sha256(files[p]).hexdigest() != before.files[p].sha256]
    manifest = dict(before.files)
    for path in changed:
        generation = bucket.write(prefix + path, files[path])
        manifest[path] = Known(hashlib.sha256(files[path]).hexdigest(), generation)
    if changed:
        bucket.write(prefix + MANIFEST, _manifest_bytes(Manifest(manifest, before.inputs)))
    written = sum(len(files[path]) for path in changed)
    return Published(len(changed), 0, len(manifest) - len(changed), written)


def _present(bucket: Bucket, prefix: str) -> dict[str, int]:
    """The generation of every object below the prefix but the manifest."""
    present = {stat.name.removeprefix(prefix): stat.generation for stat in bucket.list(prefix)}
    present.pop(MANIFEST, None)
    return present


def _writer(bucket: Bucket, prefix: str, files: Mapping[str, bytes]) -> Callable[[str], int]:
    return lambda path: bucket.write(prefix + path, files[path])


def _publishing_order(path: str) -> tuple[int, str]:
    """Assets, then data, then the pages that use them, and the front page when all the others are there."""
    if path.startswith("assets/"):
        return 0, path
    if not path.endswith(".html"):
        return 1, path
    return (3 if path == "index.html" else 2), path


def read_manifest(bucket: Bucket, prefix: str) -> Manifest:
    """Empty when there is none, or it is not readable: then everything is written again."""
    try:
        body, _ = bucket.read(prefix + MANIFEST)
        manifest = json.loads(body)
        if manifest["version"] != VERSION:
            return Manifest()
        files = {
            path: Known(str(sha256), int(generation), *map(str, made_of))
            for path, (sha256, generation, *made_of) in manifest["files"].items()
        }
    except (NotFound, ValueError, KeyError, TypeError, AttributeError):
        return Manifest()
    try:
        return Manifest(files, Inputs(**manifest["inputs"]))
    except (KeyError, TypeError):
        return Manifest(files)


def _manifest_bytes(manifest: Manifest) -> bytes:
    files = {
        path: [each.sha256, each.generation, *filter(None, [each.made_of])]
        for path, each in sorted(manifest.files.items())
    }
    inputs = asdict(manifest.inputs) if manifest.inputs else None
    return json.dumps({"version": VERSION, "inputs": inputs, "files": files}, separators=(",", ":")).encode()
