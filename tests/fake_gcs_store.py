"""What the fake of Cloud Storage keeps: objects with every generation they had, conditions, and a clock."""

import base64
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import google_crc32c

Query = Mapping[str, str]


class Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason


@dataclass
class Version:
    """One generation of one object; a superseded or deleted one stays readable by its generation."""

    name: str
    generation: int
    body: bytes
    fields: dict[str, Any]
    created: datetime
    updated: datetime
    metageneration: int = 1
    live: bool = True
    retired: datetime | None = None  # when it was superseded or deleted

    @cached_property
    def crc32c(self) -> str:
        checksum = google_crc32c.value(self.body)
        return base64.b64encode(int(checksum).to_bytes(4, "big")).decode()

    @cached_property
    def md5(self) -> str:
        return base64.b64encode(hashlib.md5(self.body, usedforsecurity=False).digest()).decode()

    def resource(self, bucket: str) -> dict[str, Any]:
        return {
            **self.fields,
            "kind": "storage#object",
            "bucket": bucket,
            "name": self.name,
            "generation": str(self.generation),
            "metageneration": str(self.metageneration),
            "size": str(len(self.body)),
            "crc32c": self.crc32c,
            "md5Hash": self.md5,
            "etag": f"{self.generation}/{self.metageneration}",
            "timeCreated": self.created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "updated": self.updated.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            **({"timeDeleted": self.retired.isoformat().replace("+00:00", "Z")} if self.retired else {}),
        }


class ObjectStore:
    """The objects of one bucket. `now` moves only by `advance`; a page holds `page_size` objects.

    Where it `keeps_versions`, a superseded or deleted generation can still be read; else it is gone at once.
    """

    def __init__(self, bucket: str, page_size: int, *, keeps_versions: bool) -> None:
        self.bucket = bucket
        self.page_size = page_size
        self.keeps_versions = keeps_versions
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        self.versions: dict[str, list[Version]] = {}
        self._newest = 0  # generation of all
        self._lock = threading.RLock()

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def live(self, name: str) -> Version | None:
        return next((v for v in reversed(self.versions.get(name, [])) if v.live), None)

    def put(self, name: str, body: bytes, **fields: Any) -> Version:
        """Somebody else's write: past every precondition."""
        return self.commit({}, {"name": name, **fields}, body)

    def remove(self, name: str) -> None:
        with self._lock:
            for version in list(self.versions.get(name, [])):
                self.retire(version)

    def retire(self, version: Version) -> None:
        """It is no longer the live one."""
        if version.live:
            version.live, version.retired = False, self.now
            if not self.keeps_versions:
                self.versions[version.name].remove(version)

    def commit(self, query: Query, fields: dict[str, Any], body: bytes) -> Version:
        with self._lock:
            fields = dict(fields)
            name = fields.pop("name")
            check(query, self.live(name), reading=False)
            versions = self.versions.setdefault(name, [])
            generation = max(int(self.now.timestamp() * 1e6), self._newest + 1)
            promised = fields.pop("crc32c", None), fields.pop("md5Hash", None)
            version = Version(name, generation, body, fields, self.now, self.now)
            if promised[0] not in (None, version.crc32c) or promised[1] not in (None, version.md5):
                raise Refused(400, "Provided checksum does not match the calculated one.")
            for older in list(versions):
                self.retire(older)
            versions.append(version)
            self._newest = generation
            return version

    def wanted(self, name: str, query: Query, *, reading: bool = False) -> Version:
        if "generation" in query:
            same = [v for v in self.versions.get(name, []) if v.generation == int(query["generation"])]
            version = same[0] if same else None
        else:
            version = self.live(name)
        if version is None:
            raise Refused(404, f"No such object: {self.bucket}/{name}")
        check(query, version, reading=reading)
        return version

    def page(self, query: Query) -> dict[str, Any]:
        prefix, after = query.get("prefix", ""), json.loads(query.get("pageToken", '["", 0]'))
        found = [
            version
            for name in sorted(self.versions)
            if name.startswith(prefix)
            for version in self.versions[name]
            if (version.live or query.get("versions", "").lower() == "true")
            and [name, version.generation] > after
        ]
        size = min(self.page_size, int(query.get("maxResults", self.page_size)))
        page: dict[str, Any] = {"items": [version.resource(self.bucket) for version in found[:size]]}
        if len(found) > size:
            page["nextPageToken"] = json.dumps([found[size - 1].name, found[size - 1].generation])
        return page


def check(query: Query, version: Version | None, *, reading: bool) -> None:
    """Refuses a request whose conditions are not met: 412, or 304 for a "not match" on a read."""
    asked = {key.lower(): int(value) for key, value in query.items() if key.lower().startswith("if")}
    generation = version.generation if version else 0
    metageneration = version.metageneration if version else 0
    if asked.get("ifgenerationmatch", generation) != generation:
        raise Refused(412, "conditionNotMet")
    if asked.get("ifmetagenerationmatch", metageneration) != metageneration:
        raise Refused(412, "conditionNotMet")
    unwanted = asked.get("ifgenerationnotmatch"), asked.get("ifmetagenerationnotmatch")
    if unwanted[0] == generation or unwanted[1] == metageneration:
        raise Refused(304 if reading else 412, "conditionNotMet")
