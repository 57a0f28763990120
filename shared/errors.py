"""Everything Rapport raises on purpose. Errors carry facts; entry points turn them into words and exit codes.

RapportError
├── UsageError               wrong command line or settings; nothing was done           exit 2
│   ├── SettingsError        one or more settings are missing or malformed, by name
│   ├── ForeignDataError     this store belongs to another newsletter or another secret
│   └── UnreadableFile       a file given on the command line cannot be understood
├── BucketError              the bucket could not do what was asked                     exit 1
│   ├── NotFound             there is no such object
│   ├── GenerationConflict   somebody wrote the object first
│   └── CorruptObject        the bytes that arrived are not the bytes that were stored
├── LeaseHeld                another run is at work                                     exit 0, 1 after a wait
├── LeaseLost                our lease was taken over while we worked                   exit 1
├── StepFailed               a step of a deployment failed; what was done before it stays    exit 1
├── DatabaseBroken           the SQLite file failed its check; it was not uploaded      exit 1
└── SourceError              a source did not answer as it should                       exit 1
    ├── SourceUnavailable    still failing after every retry
    ├── SourceRefused        401, 403 or 422: asking again would not help               exit 2
    └── SourceIncomplete     rows were kept, but something is known to be missing
"""

from collections.abc import Sequence
from datetime import datetime


class RapportError(Exception):
    """The root of the tree; `hint` says what to do about it, in one sentence."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def explained(self) -> str:
        """What happened and what to do about it, in one line."""
        return f"{self}. {self.hint}" if self.hint else str(self)


class UsageError(RapportError):
    exit_code = 2


class SettingsError(UsageError):
    """Every fault found, one line each, each naming its setting."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class ForeignDataError(UsageError):
    pass


class BucketError(RapportError):
    pass


class NotFound(BucketError):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no object {name!r}")
        self.name = name


class GenerationConflict(BucketError):
    """`expected` is the generation the caller asked for; 0 means "must not exist yet"."""

    def __init__(self, name: str, expected: int) -> None:
        wish = "did not exist" if expected == 0 else f"was at generation {expected}"
        super().__init__(f"{name!r} changed meanwhile: the write was only valid while it {wish}")
        self.name = name
        self.expected = expected


class CorruptObject(BucketError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} arrived damaged: its checksum does not match")
        self.name = name


class LeaseHeld(RapportError):
    def __init__(self, name: str, owner: str, expires_at: datetime) -> None:
        super().__init__(f"another run holds {name!r}: {owner}, until {expires_at:%Y-%m-%d %H:%M:%S} UTC")
        self.name = name
        self.owner = owner
        self.expires_at = expires_at


class LeaseLost(RapportError):
    def __init__(self, name: str) -> None:
        super().__init__(f"the lease {name!r} was taken over by another run")
        self.name = name


class DatabaseBroken(RapportError):
    def __init__(self, name: str, finding: str, *, hint: str = "") -> None:
        super().__init__(f"{name} failed its integrity check: {finding}", hint=hint)
        self.finding = finding


class StepFailed(RapportError):
    """`command` is what to type to try that step alone."""

    def __init__(self, message: str, command: str, *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.command = command


class SourceError(RapportError):
    pass


class SourceUnavailable(SourceError):
    pass


class SourceRefused(SourceError):
    exit_code = 2

    def __init__(self, message: str, *, status: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class SourceIncomplete(SourceError):
    pass


class UnreadableFile(UsageError):
    pass
