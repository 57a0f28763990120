"""Who must not be tracked.

[privacy]
no_tracking = "no-tracking"
"""

from shared.project.faults import Faults
from shared.project.lines import Path

NO_TRACKING = "no_tracking"


def read_no_tracking(given: object, path: Path, faults: Faults) -> str:
    """The tag, or the metadata key, that `[privacy]` names; whatever is wrong with it is added to `faults`."""
    if not isinstance(given, dict):
        faults.add(
            path, 'privacy is a section: [privacy] on a line of its own, and no_tracking = "..." below'
        )
        return ""
    for key in given.keys() - {NO_TRACKING}:
        faults.add_unknown((*path, key), f"privacy.{key} is not a setting", [NO_TRACKING])
    named = given.get(NO_TRACKING, "no-tracking")
    if not isinstance(named, str) or not named:
        faults.add((*path, NO_TRACKING), "privacy.no_tracking must be text in quotes")
        return ""
    return named
