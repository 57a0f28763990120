"""Which sites draw more readers than they used to: a comparison of two quarters of a year."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.definitions import BY_KEY
from report_builder.rows import ClickedHost, ClickTotals
from report_builder.significance import CHANCE, two_proportions

MINIMUM_PEOPLE = 10
RISING_WEEKS = 13


@dataclass(frozen=True)
class Rising:
    host: str
    is_own: bool
    now: str
    before: str
    change: str
    people: int
    people_before: int
    p: float


def rising_hosts(
    now: Sequence[ClickedHost], before: Sequence[ClickedHost], totals: ClickTotals, totals_before: ClickTotals,
    own: frozenset[str],
) -> tuple[Rising, ...]:  # fmt: skip
    """Sites that a larger share of the people who click went to, and by more than chance; most people first.

    Silence where either quarter had too few people for the test.
    """
    if min(totals.people, totals_before.people) < BY_KEY["normal_range"].minimum:
        return ()
    earlier = {host.host: host.people for host in before}
    found = []
    for host in now:
        past = earlier.get(host.host, 0)
        share, share_before = host.people / totals.people, past / totals_before.people
        p = two_proportions(host.people, totals.people, past, totals_before.people)
        if host.host and host.people >= MINIMUM_PEOPLE and share > share_before and p < CHANCE:
            change = wording.rate_change(share, share_before)
            found.append(
                Rising(
                    host.host,
                    host.host in own,
                    _share(host.people, totals.people),
                    _share(past, totals_before.people),
                    change.text if change else "",
                    host.people,
                    past,
                    p,
                )
            )
    return tuple(found)


def rising_note(found: Sequence[Rising] | None) -> str:
    if found is None:
        return "The history does not reach back over two spans of 13 weeks, so nothing can be compared yet."
    if not found:
        return "No site drew more readers of late by more than chance would explain."
    return ""


def _share(people: int, all_people: int) -> str:
    return f"{wording.count(people)} of {wording.count(all_people)}"
