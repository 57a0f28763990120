"""What a page of the report consists of, before anything is rendered."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page:
    """`kind` names the template and the entry of the navigation it belongs to.

    `newest_ms`: when the newest event on it happened; None where that is the newest of all, 0 where it shows none.
    """

    path: str
    kind: str
    here: str
    title: str
    view: object
    newest_ms: int | None = None
    copy: str = ""  # where the page is once more, as one file to take home; empty: nowhere
    is_private: bool = True  # names people


@dataclass(frozen=True)
class File:
    path: str
    body: bytes


def grouped(found: Iterable[Row], key: Callable[[Row], int]) -> dict[int, Sequence[Row]]:
    """Rows that come group by group."""
    groups: dict[int, Sequence[Row]] = defaultdict(list)
    for value, group in groupby(found, key):
        groups[value] = list(group)
    return groups
