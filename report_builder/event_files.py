"""All events for download, a Parquet file for each month: a month in which nothing changed is not even made again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_builder.rows import EventMonth
from report_builder.warehouse import Warehouse


@dataclass(frozen=True)
class EventFiles:
    """`made_of` says of every month's path what it is made of; `files` has those that had to be made."""

    files: dict[str, bytes]
    made_of: dict[str, str]


def event_files(
    warehouse: Warehouse, months: Sequence[EventMonth], published: Mapping[str, str]
) -> EventFiles:
    """`published` says what the files that are there already were made of."""
    made_of = {month_path(each.month): each.made_of for each in months}
    wanted = [each for each in months if published.get(month_path(each.month)) != each.made_of]
    files = {month_path(month): body for month, body in warehouse.event_files(wanted)}
    return EventFiles(files, made_of)


def month_path(month: int) -> str:
    return f"data/events/{month_key(month)}.parquet"


def month_key(month: int) -> str:
    """ "2026-11"."""
    return f"{month // 12}-{month % 12 + 1:02}"
