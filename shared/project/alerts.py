"""When the owner is told that something stopped.

[alerts]
no_sync_hours = 24
"""

from dataclasses import dataclass

from shared.project.faults import Faults
from shared.project.lines import Path

LONGEST_HOURS = 8760  # a year
KEYS = ("no_sync_hours",)


@dataclass(frozen=True)
class Alerting:
    """`no_sync_hours`: so many hours without a sync that ended well are worth an alert."""

    no_sync_hours: int = 24


def read_alerting(given: object, path: Path, faults: Faults) -> Alerting:
    """The section `[alerts]`; whatever is wrong with it is added to `faults`."""
    if not isinstance(given, dict):
        faults.add(path, "alerts are a section: write [alerts] on a line of its own")
        return Alerting()
    for key in given.keys() - set(KEYS):
        faults.add_unknown((*path, key), f"alerts.{key} is not a setting", KEYS)
    hours = given.get("no_sync_hours", Alerting.no_sync_hours)
    if type(hours) is not int or not 1 <= hours <= LONGEST_HOURS:
        faults.add(
            (*path, "no_sync_hours"),
            f"alerts.no_sync_hours must be a whole number of hours from 1 to {LONGEST_HOURS}",
        )
        return Alerting()
    return Alerting(hours)
