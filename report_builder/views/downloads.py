"""What can be taken home from the status page: the database, and the events of each month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from report_builder.conventions import written_month
from report_builder.event_files import month_key, month_path
from report_builder.rows import EventMonth
from report_builder.wording import count, plural

STORE = "data/engagement.sqlite"  # the server gives out the database itself there; the site has no copy


@dataclass(frozen=True)
class MonthFile:
    label: str
    events: str
    href: str


@dataclass(frozen=True)
class Year:
    label: str
    months: tuple[MonthFile, ...]


@dataclass(frozen=True)
class Downloads:
    """`store` is empty where no server stands between the pages and the database."""

    store: str
    summary: str
    years: tuple[Year, ...]  # the latest first


def downloads_view(months: Sequence[EventMonth], is_served: bool) -> Downloads:
    years = [
        Year(str(year), tuple(_month_file(each) for each in found))
        for year, found in groupby(months, key=lambda each: each.month // 12)
    ]
    events = sum(each.events for each in months)
    return Downloads(
        store=STORE if is_served else "",
        summary=f"{count(events)} {'event' if events == 1 else 'events'} in {plural(len(months), 'month')} (UTC)",
        years=tuple(reversed(years)),
    )


def month_records(months: Sequence[EventMonth]) -> list[dict[str, str | int]]:
    return [
        {"month": month_key(each.month), "events": each.events, "path": month_path(each.month)}
        for each in months
    ]


def _month_file(each: EventMonth) -> MonthFile:
    label = written_month(date(each.month // 12, each.month % 12 + 1, 1), year=False)
    return MonthFile(label, plural(each.events, "event"), month_path(each.month))
