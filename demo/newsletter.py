"""Everything the stand-in API knows about one newsletter: plain lists of plain dicts, free to change."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from demo import publication
from demo.ids import type_id
from demo.wire import Row

LATEST_VERSION = "2026-04-01"


@dataclass
class Newsletter:
    """A newsletter's rows as the newest API version spells them. `Newsletter()` is an empty project.

    Any list and any row may be changed at any time, also while it is being served: added, removed and
    replaced rows are noticed, and a row is always sent as it is at that moment. Only after changing, in
    place, a field that rows are ordered or filtered by (`creation_date`, `event_type`, `email_id`,
    `subscriber_id`, ...) call `touch()`, because selections are remembered between pages.

    `truth` says what made each open and click ("human", "apple_proxy", "google_proxy", "scanner", ...), by
    event id. It never goes over the wire: it is there to judge how well others guess.
    """

    account: Row = field(default_factory=publication.account)
    newsletter: Row = field(default_factory=publication.newsletter_row)
    subscribers: list[Row] = field(default_factory=list)
    emails: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    tags: list[Row] = field(default_factory=list)
    webhooks: list[Row] = field(default_factory=list)
    attempts: list[Row] = field(default_factory=list)  # of webhooks; each names its own beside what is sent
    truth: dict[str, str] = field(default_factory=dict)
    api_version: str = LATEST_VERSION  # what a request without X-API-Version gets
    _memory: dict[str, Selections] = field(default_factory=dict, repr=False, compare=False)

    def touch(self) -> None:
        """Forget every remembered order and selection."""
        self._memory.clear()

    def select(self, collection: str, key: object, choose: Callable[[list[Row]], list[Row]]) -> list[Row]:
        """`choose(rows)` of a collection, remembered under `key` while the list holds the same rows."""
        rows: list[Row] = getattr(self, collection)
        memory = self._memory.get(collection)
        if memory is None or not memory.still_of(rows):
            memory = self._memory[collection] = Selections(rows)
        return memory.get(key, choose)

    def reissue_event_ids(self, prefix: str = "ext_evt") -> None:
        """Give every event a new id, as the provider did once to everybody. Nothing else changes."""
        truth = {}
        for row in self.events:
            old = row["id"]
            row["id"] = type_id(prefix, uuid5(NAMESPACE_URL, f"{prefix}:{old}"))
            if old in self.truth:
                truth[row["id"]] = self.truth[old]
        self.truth = truth


class Selections:
    """Orders and selections of one list, valid while it holds the very same rows."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = list(rows)
        self._made: dict[object, list[Row]] = {}

    def still_of(self, rows: list[Row]) -> bool:
        # comparing identities takes 2 ms for 300,000 rows; sorting them takes fifty times that
        return len(rows) == len(self._rows) and all(map(operator.is_, rows, self._rows))

    def get(self, key: object, choose: Callable[[list[Row]], list[Row]]) -> list[Row]:
        if key not in self._made:
            self._made[key] = choose(self._rows)
        return self._made[key]
