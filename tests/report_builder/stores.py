"""Stores the report's tests read: the store's own migrations, filled with just the rows a case needs."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.store import MIGRATIONS, make_store

NOW = datetime(2026, 11, 18, 18, 30, tzinfo=UTC)
DAY = 86_400_000
NOW_MS = int(NOW.timestamp() * 1000)

HOSTILE = "<img src=x onerror=alert(1)>\"'&amp;</script><script>alert(1)</script>"
Agent = tuple[str, str, str]  # operating system, browser, network class
PERSON: Agent = ("Mac OS X", "Safari", "other")
PROXY: Agent = ("", "Mozilla/5.0", "apple_relay")
SCANNER: Agent = ("Linux", "python-requests", "cloud")

RTL = "\u202eمرحبا بالعالم \u2066שלום\u2069"
EMOJI = "👩‍👩‍👧‍👦 🏳️‍🌈 naïve 日本語"
LONG = "A very long subject without an end " * 9


@dataclass
class Store:
    """Rows are added by plain calls; ids count from 1 and UUIDs follow from them."""

    path: Path
    zone: str = "Europe/Berlin"
    name: str = "The Weekly"
    _counts: dict[str, int] = field(default_factory=dict)
    _agents: dict[Agent, int] = field(default_factory=dict)
    _addresses: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.database = sqlite3.connect(self.path, isolation_level=None)
        for migration in sorted(MIGRATIONS.glob("*.sql")):
            self.database.executescript(migration.read_text("utf-8"))
        self.insert("project_facts", name="newsletter_name", value=self.name)
        self.insert("project_facts", name="time_zone", value=self.zone)

    def insert(self, table: str, **values: Any) -> None:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        self.database.execute(f"insert into {table} ({columns}) values ({marks})", list(values.values()))

    def number(self, table: str) -> int:
        self._counts[table] = self._counts.get(table, 0) + 1
        return self._counts[table]

    def subscriber(self, email: str | None = None, **values: Any) -> int:
        number = self.number("subscribers")
        email = email if email is not None else f"person{number}@example.com"
        row = {"status": "regular", "created_ms": NOW_MS - 200 * DAY, "source": "organic", **values}
        self.insert("subscribers", id=number, uuid=uuid_of("sub", number).bytes, email=email, **row)
        return number

    def email(
        self, subject: str | None = "Hello", sent_ms: int | None = NOW_MS - 10 * DAY, **values: Any
    ) -> int:
        number = self.number("emails")
        analytics = values.pop("analytics", None)
        row = {
            "status": "sent",
            **values,
            "analytics": json.dumps(analytics) if analytics is not None else None,
        }
        self.insert(
            "emails",
            id=number,
            uuid=uuid_of("email", number).bytes,
            subject=subject,
            published_ms=sent_ms,
            **row,
        )
        return number

    def link(self, url: str, normalised: str | None = None) -> int:
        number = self.number("links")
        self.insert("links", id=number, url=url, normalised=normalised or url)
        return number

    def event(
        self,
        kind: str,
        at_ms: int,
        subscriber: int | None = None,
        email: int | None = None,
        link: int | None = None,
        agent: Agent | None = PERSON,
        address: int | None = None,
        network: int | None = None,
    ) -> None:
        """Opens and clicks come from a program a person uses, each person at their own address."""
        found = self.database.execute("select id from event_kinds where type = ?", [kind]).fetchone()
        if not found:
            self.insert(
                "event_kinds", id=self.number("kinds"), source="buttondown", family="em_evt", type=kind
            )
            return self.event(kind, at_ms, subscriber, email, link, agent, address, network)
        is_act = kind in ("subscriber.opened", "subscriber.clicked")
        if agent == PERSON and address is None and subscriber is not None:
            address = 1000 + subscriber
        identity = uuid_of("event", self.number("events")).bytes
        self.insert(
            "events",
            occurred_ms=at_ms,
            id=identity,
            kind=found[0],
            subscriber=subscriber,
            email=email,
            link=link,
            **(self.origin(agent, address, network) if is_act and agent else {}),
        )
        return None

    def origin(self, agent: Agent, address: int | None, network: int | None) -> dict[str, int | None]:
        if agent not in self._agents:
            self._agents[agent] = self.number("agents")
            names = dict(zip(("os", "browser", "network_class"), agent, strict=True))
            self.insert("agents", id=self._agents[agent], **names, ranges_version=1)
        if address is not None and address not in self._addresses:
            self._addresses.add(address)
            digests = [number.to_bytes(16, "big") for number in (address, network or address)]
            self.insert("addresses", id=address, address=digests[0], network=digests[1])
        return {"agent": self._agents[agent], "address": address}

    def tag(self, subscriber: int, name: str) -> None:
        found = self.database.execute("select id from tags where name = ?", [name]).fetchone()
        number = found[0] if found else self.number("tags")
        if not found:
            self.insert("tags", id=number, name=name)
        self.insert("subscriber_tags", subscriber=subscriber, tag=number, from_ms=0)

    def run(self, finished_ms: int = NOW_MS - 600_000, outcome: str = "done", command: str = "sync") -> None:
        number = self.number("runs")
        started = finished_ms - 60_000
        self.insert("sync_runs", id=f"run-{number}", command=command, started_ms=started, finished_ms=finished_ms,
                    outcome=outcome, counts='{"events": {"stored": 3}}')  # fmt: skip

    def done(self) -> Path:
        self.database.close()
        return self.path


def uuid_of(kind: str, number: int) -> UUID:
    """Spread over the shards, and the same each time."""
    return UUID(int=(hash_of(kind) * 2_654_435_761 * (number + 17)) % (1 << 128))


def hash_of(text: str) -> int:
    return int.from_bytes((text * 16).encode()[:16], "big")


def full_store(path: Path, *, subscribers: int = 600, events: int = 9_000, emails: int = 30) -> Path:
    until = datetime(2026, 11, 18, 18, tzinfo=UTC)
    make_store(path, subscribers=subscribers, events=events, emails=emails, seed=7, until=until)
    return path


def one_subscriber_store(path: Path) -> Path:
    """One person, one email, one open and one click, yesterday."""
    store = Store(path)
    person = store.subscriber("ada@example.com", name="Ada", created_ms=NOW_MS - 5 * DAY)
    sent = NOW_MS - DAY
    email = store.email("First letter", sent, url="https://weekly.example/1", tracking_at_send=1)
    store.event("subscriber.delivered", sent + 1000, person, email)
    store.event("subscriber.opened", sent + 60_000, person, email)
    store.event("subscriber.clicked", sent + 90_000, person, email, store.link("https://example.com/"))
    store.run()
    return store.done()


def untracked_store(path: Path) -> Path:
    """Forty people and five emails, sent with tracking off: only deliveries and a bounce are seen."""
    store = Store(path)
    people = [store.subscriber() for _ in range(40)]
    for number in range(5):
        sent = NOW_MS - (35 - 7 * number) * DAY
        counts = {"recipients": 40, "deliveries": 39, "opens": 0, "clicks": 0}
        email = store.email(f"Letter {number + 1}", sent, tracking_at_send=0, analytics=counts)
        for person in people[1:]:
            store.event("subscriber.delivered", sent + 1000 * person, person, email)
        store.event("subscriber.bounced", sent + 500, people[0], email)
    store.run()
    return store.done()


def hostile_store(path: Path) -> Path:
    """Every text a stranger can choose tries to break out, to turn around or to take all the room."""
    store = Store(path, name=HOSTILE)
    texts = (HOSTILE, RTL, EMOJI, LONG, "=cmd|' /C calc'!A0", "   ", "a\u0000b\u0007c".replace("\u0000", ""))
    sent = [NOW_MS - (7 * n + 2) * DAY for n in range(len(texts))]
    links = [
        store.link("javascript:alert(document.domain)"),
        store.link("https://example.com/" + "very-long-path/" * 40),
        store.link(f"https://example.com/?q={HOSTILE}"),
        store.link("http://[broken"),
    ]
    emails = [store.email(text, at, url="javascript:alert(1)") for text, at in zip(texts, sent, strict=True)]
    for n, text in enumerate(texts):
        said = dict.fromkeys(("name", "country", "referrer_url", "unsubscription_reason"), text)
        person = store.subscriber(f"{text.strip()[:120]}@example.com", source=text.strip() or None, **said)
        store.tag(person, text or "tag")
        for email, at in zip(emails, sent, strict=True):
            store.event("subscriber.delivered", at + 1000, person, email)
            store.event("subscriber.opened", at + 60_000 * (n + 1), person, email)
            store.event("subscriber.clicked", at + 61_000 * (n + 1), person, email, links[n % len(links)])
    store.event("subscriber.<b>teleported</b>", NOW_MS - DAY, 1, 1)
    store.run(outcome="failed")
    store.run(NOW_MS - 300_000)
    return store.done()


def sqlite_rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()
