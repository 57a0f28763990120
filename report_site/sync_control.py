"""Starting a sync from the report, and what there is to tell of it. How one is started is the starter's own."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from report_site.exchange import Answer, as_json
from shared.bucket import Bucket
from shared.clock import utc_now
from shared.errors import NotFound
from shared.lease import Lease

KIND, VERSION = "sync_state", 1
TOLD_OF_A_RUN = ("command", "outcome", "started_at", "finished_at")


@dataclass(frozen=True)
class Started:
    """What came of an attempt: 202 it begins, 409 one is under way, anything else went wrong and is explained."""

    status: HTTPStatus
    message: str


@dataclass(frozen=True)
class Attempt:
    """The last one made from here; times are aware, UTC. One that `is_presumed` under way was only asked for: a run
    that ended since was it."""

    since: datetime
    is_under_way: bool
    is_presumed: bool = False
    problem: str = ""


class Starter(Protocol):
    def start(self) -> Started:
        """Begins a sync and does not wait for it."""

    def last_attempt(self) -> Attempt | None:
        """None where none was made."""


class SyncControl:
    def __init__(
        self, bucket: Bucket, project: str, starter: Starter, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._bucket = bucket
        self._project = project
        self._starter = starter
        self._now = now

    def start(self) -> Answer:
        """Raises BucketError."""
        if self._state()["under_way"]:
            started = Started(HTTPStatus.CONFLICT, "A sync is under way already.")
        else:
            started = self._starter.start()
        answer = as_json(
            started.status, {"started": started.status == HTTPStatus.ACCEPTED, "message": started.message}
        )
        is_busy = started.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
        return answer.with_headers(Retry_After="60") if is_busy else answer

    def state(self) -> Answer:
        """Raises BucketError."""
        return as_json(HTTPStatus.OK, self._state())

    def _state(self) -> dict[str, object]:
        run = self._last_run()
        holder = Lease(self._bucket, f"{self._project}/leases/sync_job.json", owner="").holder(self._now())
        attempt = self._starter.last_attempt()
        ours = attempt if attempt and attempt.is_under_way else None
        if ours and ours.is_presumed and _ended_since(run, ours.since):
            ours = None
        since = holder.since if holder else ours.since.isoformat() if ours else None
        return {
            "kind": KIND,
            "version": VERSION,
            "under_way": holder is not None or ours is not None,
            "since": since or None,
            "last_run": {key: run.get(key) for key in TOLD_OF_A_RUN} if run else None,
            "problem": (attempt.problem if attempt else "") or None,
        }

    def _last_run(self) -> Mapping[str, object]:
        try:
            found = json.loads(self._bucket.read(f"{self._project}/last_run.json")[0])
        except (NotFound, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _ended_since(run: Mapping[str, object], moment: datetime) -> bool:
    ended = run.get("finished_at")
    try:
        return isinstance(ended, str) and datetime.fromisoformat(ended) >= moment
    except (ValueError, TypeError):  # no time, or one without a zone
        return False
