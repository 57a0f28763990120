"""Which dated copies stay: the newest of each of the last days, weeks and months that have one."""

from collections.abc import Callable, Iterable
from datetime import date

from shared.project import Backups


def days_to_keep(days: Iterable[date], backups: Backups) -> set[date]:
    """The newest copy of a period is kept while the period is among the newest that have one; a week begins on
    Monday. So the copy that stands for a week or a month is always one that was still there when it ended."""
    newest_first = sorted(days, reverse=True)
    tiers: tuple[tuple[int, Callable[[date], object]], ...] = (
        (backups.daily, lambda day: day),
        (backups.weekly, lambda day: day.isocalendar()[:2]),
        (backups.monthly, lambda day: (day.year, day.month)),
    )
    kept: set[date] = set()
    for most, period_of in tiers:
        newest: dict[object, date] = {}
        for day in newest_first:
            newest.setdefault(period_of(day), day)
        kept.update(list(newest.values())[:most])
    return kept
