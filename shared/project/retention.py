"""How long what is known stays linked to people.

[retention]
events_months = 24
people_months = 36
"""

from dataclasses import dataclass

from shared.project.faults import Faults
from shared.project.lines import Path

MOST_MONTHS = 1200


@dataclass(frozen=True)
class Retention:
    """In calendar months; None keeps everything.

    Events older than `events_months` are of nobody. People who left more than `people_months` ago are forgotten.
    """

    events_months: int | None = None
    people_months: int | None = None


KEEP_EVERYTHING = Retention()
KEYS = tuple(Retention.__dataclass_fields__)


def read_retention(given: object, path: Path, faults: Faults) -> Retention:
    """The section `[retention]`; whatever is wrong with it is added to `faults`."""
    if not isinstance(given, dict):
        faults.add(
            path, "retention is a section: [retention] on a line of its own, and events_months = 24 below"
        )
        return KEEP_EVERYTHING
    months: dict[str, int] = {}
    for key, value in given.items():
        if key not in KEYS:
            faults.add_unknown((*path, key), f"retention.{key} is not a setting", KEYS)
        elif not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_MONTHS:
            faults.add(
                (*path, key), f"retention.{key} must be a whole number of months from 1 to {MOST_MONTHS}"
            )
        else:
            months[key] = value
    return Retention(**months)
