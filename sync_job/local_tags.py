"""The owner's own tags: beside the provider's, named `local:...`, and never touched by what the provider lists.

Everything that reads tags reads these, too: the views, the segments, the pages of the report.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.errors import UsageError
from sync_job.privacy.people import Found, people_at
from sync_job.session import Session
from sync_job.statements import statement
from sync_job.subscriber_table import LOCAL

NAME = re.compile(r"[^\W_](?:[\w .&+'/-]{0,48}[\w.&+'/-])?")
LONGEST_TEXT = 200


class LocalTag(NamedTuple):
    name: str
    people: int
    created_ms: int | None
    description: str | None


def full_name(given: str) -> str:
    """`vip` and `local:vip` are `local:vip`. Raises UsageError for what makes no good name."""
    name = given.strip().removeprefix(LOCAL)
    if not NAME.fullmatch(name):
        raise UsageError(
            "a tag's name has 1 to 50 letters, digits, spaces and . & + ' / - _, and begins with a letter or digit",
            hint="Write it without local:, as in `rapport tag add vip reader@example.com`.",
        )
    return LOCAL + name


@dataclass
class Tagging:
    """The work of `rapport tag add` and `remove`. After a run the outcome is here; a run may be repeated."""

    tag: str  # its full name
    addresses: Sequence[str]
    is_removal: bool = False
    changed: int = 0  # people
    unchanged: int = 0
    unknown: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)  # addresses of several people: all were meant

    def run(self, session: Session) -> None:
        store = session.store
        self.changed = self.unchanged = 0
        self.unknown, self.shared = [], []
        people: dict[int, None] = {}
        for address in self.addresses:
            found = _meant(people_at(store.database, address))
            if not found:
                self.unknown.append(address)
            if len(found) > 1:
                self.shared.append(address)
            people |= dict.fromkeys(each.id for each in found)
        if not people:
            return
        with store.transaction():
            if not self.is_removal:
                row = {"name": self.tag, "now_ms": session.now_ms()}
                store.database.execute(statement("insert_local_tag"), row)
            change = statement("end_local_tag" if self.is_removal else "begin_local_tag")
            for each in people:
                row = {"name": self.tag, "subscriber": each, "now_ms": session.now_ms()}
                self.changed += store.database.execute(change, row).rowcount
        self.unchanged = len(people) - self.changed


@dataclass(frozen=True)
class Describing:
    """The work of `rapport tag describe`; a tag that nobody has yet is made. An empty text takes it away."""

    tag: str
    text: str

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST_TEXT or not self.text.isprintable():
            raise UsageError(f"the text must be one line of at most {LONGEST_TEXT} characters")

    def run(self, session: Session) -> None:
        row = {"name": self.tag, "description": self.text.strip() or None, "now_ms": session.now_ms()}
        with session.store.transaction():
            session.store.database.execute(statement("insert_local_tag"), row)
            session.store.database.execute(statement("describe_local_tag"), row)


def _meant(found: Sequence[Found]) -> Sequence[Found]:
    """Whose address it is today; where it is nobody's, whose it was."""
    return [each for each in found if each.has_it_now] or found
