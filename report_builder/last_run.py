"""Reads last_run.json: what the last run of the sync says about itself, failed ones too."""

import json
from collections.abc import Mapping
from datetime import datetime

from report_builder.clock import Clock
from report_builder.views.runs import LastRun

STARTS = ("started_at", "started", "start", "started_ms")
ENDS = ("finished_at", "finished", "end", "finished_ms")


def read_last_run(body: bytes | None, zone: str, now: datetime) -> LastRun | None:
    """None when there is no such file, or it is not one: the report must not fail because of it."""
    try:
        facts = json.loads(body) if body else None
    except ValueError:
        return None
    if not isinstance(facts, Mapping):
        return None
    clock = Clock(now, zone)
    started, finished = _time(facts, STARTS), _time(facts, ENDS)
    message = facts.get("message") or facts.get("error") or ""
    return LastRun(
        started=clock.moment(started) if started is not None else "",
        finished_ms=finished,
        outcome=str(facts.get("outcome", "")),
        message=str(message),
    )


def _time(facts: Mapping[str, object], names: tuple[str, ...]) -> int | None:
    value = next((facts[name] for name in names if facts.get(name)), None)
    if isinstance(value, int | float):
        return int(value)
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return round(moment.timestamp() * 1000) if moment.tzinfo else None
    return None
