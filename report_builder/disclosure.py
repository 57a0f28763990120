"""What may be told to people outside: nothing about fewer than five people, and nothing it could be worked out from.

Three rules, and every number of the profile goes through one of them. A count is told in fives, so that whatever is
added to or taken from another is a multiple of five. The groups of one whole are told with all others as one group,
never of one to four people. A rate is told only if each of the groups it divides people into is large enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from report_builder.wording import count

FEWEST = 5
FEWER = f"fewer than {FEWEST}"


def is_tellable(people: int) -> bool:
    """Nobody at all is no secret."""
    return people == 0 or people >= FEWEST


def told(people: int) -> int | None:
    """In fives, halves up; None for fewer than five."""
    if not is_tellable(people):
        return None
    return (people + FEWEST // 2) // FEWEST * FEWEST


def told_text(people: int) -> str:
    known = told(people)
    return FEWER if known is None else count(known)


def are_tellable(*nested: int) -> bool:
    """Groups of which each is a part of the one before: so is what one leaves of the other told with them."""
    steps = [whole - part for whole, part in pairwise(nested)]
    return all(map(is_tellable, (*steps, nested[-1])))


@dataclass(frozen=True)
class Parts:
    """Groups that do not overlap, the largest first, and everybody else of the whole."""

    named: tuple[tuple[str, int], ...]
    others: int

    @property
    def whole(self) -> int:
        return sum(people for _, people in self.named) + self.others


def parts(groups: Sequence[tuple[str, int]], whole: int, most: int) -> Parts:
    """At most so many groups by name. The smallest of them join the others while those would be too few.

    Whatever is added up of the parts, or taken from the whole, is nobody or at least five people. `groups` do not
    overlap and hold no more than `whole`; where that is too small itself, nothing is named.
    """
    named = sorted((g for g in groups if g[1] >= FEWEST), key=lambda g: (-g[1], g[0]))[:most]
    others = whole - sum(people for _, people in named)
    while named and not is_tellable(others):
        others += named.pop()[1]
    return Parts(tuple(named), others)
