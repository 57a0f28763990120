"""What one can go back to: the versions of the store that the bucket keeps, and the copies made of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from shared.bucket import Bucket, Stat
from shared.errors import UsageError
from sync_job.backups.daily import FOLDER, dated

DATABASE = "engagement.sqlite"
BEFORE_RESTORE = "before-restore-"
LIST_HINT = "`rapport backups` lists what there is and how to name it."

Kind = Literal["live", "version", "daily", "before restore"]


@dataclass(frozen=True)
class State:
    """The store as it was at `at` (UTC, whole seconds): what lies in this generation of this object.

    A daily copy was made just before something changed, so at that moment it was true; `handle` names the state
    after `--at`.
    """

    kind: Kind
    name: str
    generation: int
    at: datetime
    size: int
    handle: str


def list_states(bucket: Bucket, project: str) -> list[State]:
    """Everything one can go back to and, where there is one, the live store; newest first."""
    database = f"{project}/{DATABASE}"
    live = bucket.stat(database)
    states = [_version(each, live) for each in bucket.versions(database)]
    folder = f"{project}/{FOLDER}/"
    for found in bucket.list(folder):
        file_name = found.name.removeprefix(folder)
        stem = file_name.removesuffix(".sqlite")
        if dated(file_name):
            states.append(_state("daily", found, stem))
        elif stem.startswith(BEFORE_RESTORE) and stem != file_name:
            states.append(_state("before restore", found, stem))
    # A version rather than a copy of the same moment, for it is the later one of the two.
    return sorted(states, key=lambda state: (state.at, state.kind in ("live", "version")), reverse=True)


def choose(states: Sequence[State], wish: str, zone: ZoneInfo) -> State:
    """The state that is meant by a day, a time, a generation, or a name of `rapport backups`.

    A day is its beginning, before its first change. Of a time without an offset the zone is the given one. It is
    the newest state not after it; copies made before a restore are chosen by their name alone, for they may be
    broken. Raises UsageError when there is none.
    """
    wish = wish.strip()
    for state in states:
        if state.handle == wish:
            return state
    if wish.isdigit():
        raise UsageError(f"there is no generation {wish} any more", hint=LIST_HINT)
    if wish.startswith(BEFORE_RESTORE):
        raise UsageError(f"there is no copy named {wish}", hint=LIST_HINT)
    moment = moment_of(wish, zone)
    timed = [state for state in states if state.kind != "before restore"]
    found = next((state for state in timed if state.at <= moment), None)
    if found is None:
        oldest = (
            f"the oldest is of {timed[-1].at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
            if timed
            else "there is none"
        )
        raise UsageError(f"nothing is as old as {wish}: {oldest}", hint=LIST_HINT)
    return found


def moment_of(wish: str, zone: ZoneInfo) -> datetime:
    """The time that a text names, UTC; raises UsageError."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", wish):
            moment = datetime.combine(date.fromisoformat(wish), time(), zone)
        else:
            moment = datetime.fromisoformat(wish)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"--at {wish!r} is no day, no time and no generation: write 2026-08-20, '2026-08-20 14:30' "
            "or '2026-08-20T14:30+02:00'",
            hint=LIST_HINT,
        ) from None


def _version(found: Stat, live: Stat | None) -> State:
    is_live = live is not None and live.generation == found.generation
    return _state("live" if is_live else "version", found, str(found.generation))


def _state(kind: Kind, found: Stat, handle: str) -> State:
    return State(kind, found.name, found.generation, found.updated.replace(microsecond=0), found.size, handle)
