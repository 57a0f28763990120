"""Which dated copies stay: the newest of each of the last days, weeks and months that have one."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from shared.project import Backups
from sync_job.times import add_months


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


def gone_by(day: date, backups: Backups) -> date | None:
    """When the copy of a day has gone, given that every day from then on has one; None where none is ever removed."""
    if not backups.are_made:
        return None
    monday = day - timedelta(days=day.weekday())
    return max(
        day + timedelta(days=backups.daily),
        monday + timedelta(weeks=backups.weekly),
        add_months(day.replace(day=1), backups.monthly),
    )
