"""The overview: how is the newsletter doing, and who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder.charts import Chart, Spark
from report_builder.views.emails import EmailRow
from report_builder.views.notes import Annotation, NoteMarks
from report_builder.wording import Change


@dataclass(frozen=True)
class Tile:
    metric: str  # the key of its definition
    label: str
    value: str
    unit: str
    change: Change | None
    note: str  # said instead of a change
    detail: str  # what stands behind the figure
    spark: Spark | None
    role: str  # colour role


@dataclass(frozen=True)
class Choice:
    label: str
    href: str
    here: bool


@dataclass(frozen=True)
class TrendRow:
    """One line of the table twin; the texts are also what the cursor shows."""

    label: str
    cells: tuple[str, ...]
    mark: str
    note: str = ""
    is_open: bool = False  # not over yet


@dataclass(frozen=True)
class Trend:
    takeaway: str
    chart: Chart
    heads: tuple[str, ...]
    rows: tuple[TrendRow, ...]
    csv: str
    notes: NoteMarks | None = None


@dataclass(frozen=True)
class Reader:
    label: str
    detail: str
    href: str
    score: str
    share: str
    opened: str
    clicked: str
    strip: str
    seen: str
    seen_iso: str


@dataclass(frozen=True)
class HeatCell:
    level: int
    text: str


@dataclass(frozen=True)
class HeatRow:
    label: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Heat:
    title: str
    takeaway: str
    what: str
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True)
class LinkRow:
    label: str
    detail: str
    href: str  # empty where the address is not one a browser should follow
    people: str
    raw: str  # every click, those of machines included; empty where that is not shown
    share: str


DOING_BADLY, DOING_WELL = "badly", "well"


@dataclass(frozen=True)
class Insight:
    """`evidence` has the counts behind `text`, `action` what to do next, on the page at `href`."""

    key: str
    mood: str
    text: str
    evidence: str
    action: str
    link: str
    href: str


@dataclass(frozen=True)
class Finding:
    """What a first report says at once; `href` leads to the page with more."""

    text: str
    link: str
    href: str


@dataclass(frozen=True)
class Overview:
    period: str
    span: str
    answer: str
    choices: tuple[Choice, ...]
    tiles: tuple[Tile, ...]
    findings: tuple[Finding, ...]  # of a first report; later there are none
    insights: tuple[Insight, ...]
    per_step: Trend | None
    step_name: str
    per_email: Trend | None
    notes: tuple[Annotation, ...]  # the latest of the period
    all_notes: str  # empty where these are all
    readers: tuple[Reader, ...]
    readers_note: str
    all_readers: str
    heat: Heat | None
    links: tuple[LinkRow, ...]
    emails: Sequence[EmailRow]
    all_emails: str
    data_href: str
