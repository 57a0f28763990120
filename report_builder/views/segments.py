"""Segments and tags: do groups of readers differ?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from report_builder.comparison import Compared
from report_builder.geometry import number
from report_builder.views.people import status_word
from report_builder.views.segments_answer import RATES, Overlap
from report_builder.wording import TOO_FEW, UNKNOWN, count, percent

MOST_TAGS = 30
MARKS = {"higher": "▲ above others", "lower": "▼ below others"}
KINDS = {
    "segment": ("Segments", "Segment"),
    "tag": ("Tags", "Tag"),
    "status": ("Statuses of those on the list", "Status"),
}


@dataclass(frozen=True)
class Figure:
    """A rate in a cell: `bar` in per cent of the widest in its column, `of` the counts behind it."""

    text: str
    of: str
    bar: str
    value: str
    known: bool
    mark: str  # whether it differs from everybody else's; empty: not by more than chance


@dataclass(frozen=True)
class GroupRow:
    name: str
    note: str  # what the segment's rule says, in words
    href: str
    csv: str
    people: str
    people_value: int
    active: str
    active_value: int
    bars: tuple[Figure, ...]  # engaged, clicked, opened
    plain: tuple[Figure, ...]  # click-to-open, unsubscribed
    score: str
    score_value: str
    score_known: bool


@dataclass(frozen=True)
class GroupTable:
    kind: str
    title: str
    head: str
    takeaway: str
    rows: tuple[GroupRow, ...]
    everybody: GroupRow


@dataclass(frozen=True)
class Segments:
    answer: str
    doubts: tuple[str, ...]
    tables: tuple[GroupTable, ...]
    overlap: Overlap | None
    has_segments: bool
    csv: str


@dataclass(frozen=True)
class Words:
    """What a segment's row says beside its numbers."""

    note: str
    csv: str


def tables(compared: Sequence[Compared], words: Mapping[str, Words], tags: int) -> tuple[GroupTable, ...]:
    """One for each kind of group that there is; `words` of segments by name, `tags` is how many there are in all."""
    made = []
    for kind, (title, head) in KINDS.items():
        mine = [each for each in compared if each.group.kind == kind]
        if not mine:
            continue
        shown = [*mine, compared[0]]
        widest = {key: max(each.rates[key].pool.rate or 0 for each in shown) for key in RATES}
        rows = tuple(_row(each, words, widest) for each in shown)
        takeaway = _takeaway(mine)
        if kind == "tag" and tags > len(mine):
            takeaway += f" These are the {count(len(mine))} tags most people have, of {count(tags)}."
        if any(each.hides_departures for each in mine):
            takeaway += " An unsubscribe rate is missing where nobody who left can be in the group."
        made.append(GroupTable(kind, title, head, takeaway, rows[:-1], rows[-1]))
    return tuple(made)


def _takeaway(groups: Sequence[Compared]) -> str:
    testable = [each for each in groups if each.group.is_testable]
    made = [f"“{each.group.key}”" for each in groups if each.group.is_by_behaviour]
    said = _differing(testable) if testable else ""
    if made:
        verb, their = ("is", "its") if len(made) == 1 else ("are", "their")
        names = " and ".join(each for each in (", ".join(made[:-1]), made[-1]) if each)
        said += f" {names} {verb} defined by what people do, so {their} difference is no finding."
    return said.strip()


def _differing(testable: Sequence[Compared]) -> str:
    parts = []
    for key, name in RATES.items():
        marked = [each.differences[key] for each in testable if key in each.differences]
        sides = [
            f"{count(marked.count(side))} {word}"
            for side, word in (("higher", "above"), ("lower", "below"))
            if side in marked
        ]
        if sides:
            parts.append(f"{name}: {' and '.join(sides)} everybody else")
    if not parts:
        return "None differs from everybody else by more than chance."
    return f"{'; '.join(parts).capitalize()}."


def _row(each: Compared, words: Mapping[str, Words], widest: Mapping[str, float]) -> GroupRow:
    people, score = each.counts.people, each.mean_score
    kind, key = each.group.kind, each.group.key
    shown = status_word(key) if kind == "status" else key
    said = words[key] if kind == "segment" else Words("", "")
    # the counts beside the link are of everybody; a segment or status says so by itself
    asked = ({str(kind): shown} if shown else {}) | ({} if kind in ("segment", "status") else {"who": "all"})
    return GroupRow(
        name=(shown.strip() or "(blank)") if shown else "Everybody",
        note=said.note,
        href=f"subscribers.html?{urlencode(asked)}",
        csv=said.csv,
        people=count(people.people),
        people_value=people.people,
        active=count(people.active),
        active_value=people.active,
        bars=tuple(_figure(each, key, widest[key]) for key in RATES),
        plain=tuple(_figure(each, key, 0) for key in ("click_to_open_rate", "unsubscribe_rate")),
        score=count(score) if score is not None else TOO_FEW if people.scored else UNKNOWN,
        score_value=f"{score:.3f}" if score is not None else "-1",
        score_known=score is not None,
    )


def _figure(each: Compared, key: str, widest: float) -> Figure:
    rated = each.rates[key]
    rate = rated.pool.rate
    if rate is None:
        return Figure(rated.pool.why, "", "", "-1", False, "")
    return Figure(
        text=percent(rate),
        of=f"{count(rated.part)} of {count(rated.pool.sample)}",
        bar=number(100 * rate / widest) if widest else "0",
        value=f"{rate:.4f}",
        known=True,
        mark=MARKS.get(each.differences.get(key, ""), ""),
    )
