"""`<project>/last_run.json`: what the last run of the sync says about itself, failed ones too."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.bucket import Bucket
from shared.errors import NotFound


@dataclass(frozen=True)
class LastRun:
    """All fields may be missing in an older file. `memory_limit` is what the run had, in bytes; 0 where its files did
    not lie in memory."""

    started_ms: int | None = None
    finished_ms: int | None = None
    outcome: str = ""
    problems: tuple[str, ...] = ()
    run_id: str = ""
    command: str = ""
    counts: Mapping[str, Any] = field(default_factory=dict)
    memory_limit: int = 0

    @property
    def is_restore(self) -> bool:
        """It put an older store back, and asked nobody for news."""
        return self.command == "restore"


def fetch_last_run(bucket: Bucket, project: str) -> LastRun | None:
    try:
        return read_last_run(bucket.read(f"{project}/last_run.json")[0])
    except NotFound:
        return None


def read_last_run(body: bytes | None) -> LastRun | None:
    """None when there is no such file, or it is not one: nothing must fail because of it."""
    try:
        facts = json.loads(body) if body else None
    except ValueError:
        return None
    if not isinstance(facts, Mapping):
        return None
    problems, counts, memory = facts.get("problems"), facts.get("counts"), facts.get("memory_limit")
    return LastRun(
        started_ms=_ms(facts.get("started_at")),
        finished_ms=_ms(facts.get("finished_at")),
        outcome=str(facts.get("outcome", "")),
        problems=tuple(str(problem) for problem in problems) if isinstance(problems, list) else (),
        run_id=str(facts.get("run_id", "")),
        command=str(facts.get("command", "")),
        counts=counts if isinstance(counts, Mapping) else {},
        memory_limit=memory if isinstance(memory, int) and memory > 0 else 0,
    )


def looked_ms(synced_ms: int | None, run: LastRun | None, now: datetime) -> int | None:
    """When a run last ended well, whether it found anything or not; one that found nothing left only last_run.json."""
    ends = [synced_ms, run.finished_ms if run and run.outcome == "done" and not run.is_restore else None]
    known = [end for end in ends if end is not None]
    return min(max(known), round(now.timestamp() * 1000)) if known else None


def _ms(value: object) -> int | None:
    """Milliseconds of an ISO 8601 time with its zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return round(moment.timestamp() * 1000) if moment and moment.tzinfo else None
