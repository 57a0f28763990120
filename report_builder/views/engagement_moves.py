"""Who moved: from stage to stage, within the grid, and whom to write to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_builder.clock import Clock
from report_builder.rows import GridCell, Migration, ToWriteTo
from report_builder.scoring import GRID, ON_THE_LIST, STAGES, Stage
from report_builder.views.people import Directory, name_of, stage_word, stars_text
from report_builder.wording import count, plural, with_shares

LEVELS = 8
PEOPLE_SHOWN = 8
FROM = (*ON_THE_LIST, "unactivated", "joined")  # whoever is gone seldom comes back
GONE = ("lost", "complained", "undeliverable")
WARMTH = {"champion": 4, "active": 3, "cooling": 2, "dormant": 1}
RECENCY = {5: "14 days", 4: "30 days", 3: "90 days", 2: "180 days", 1: "longer"}
FREQUENCY = {1: "under 20%", 2: "20% and more", 3: "40% and more", 4: "60% and more", 5: "80% and more"}
LISTS = {
    "new fan": ("New fans", "became champions in the last 30 days", "data/people-new-fans.csv"),
    "returning": ("Returning", "came back after more than 90 days of nothing", "data/people-returning.csv"),
    "fading fan": ("Fading fans", "had four stars twelve weeks ago, and went quiet", "data/people-fading-fans.csv"),
    "replied": ("Repliers", "wrote back in the last 30 days", "data/people-replied.csv"),
}  # fmt: skip


@dataclass(frozen=True)
class HeatCell:
    text: str
    level: int
    label: str  # what the place is called; empty: nothing special


@dataclass(frozen=True)
class HeatRow:
    label: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Matrix:
    takeaway: str
    heads: tuple[str, ...]
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True)
class PersonToWriteTo:
    label: str
    detail: str
    href: str
    stars: str
    ago: str


@dataclass(frozen=True)
class WriteList:
    title: str
    meaning: str
    people: tuple[PersonToWriteTo, ...]
    total: str
    csv: str


def migration(found: Sequence[Migration]) -> Matrix | None:
    """From the rows to the columns; None when nobody was there before."""
    if not any(row.from_stage != "joined" for row in found):
        return None
    people = {(row.from_stage, row.to_stage): row.people for row in found}
    froms = [s for s in FROM if any((s, t) in people for t in STAGES)]
    tos = [t for t in STAGES if any((s, t) in people for s in froms)]
    moved = max((n for (s, t), n in people.items() if s != t), default=1)
    return Matrix(
        takeaway=_migration_says(people),
        heads=tuple(stage_word(t) for t in tos),
        rows=tuple(
            HeatRow(
                "Joined since" if s == "joined" else stage_word(s),  # type: ignore[arg-type]
                tuple(_move(people.get((s, t), 0), moved, stays=s == t) for t in tos),
            )
            for s in froms
        ),
    )


def _move(people: int, highest: int, *, stays: bool) -> HeatCell:
    level = 0 if stays or not people else max(1, round(people / highest * LEVELS))
    return HeatCell(count(people) if people else "", level, "stayed" if stays and people else "")


def _migration_says(people: Mapping[tuple[str, Stage], int]) -> str:
    pairs = [(WARMTH[s], WARMTH[t], n) for (s, t), n in people.items() if s in WARMTH and t in WARMTH]
    up = sum(n for before, now, n in pairs if now > before)
    down = sum(n for before, now, n in pairs if now < before)
    gone = sum(n for (s, t), n in people.items() if s in ON_THE_LIST and t in GONE)
    return f"{plural(up, 'reader')} became warmer, {count(down)} colder, and {count(gone)} left."


def grid(found: Sequence[GridCell]) -> Matrix | None:
    if not found:
        return None
    people = {(cell.recency_step, cell.frequency_step): cell.people for cell in found}
    highest = max(people.values())
    best = sum(n for (r, f), n in people.items() if GRID[r][f - 1] == "Faithful")
    once = sum(n for (r, f), n in people.items() if GRID[r][f - 1] == "Once faithful")
    return Matrix(
        takeaway=f"{plural(best, 'reader')} did something lately, and with most of their last ten emails; "
        f"{count(once)} used to, and have been silent for more than 90 days. In it are the "
        f"{count(sum(people.values()))} people on the list of whom three emails could be measured.",
        heads=tuple(with_shares(text) for text in FREQUENCY.values()),
        rows=tuple(
            HeatRow(
                RECENCY[r], tuple(_place(people.get((r, f), 0), highest, GRID[r][f - 1]) for f in FREQUENCY)
            )
            for r in RECENCY
        ),
    )


def _place(people: int, highest: int, label: str) -> HeatCell:
    return HeatCell(count(people), max(1, round(people / highest * LEVELS)) if people else 0, label)


def write_lists(found: Sequence[ToWriteTo], directory: Directory, clock: Clock) -> tuple[WriteList, ...]:
    lists = []
    for reason, (title, meaning, csv) in LISTS.items():
        mine = [row for row in found if row.reason == reason]
        people = []
        for row in mine[:PEOPLE_SHOWN]:
            name = name_of(row.name, row.email, row.uuid)
            ago = clock.ago(row.at_ms) if row.at_ms is not None else ""
            people.append(
                PersonToWriteTo(name.main, name.detail, directory.href(row.uuid), stars_text(row.stars), ago)
            )
        lists.append(WriteList(title, meaning, tuple(people), plural(len(mine), "person", "people"), csv))
    return tuple(lists)
