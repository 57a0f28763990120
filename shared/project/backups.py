"""How many dated copies of the store are kept.

[backups]
daily = 7
weekly = 4
monthly = 6
"""

from dataclasses import dataclass, fields

from shared.project.faults import Faults
from shared.project.lines import Path

MOST = 1000


@dataclass(frozen=True)
class Backups:
    """Of the newest days, weeks and months that have copies, so many keep their last one. 0 switches a tier off;
    all three at 0: no copies are made, and those that are there stay."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 6

    @property
    def are_made(self) -> bool:
        return bool(self.daily or self.weekly or self.monthly)


DEFAULT_BACKUPS = Backups()
TIERS = tuple(each.name for each in fields(Backups))


def read_backups(given: object, path: Path, faults: Faults) -> Backups:
    """What `[backups]` says; whatever is wrong with it is added to `faults`."""
    if not isinstance(given, dict):
        faults.add(path, "the backups begin with [backups] on a line of its own")
        return Backups()
    read: dict[str, int] = {}
    for tier, most in given.items():
        if tier not in TIERS:
            faults.add_unknown((*path, tier), f"{path[-1]}.{tier} is not a setting", TIERS)
        elif not isinstance(most, int) or isinstance(most, bool) or not 0 <= most <= MOST:
            faults.add((*path, tier), f"{path[-1]}.{tier} must be a whole number from 0 (none) to {MOST:,}")
        else:
            read[tier] = most
    return Backups(**read)
