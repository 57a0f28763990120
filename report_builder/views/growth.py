"""Growth and churn: where good readers come from, and why they leave."""

from dataclasses import dataclass

from report_builder.columns import ColumnChart
from report_builder.views.overview import Tile


@dataclass(frozen=True)
class Share:
    """A rate in a table cell with the people behind it; `bar` in per cent, `value` for sorting."""

    text: str
    counts: str
    bar: str
    value: str
    known: bool


@dataclass(frozen=True)
class MonthRow:
    label: str
    is_open: bool
    cells: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Months:
    takeaway: str
    chart: ColumnChart
    rows: tuple[MonthRow, ...]
    undated: str  # who is in no month, and why; empty: nobody
    csv: str


@dataclass(frozen=True)
class SourceFlow:
    """People who came, who left, and the difference, lately and ever."""

    label: str
    lately: tuple[str, str, str]
    ever: tuple[str, str, str]


@dataclass(frozen=True)
class SourceRow:
    label: str
    sign_ups: str
    activated: Share
    engaged: Share
    here: Share
    complained: Share


@dataclass(frozen=True)
class SourceTable:
    title: str
    rows: tuple[SourceRow, ...]
    more: str  # how many are not shown; empty: none


@dataclass(frozen=True)
class GridCell:
    """`kind`: "value", "open" (not over yet), "few", "unmeasured", "none" (still to come)."""

    kind: str
    level: int
    text: str


@dataclass(frozen=True)
class GridRow:
    label: str
    people: str
    is_few: bool
    cells: tuple[GridCell, ...]


@dataclass(frozen=True)
class Grid:
    key: str
    metric: str
    label: str
    takeaway: str
    rows: tuple[GridRow, ...]


@dataclass(frozen=True)
class Bar:
    label: str
    people: str
    share: str
    bar: str


@dataclass(frozen=True)
class LeftAfter:
    """An email and who left because of it."""

    subject: str
    href: str
    sent: str
    people: str
    share: Share


@dataclass(frozen=True)
class Leaving:
    reasons_note: str
    reasons: tuple[Bar, ...]
    ages_note: str
    ages: tuple[Bar, ...]
    emails_note: str
    emails: tuple[LeftAfter, ...]


@dataclass(frozen=True)
class Growth:
    answer: str
    since: str
    tiles: tuple[Tile, ...]
    months: Months | None
    flows: tuple[SourceFlow, ...]
    sources: SourceTable
    campaigns: tuple[SourceTable, ...]
    grids: tuple[Grid, ...]
    grids_csv: str
    leaving: Leaving
