"""What a report is made of: the same inputs give the same bytes, so one that has them already is not built again."""

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from importlib import metadata, resources
from zoneinfo import ZoneInfo

from shared.alerts import Odd
from shared.last_run import LastRun, looked_ms
from shared.project import ProjectSettings

OUR_CODE = ("report_builder", "shared", "site_template")
ENGINES = ("duckdb", "jinja2", "tzdata", "babel")


@dataclass(frozen=True)
class Inputs:
    """All that decides what is in a report beside data/status.json."""

    store: int  # the generation of the database; 0 without one
    settings: str
    code: str
    zone: str
    synced_ms: int | None  # when the last run that is in the database ended
    newest_ms: int | None  # when the newest event happened
    odds: str  # what the runs in the database met, as JSON, for the alerts
    moment_ms: int

    def are_still(self, store: int, settings: str, code: str, run: LastRun | None, now: datetime) -> bool:
        """Whether a report of now would be made of the same; `store`, `settings` and `code` as they are now."""
        if self.synced_ms is None or (store, settings, code) != (self.store, self.settings, self.code):
            return False
        moment = moment_of(self.synced_ms, run, now, self.zone)
        return round(moment.timestamp() * 1000) == self.moment_ms


def moment_of(synced_ms: int | None, run: LastRun | None, now: datetime, zone: str) -> datetime:
    """The moment a report speaks of as now: when the last run that brought data ended, or, if a run found nothing new
    on a later day in `zone`, the beginning of that day. It moves with the data and with the day, not by the hour.
    """
    if synced_ms is None:
        return now
    synced = min(datetime.fromtimestamp(synced_ms / 1000, UTC), now)
    looked = looked_ms(synced_ms, run, now) or synced_ms
    day = datetime.fromtimestamp(looked / 1000, UTC).astimezone(ZoneInfo(zone)).date()
    return max(synced, datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC))


def written_odds(odds: Sequence[Odd]) -> str:
    return json.dumps(odds)


def known_odds(written: str) -> tuple[Odd, ...]:
    return tuple(Odd(*each) for each in json.loads(written))


def settings_version(settings: ProjectSettings) -> str:
    return hashlib.sha256(repr(settings).encode()).hexdigest()


def code_version() -> str:
    """Changes with our code, queries and templates, and with what runs them."""
    digest = hashlib.sha256(platform.python_version().encode())
    for engine in ENGINES:
        try:
            digest.update(f"{engine} {metadata.version(engine)}\n".encode())
        except metadata.PackageNotFoundError:
            digest.update(f"no {engine}\n".encode())
    for package in OUR_CODE:
        with resources.as_file(resources.files(package)) as folder:
            for file in sorted(folder.rglob("*")):
                if file.is_file() and file.suffix != ".pyc":
                    body = file.read_bytes()
                    digest.update(f"{package}/{file.relative_to(folder)} {len(body)}\n".encode() + body)
    return digest.hexdigest()
