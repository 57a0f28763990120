"""The small tables behind the narrow facts: each distinct thing once, looked up from memory.

Caches are bounded where a list has no natural end; past the bound the table itself is asked.
"""

import sqlite3
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from shared.records import Agent, HashedAddress
from sync_job.links import normalise
from sync_job.statements import statement

SOURCE = "buttondown"
CACHED = 300_000


class Dimension:
    """Keys to row ids: remembered, else found, else inserted. The id of nothing is nothing."""

    def __init__(
        self,
        database: sqlite3.Connection,
        name: str,
        columns: Callable[[Any], tuple[Any, ...]] = lambda key: (key,),
    ) -> None:
        self._database = database
        self._find = statement(f"find_{name}")
        self._insert = statement(f"insert_{name}")
        self._columns = columns
        self.ids: dict[Hashable, int | None] = {None: None}

    def forget(self) -> None:
        """Rows were taken out of the table: it is asked again."""
        self.ids.clear()
        self.ids[None] = None

    def find(self, key: Hashable) -> int | None:
        known = self.ids.get(key)
        if known is None:
            found = self._database.execute(self._find, self._columns(key)).fetchone()
            known = found[0] if found else None
        return known

    def id(self, key: Hashable) -> int:
        known = self.find(key)
        if known is None:
            known = self._database.execute(self._insert, self._columns(key)).lastrowid
            assert known is not None
        if len(self.ids) < CACHED:
            self.ids[key] = known
        return known

    def ids_of(self, keys: Sequence[Hashable]) -> list[int | None]:
        """The row ids of a whole column; the hot path."""
        try:
            return list(map(self.ids.__getitem__, keys))
        except KeyError:
            found = {key: self.id_if_any(key) for key in set(keys)}
            return list(map(found.__getitem__, keys))

    def id_if_any(self, key: Hashable) -> int | None:
        return None if key is None else self.id(key)


class Dimensions:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.subscribers = Dimension(database, "subscriber")
        self.emails = Dimension(database, "email")
        self.links = Dimension(database, "link", lambda url: (url, normalise(url)))
        self.agents = Dimension(database, "agent", lambda agent: tuple[Any, ...](Agent(*agent)))
        self.addresses = Dimension(
            database, "address", lambda hashed: tuple[Any, ...](HashedAddress(*hashed))
        )
        self.details = Dimension(database, "details")
        self.kinds = Dimension(database, "kind", lambda kind: (SOURCE, *kind))
        self.families: set[str] = set()  # the forms of id that any stored event has, or had
        for family, name, key in database.execute("select family, type, id from event_kinds"):
            self.kinds.ids[family, name] = key
            self.families.add(family)
        self.subscribers.ids.update(database.execute("select uuid, id from subscribers limit ?", (CACHED,)))
        self.emails.ids.update(database.execute("select uuid, id from emails limit ?", (CACHED,)))

    def forget_traces(self) -> None:
        """After people were unlinked or erased: of these tables, rows that nobody else uses are gone."""
        for each in (self.subscribers, self.links, self.addresses, self.details):
            each.forget()
