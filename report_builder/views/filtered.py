"""What was filtered and why: one sentence for each rule that took an open or click out of the figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.geometry import number
from report_builder.rows import Filtered, FilteredTotal
from report_builder.verdicts import find_reason


@dataclass(frozen=True)
class FilteredRow:
    name: str
    sentence: str
    verdict: str
    what: str  # "12 opens"
    people: str


@dataclass(frozen=True)
class Share:
    """Of all opens, or of all clicks, what became of them."""

    what: str
    filtered: str  # as per cent
    bar: str
    events: str
    role: str


def filtered_row(row: Filtered | FilteredTotal) -> FilteredRow:
    reason = find_reason(row.reason, row.verdict)
    return FilteredRow(
        reason.name,
        reason.sentence,
        row.verdict,
        wording.plural(row.events, row.act),
        wording.people(row.people),
    )


def filtered_note(rows: Sequence[Filtered], acted: bool) -> str:
    counts = {act: sum(row.events for row in rows if row.act == act) for act in ("open", "click")}
    said = [wording.plural(number, act) for act, number in counts.items() if number]
    if said:
        return " and ".join(said)
    if acted:
        return "Every open and click of this email was made by a person, as far as can be told."
    return "There was no open or click to judge."


def left_out(rows: Sequence[FilteredTotal], act: str) -> tuple[int, int]:
    """How many opens or clicks are not a person's, and how many there are; `rows` hold every verdict."""
    mine = [row for row in rows if row.act == act]
    return sum(row.events for row in mine if row.verdict != "human"), sum(row.events for row in mine)


def shares(rows: Sequence[FilteredTotal]) -> tuple[Share, ...]:
    """`rows` hold every verdict, people's too."""
    made = []
    for act, role in (("open", "s1"), ("click", "s2")):
        part, total = left_out(rows, act)
        if total:
            text = f"{wording.count(part)} of {wording.plural(total, act)}"
            share = part / total
            made.append(
                Share(f"{act}s".capitalize(), wording.percent(share), number(100 * share), text, role)
            )
    return tuple(made)
