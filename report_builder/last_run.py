"""Reads last_run.json: what the last run of the sync says about itself, failed ones too."""

import json
from collections.abc import Mapping
from datetime import datetime

from report_builder.views.runs import LastRun


def read_last_run(body: bytes | None) -> LastRun | None:
    """None when there is no such file, or it is not one: the report must not fail because of it."""
    try:
        facts = json.loads(body) if body else None
    except ValueError:
        return None
    if not isinstance(facts, Mapping):
        return None
    problems = facts.get("problems")
    return LastRun(
        started_ms=_ms(facts.get("started_at")),
        finished_ms=_ms(facts.get("finished_at")),
        outcome=str(facts.get("outcome", "")),
        problems=tuple(str(problem) for problem in problems) if isinstance(problems, list) else (),
        is_restore=facts.get("command") == "restore",
    )


def _ms(value: object) -> int | None:
    """Milliseconds of an ISO 8601 time with its zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return round(moment.timestamp() * 1000) if moment and moment.tzinfo else None
