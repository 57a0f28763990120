"""What a source needs of the run it is part of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from shared.errors import RapportError, UsageError
from shared.log import Log
from shared.project import KEEP_EVERYTHING, ProjectSettings, Retention
from sync_job.collected import Collected
from sync_job.counts import Counts
from sync_job.store import Store
from sync_job.times import DAY_MS


@dataclass(frozen=True)
class Plan:
    """What was asked for. Days are the newsletter's; `until` is exclusive."""

    full: bool = False
    since: date | None = None
    until: date | None = None
    accept_deletions: bool = False
    dry_run: bool = False
    overlap_days: int = 3
    no_tracking: str = ProjectSettings.no_tracking  # the tag or metadata key of people not to be tracked
    retention: Retention = KEEP_EVERYTHING

    def __post_init__(self) -> None:
        if self.full and self.is_range:
            raise UsageError("--full walks everything: leave out --from and --to")
        if self.accept_deletions and not self.full:
            raise UsageError(
                "--accept-deletions goes with --full: it believes what a walk over everybody finds"
            )
        if self.since and self.until and self.since >= self.until:
            raise UsageError(f"--from {self.since} is not before --to {self.until} (which is exclusive)")

    @property
    def is_range(self) -> bool:
        return self.since is not None or self.until is not None

    @property
    def overlap_ms(self) -> int:
        return self.overlap_days * DAY_MS

    @property
    def is_scheduled(self) -> bool:
        """Whether this is the plain run that a schedule repeats: it may leave the work to another."""
        return not self.full and not self.is_range


@dataclass
class Session:
    store: Store
    counts: Counts
    plan: Plan
    log: Log
    now_ms: Callable[[], int]
    checkpoint: Callable[[], None]  # after each page: keeps the lease, commits when it is time
    collected: Collected | None = None  # what waits in the inbox; None for a run that leaves it alone
    problems: list[str] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)

    def problem(self, error: RapportError) -> None:
        """Something was missed; the run goes on and ends incomplete."""
        if error.explained in self.problems:
            return
        self.problems.append(error.explained)
        self.exit_codes.append(error.exit_code)
        self.log.warning(error.explained)
