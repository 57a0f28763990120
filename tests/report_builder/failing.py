"""A store in which emails fail to arrive, with and without a code, and what is stored in any store as plain rows."""

import json
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.report_builder.stores import DAY, NOW_MS, Store, sqlite_rows

CODES = (None, "hard_bounce", "does_not_exist", "out_of_storage", "spam", "other", "<b>new</b>")
FOR_GOOD = {"hard_bounce", "does_not_exist", "disabled", "malformed", "unreachable"}
KINDS = ("bounced", "rejected")

STORED = """
select e.occurred_ms, replace(k.type, 'subscriber.', ''), e.subscriber, e.email, json_extract(d.properties, '$.code')
from events as e
join event_kinds as k on k.id = e.kind
left join details as d on d.id = e.detail
order by e.occurred_ms, e.id
"""


class Happened(NamedTuple):
    at: int
    kind: str
    person: int | None
    email: int | None
    code: str | None

    @property
    def failed(self) -> bool:
        return self.kind in KINDS

    @property
    def for_good(self) -> bool:
        if self.code in FOR_GOOD:
            return True
        return self.code in (None, "other") and self.kind == "rejected"


def stored(store: Path) -> list[Happened]:
    return [Happened(*row) for row in sqlite_rows(store, STORED)]


def fail(store: Store, kind: str, at: int, person: int | None, email: int | None, code: str | None) -> None:
    """One failure with its code; no two events may share person, email and time."""
    store.event(f"subscriber.{kind}", at, person, email)
    if code is None:
        return
    properties = json.dumps({"code": code})
    found = store.database.execute("select id from details where properties = ?", [properties]).fetchone()
    detail = found[0] if found else store.number("details")
    if not found:
        store.insert("details", id=detail, properties=properties)
    store.database.execute(
        "update events set detail = ? where occurred_ms = ? and subscriber is ? and email is ?",
        [detail, at, person, email],
    )


def failing_store(path: Path, seed: int) -> Path:
    """Forty people at twenty domains and twelve emails, one of them without any date, one without deliveries."""
    rng = Random(seed)
    store = Store(path)
    for number in range(40):
        store.subscriber(f"reader{number}@Host{number % 20}.example" if number else "")
    for email in range(1, 13):
        sent = NOW_MS - 12 * DAY * email
        analytics = {"deliveries": rng.choice((0, 30))} if rng.random() < 0.5 else None
        store.email(f"Email {email}", None if email == 3 else sent, analytics=analytics)
        for person in rng.sample(range(1, 41), rng.randint(20, 40)):
            at = sent + rng.randrange(60_000) * 100 + person  # different for each person
            if email != 4 and rng.random() < 0.85:
                store.event("subscriber.delivered", at, person, email)
            if rng.random() < 0.25:
                fail(store, rng.choice(KINDS), at + 50, person, email, rng.choice(CODES))
            for kind in ("opened", "complained", "unsubscribed"):
                if rng.random() < 0.1:
                    store.event(f"subscriber.{kind}", at + 3_600_000, person, email)
        fail(store, "bounced", sent + 7, None, email, rng.choice(CODES))
        fail(store, "rejected", sent + 11, rng.randint(1, 40), None, rng.choice(CODES))
    store.run()
    return store.done()
