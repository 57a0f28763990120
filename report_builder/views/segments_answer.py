"""What the page on segments says in sentences: the answer, who overlaps, and what may be misspelt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from report_builder.clock import day_text
from report_builder.comparison import Compared, others
from report_builder.rows import EmailResult
from report_builder.segments import Doubt
from report_builder.views.emails import subject_of
from report_builder.views.people import status_word
from report_builder.wording import count, percent

OVERLAP_UP_TO = 12
RATES = {
    "engaged_share": "share of engaged readers",
    "click_rate": "human click rate",
    "open_rate": "measured open rate",
}
WHAT = {
    "tag": "There is nobody with the tag {}",
    "status": "There is nobody with the status {}",
    "source": "Nobody came from the source {}",
    "opened": "Nobody opened an email {}",
    "clicked": "Nobody clicked in an email {}",
    "clicked_link": "Nobody clicked a link to {}",
    "joined_since": "Nobody joined on {} or later",
    "joined_before": "Nobody joined before {}",
    "left_since": "Nobody left on {} or later",
    "left_before": "Nobody left before {}",
}
SPELLING = {"tag": "tag", "status": "status", "source": "source", "opened": "subject", "clicked": "subject",
            "clicked_link": "address"}  # fmt: skip


@dataclass(frozen=True)
class OverlapRow:
    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Overlap:
    takeaway: str
    rows: tuple[OverlapRow, ...]


def answer(compared: Sequence[Compared]) -> str:
    """`compared` begins with everybody."""
    everybody, *groups = compared
    if not groups:
        return "There are no groups to compare yet: nobody has a tag, and no segment is defined."
    groups = [each for each in groups if each.group.is_testable]
    if not groups:
        return (
            "There is nothing to find yet: all groups are defined by what people do, so they differ in what they do. "
            "Compare tags, sources or days of joining."
        )
    if all(each.rates[key].pool.rate is None for each in groups for key in RATES):
        return "Whether groups differ can't be said: none has enough people of whom it can be known whether they read."
    different = [each for each in groups if each.differences]
    kind = "groups not defined by what people do" if len(groups) < len(compared) - 1 else "groups"
    among = (
        f"the {count(len(groups))} {kind}"
        if len(groups) > 1
        else f"the one {kind.replace('groups', 'group')}"
    )
    if not different:
        return f"None of {among} visibly reads more or less than everybody else by more than chance would do."
    verb = "reads" if len(different) == 1 else "read"
    said = f"{count(len(different))} of {among} {verb} more or less than everybody else, beyond chance."
    return f"{said} {_widest_gap(different, everybody)}"


def _widest_gap(different: Sequence[Compared], everybody: Compared) -> str:
    """Of the first rate in which any group differs."""
    key = next(key for key in RATES if any(key in each.differences for each in different))

    def rate(each: Compared) -> float:
        return each.rates[key].pool.rate or 0

    def usual(each: Compared) -> float:
        return others(each, everybody, key).rate or 0

    widest = max(
        (each for each in different if key in each.differences),
        key=lambda each: abs(rate(each) - usual(each)),
    )
    return (
        f"The widest gap is that of {group_name(widest)}: its {RATES[key]} is {percent(rate(widest))}, "
        f"that of everybody else {percent(usual(widest))}."
    )


def group_name(compared: Compared) -> str:
    key = compared.group.key
    return {
        "everybody": "everybody",
        "segment": f"“{key}”",
        "tag": f"the tag “{key}”",
        "status": f"the status {status_word(key)}",
    }[compared.group.kind]


def overlap(segments: Sequence[tuple[str, frozenset[int]]]) -> Overlap | None:
    """Who is in two segments at once; None where there is nothing to cross, or too much to read."""
    if not 2 <= len(segments) <= OVERLAP_UP_TO:
        return None
    pairs = [
        (len(mine & other), name, other_name)
        for place, (name, mine) in enumerate(segments)
        for other_name, other in segments[place + 1 :]
    ]
    most, name, other_name = max(pairs, key=lambda pair: pair[0])
    takeaway = (
        f"“{name}” and “{other_name}” share the most people: {count(most)}."
        if most
        else "Nobody is in two segments at once."
    )
    rows = tuple(
        OverlapRow(name, tuple(count(len(mine & other)) for _, other in segments)) for name, mine in segments
    )
    return Overlap(takeaway, rows)


def doubt_text(segment: str, doubt: Doubt, known: Sequence[str]) -> str:
    """That a condition matches nobody, and what was perhaps meant; `known` is what there is."""
    if isinstance(doubt.value, date):
        return f"“{segment}” (line {doubt.line}): {WHAT[doubt.key].format(day_text(doubt.value))}. Is the day right?"
    by_case = {name.casefold(): name for name in known}
    close = get_close_matches(doubt.value.casefold(), by_case, n=1)
    meant = f" Did you mean “{by_case[close[0]]}”?" if close else ""
    what = WHAT[doubt.key].format(f"“{doubt.value}”")
    return f"“{segment}” (line {doubt.line}): {what}. Is the {SPELLING[doubt.key]} spelt right?{meant}"


def known_words(
    emails: Sequence[EmailResult], tags: Sequence[str], statuses: Sequence[str], sources: Sequence[str]
) -> dict[str, Sequence[str]]:
    """What a condition could have meant, by condition."""
    subjects = [subject_of(email) for email in emails]
    return {"tag": tags, "status": statuses, "source": sources, "opened": subjects, "clicked": subjects}
