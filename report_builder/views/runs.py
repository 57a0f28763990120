"""What the runs of the sync say about themselves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import Clock
from report_builder.rows import SyncRun


@dataclass(frozen=True)
class RunRow:
    started: str
    command: str
    outcome: str
    mood: str
    took: str
    counts: str


def run_row(run: SyncRun, clock: Clock) -> RunRow:
    seconds = max(0, run.finished_ms - run.started_ms) / 1000
    took = f"{wording.count(seconds)} s" if seconds < 120 else f"{wording.count(seconds / 60)} min"
    mood = {"done": "good", "failed": "bad"}.get(run.outcome, "even")
    return RunRow(clock.moment(run.started_ms), run.command, run.outcome, mood, took, counts_text(run.counts))


def counts_text(counts: str) -> str:
    """`{"events": {"stored": 12, "known": 0}}` as "events: 12 stored"; zeros say nothing."""
    try:
        loaded = json.loads(counts)
    except ValueError:
        return ""
    return "; ".join(_counted(loaded)) if isinstance(loaded, Mapping) else ""


def _counted(loaded: Mapping[str, object]) -> list[str]:
    said = []
    for name, value in loaded.items():
        if isinstance(value, Mapping):
            inner = [
                f"{wording.count(n)} {key}" for key, n in value.items() if isinstance(n, int | float) and n
            ]
            if inner:
                said.append(f"{name}: {', '.join(inner)}".replace("_", " "))
        elif isinstance(value, int | float) and value:
            said.append(f"{wording.count(value)} {name}".replace("_", " "))
    return said
