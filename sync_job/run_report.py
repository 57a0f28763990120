"""What came of a run: for last_run.json, for the history in the store, and in words."""

import json
from dataclasses import dataclass, field
from typing import Any

from shared.errors import RapportError
from sync_job.counts import Counts
from sync_job.times import iso


@dataclass
class Report:
    """What came of a run; `problems` are what it missed, in words, `warnings` what went wrong beside it."""

    run_id: str
    command: str
    started_ms: int
    counts: Counts
    problems: list[str]
    outcome: str = "failed"
    finished_ms: int = 0
    exit_code: int = 1
    newsletter: str = ""
    warnings: list[str] = field(default_factory=list)
    store_bytes: int = 0  # how large the store is now: an alert of the deployment watches it
    committed: Counts = field(default_factory=Counts)  # as they were when the last commit was made

    def conclude(self, problems: list[str], exit_codes: list[int], finished_ms: int) -> None:
        """The work is over; what it missed makes it incomplete."""
        self.problems, self.finished_ms = problems, finished_ms
        self.outcome = "incomplete" if problems else "done"
        self.exit_code = max(exit_codes, default=0)

    def as_dict(self) -> dict[str, Any]:
        return {
            "version": 1,
            "run_id": self.run_id,
            "command": self.command,
            "started_at": iso(self.started_ms),
            "finished_at": iso(self.finished_ms),
            "outcome": self.outcome,
            "problems": [*self.problems, *self.warnings],
            "store_bytes": self.store_bytes,
            "counts": self.counts.as_dict(),
        }


def words_of(error: BaseException) -> str:
    if isinstance(error, RapportError):
        return error.explained
    if isinstance(error, SystemExit | KeyboardInterrupt):
        return "stopped from outside before it was done"
    return f"{type(error).__name__}: {error}"


def history_row(report: Report) -> dict[str, Any]:
    """The row of `sync_runs`."""
    return {
        "id": report.run_id,
        "command": report.command,
        "started_ms": report.started_ms,
        "finished_ms": report.finished_ms,
        "outcome": report.outcome,
        "counts": json.dumps(
            report.counts.as_dict() | ({"problems": report.problems} if report.problems else {})
        ),
    }
