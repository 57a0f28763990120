"""A newsletter told by the ages of its emails: who got them, and what they did an hour later."""

from pathlib import Path
from typing import Any

from report_builder import rows
from report_builder.warehouse import open_warehouse
from tests.report_builder.stores import DAY, NOW_MS, Store

HOUR = DAY // 24
Act = str | None  # opened, clicked or replied


class Letters(Store):
    """Ages are in days."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.database.execute("pragma synchronous = off")

    def letters(self, *ages: float, **values: Any) -> list[int]:
        return [
            self.email(sent_ms=NOW_MS - round(age * DAY), **{"tracking_at_send": 1, **values}) for age in ages
        ]

    def reader(self, *acts: tuple[float, Act], **values: Any) -> int:
        """Got an email at each age, and did this with it an hour later."""
        person = self.subscriber(**values)
        for age, act in acts:
            self.sent(person, age, act)
        return person

    def sent(self, person: int, age: float, act: Act = None, after: int = HOUR) -> int:
        (email,) = self.letters(age)
        at = NOW_MS - round(age * DAY)
        self.event("subscriber.delivered", at, person, email)
        if act:
            self.event(f"subscriber.{act}", at + after, person, email)
        return email


def people(store: Store | Path | None) -> dict[int, rows.Person]:
    path = store.done() if isinstance(store, Store) else store
    with open_warehouse(path) as warehouse:
        warehouse.score(NOW_MS)
        return {p.subscriber_id: p for p in warehouse.rows(rows.Person, "subscribers/list")}


def people_of(store: Store, number: int) -> rows.Person:
    return people(store)[number]


def change(store: Store, person: int, *changes: tuple[float, str]) -> None:
    for age, status in changes:
        at = NOW_MS - round(age * DAY)
        store.insert("subscriber_transitions", subscriber=person, occurred_ms=at, status=status)
