"""Fills a store with believable rows, fast: what the benchmarks and the report's tests read."""

import argparse
import json
import math
import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import rare

DAY = 86_400_000
MIGRATIONS = Path(__file__).parent.parent / "sync_job" / "migrations"

KINDS = ("delivered", "opened", "clicked", "bounced", "rejected", "complained", "unsubscribed", "replied")
DELIVERED, OPENED, CLICKED, BOUNCED, REJECTED, COMPLAINED, UNSUBSCRIBED, REPLIED = range(1, 9)

FIRST = (
    "Ada Alan Barbara Bao Chen Dennis Edsger Frances Grace Guido Hedy Ines Jun Karen Ken Linus "
    "Margaret Nadia Omar Priya Radia Sofia Tim Uma Viktor Wen Yuki Zoe"
).split()
LAST = (
    "Allen Berg Costa Dijk Eriksen Fischer Gupta Hopper Ivanova Johansson Kim Lamarr Moreau Novak "
    "Okafor Perlman Quist Rossi Silva Tanaka Ueda Varga Wilson Xu Yilmaz Zhou"
).split()
HOSTS = (
    "gmail.com", "outlook.com", "icloud.com", "proton.me", "hey.com", "fastmail.com", "example.org", "acme.co",
)  # fmt: skip
TAGS = ("engineering", "founder", "student", "product", "beta", "vip", "eu", "us")
SOURCES = ("organic", "embedded_form", "import", "api", "stripe")
TOPICS = (
    "The cost of meetings", "Reading list", "A field guide to churn", "Notes on pricing", "Ask me anything",
    "The quiet metric", "Why small teams ship", "Letters from readers",
)  # fmt: skip
PLACES = (
    "example.com/pricing", "reports.example.org/churn", "podcast.example/shipping", "blog.example.com/calm",
    "github.com/example/metrics", "forms.example/survey", "jobs.example/board", "essays.example/manifesto",
)  # fmt: skip
UNSUBSCRIBE = "weekly.example/unsubscribe"  # followed by filters alone
AGENTS = (
    ("iOS", "Apple Mail", "apple_relay"), ("Windows", "Outlook", "other"), ("Android", "Gmail", "google_proxy"),
    ("Mac OS X", "Safari", "other"), ("Linux", "Firefox", "other"), ("", "", "none"),
)  # fmt: skip

Event = tuple[int, bytes, int, int, int, int | None, int, int | None, int | None]


def make_store(
    path: Path,
    *,
    subscribers: int,
    events: int,
    emails: int,
    seed: int,
    until: datetime,
    zone: str = "Europe/Berlin",
) -> None:
    """Writes a new store at `path` with about `events` events, the last of them before `until`."""
    until_ms = int(until.timestamp() * 1000)
    rng, chance = random.Random(seed), random.Random(seed + 1)
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off;")
    for migration in sorted(MIGRATIONS.glob("*.sql")):
        database.executescript(migration.read_text("utf-8"))
    database.execute("begin")
    facts = {"newsletter_name": "The Weekly", "time_zone": zone}
    database.executemany("insert into project_facts values (?, ?)", facts.items())
    for number, agent in enumerate((*AGENTS, *rare.FILTERS), 1):
        database.execute("insert into agents values (?, ?, ?, ?, 1)", (number, *agent))
    for number, kind in enumerate(KINDS, 1):
        database.execute(
            "insert into event_kinds values (?, 'buttondown', 'em_evt', ?)", (number, f"subscriber.{kind}")
        )
    for number, place in enumerate((*PLACES, UNSUBSCRIBE), 1):
        database.execute(
            "insert into links values (?, ?, ?)",
            (number, f"https://{place}?utm_source=weekly", f"https://{place}"),
        )
    rare.fill_codes(database)
    span = 7 * DAY * max(1, emails)
    joined = _fill_subscribers(database, rng, subscribers, until_ms, span)
    _fill_events(database, rng, chance, joined, events, emails, until_ms)
    rare.fill_lives(database, chance, _sent_ms(until_ms, weeks_ago=0))
    started, counts = until_ms - 4 * 60_000, json.dumps({"events": {"stored": events}})
    database.execute(
        "insert into sync_runs values ('run-1', 'sync', ?, ?, 'done', ?)", (started, started + 90_000, counts)
    )
    database.execute("commit")
    database.close()


def _fill_subscribers(
    database: sqlite3.Connection, rng: random.Random, count: int, until_ms: int, span: int
) -> list[int]:
    """Inserts people, tags and addresses; returns when each of them joined, in order of joining."""
    for number, tag in enumerate(TAGS, 1):
        database.execute("insert into tags (id, name) values (?, ?)", (number, tag))
    joined = sorted(until_ms - int(span * rng.random() ** 0.8) for _ in range(count))
    people, tagged, addresses = [], [], []
    for number, at in enumerate(joined, 1):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        email = f"{first}.{last}{number}@{rng.choice(HOSTS)}".lower()
        status = rng.choices(("regular", "premium", "unsubscribed", "undeliverable"), (86, 6, 6, 2))[0]
        left = rng.randrange(at, until_ms + 1) if status in ("unsubscribed", "undeliverable") else None
        unsubscribed = left if status == "unsubscribed" else None
        undeliverable = left if status == "undeliverable" else None
        name = f"{first} {last}" if rng.random() < 0.6 else None
        people.append(
            (
                number,
                rng.randbytes(16),
                email,
                name,
                status,
                rng.choice(SOURCES),
                at,
                unsubscribed,
                undeliverable,
            )
        )
        tagged += [
            (number, tag, at) for tag in rng.sample(range(1, len(TAGS) + 1), rng.choice((0, 0, 1, 1, 2)))
        ]
        addresses.append((number, email, 0))
    columns = "id, uuid, email, name, status, source, created_ms, unsubscribed_ms, undeliverable_ms"
    database.executemany(f"insert into subscribers ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", people)
    database.executemany("insert into subscriber_tags (subscriber, tag, from_ms) values (?, ?, ?)", tagged)
    database.executemany(
        "insert into subscriber_addresses (subscriber, email, from_ms) values (?, ?, ?)", addresses
    )
    return joined


def _sent_ms(until_ms: int, weeks_ago: int) -> int:
    return until_ms - until_ms % DAY - weeks_ago * 7 * DAY - DAY + 7 * 3_600_000


def _fill_events(
    database: sqlite3.Connection,
    rng: random.Random,
    chance: random.Random,
    joined: list[int],
    events: int,
    emails: int,
    until_ms: int,
) -> None:
    networks = max(1, min(len(joined), 20_000))
    database.executemany(
        "insert into addresses values (?, ?, ?)",
        ((number, rng.randbytes(16), rng.randbytes(16)) for number in range(1, networks + 1)),
    )
    for number in range(len(rare.FILTERS)):
        place = (networks + 1 + number, chance.randbytes(16), chance.randbytes(16))
        database.execute("insert into addresses values (?, ?, ?)", place)
    keenness = [rng.betavariate(1.2, 2.2) for _ in joined]
    share = 1.55  # events per delivery, measured on what follows
    for number in range(1, emails + 1):
        sent = _sent_ms(until_ms, emails - number)
        present = sum(1 for at in joined if at < sent)
        wanted = min(present, math.ceil(events / share / max(1, emails)))
        people = rng.sample(range(present), wanted)
        rows = list(_events_of(rng, chance, number, sent, people, keenness, networks, until_ms))
        rows.sort(key=lambda row: row[:2])
        database.executemany("insert into events values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        counts = {
            kind: len({row[3] for row in rows if row[2] == kind}) for kind in (DELIVERED, OPENED, CLICKED)
        }
        analytics = {"recipients": wanted, "deliveries": counts[DELIVERED], "opens": counts[OPENED]}
        analytics["clicks"] = counts[CLICKED]
        database.execute(
            "insert into emails (id, uuid, subject, status, kind, url, issue, created_ms, published_ms,"
            " tracking_at_send, analytics) values (?, ?, ?, 'sent', 'public', ?, ?, ?, ?, 1, ?)",
            (number, rng.randbytes(16), f"{TOPICS[number % len(TOPICS)]} #{number}",
             f"https://weekly.example/archive/{number}", number, sent - DAY, sent, json.dumps(analytics)),
        )  # fmt: skip


def _events_of(
    rng: random.Random,
    chance: random.Random,
    email: int,
    sent: int,
    people: list[int],
    keenness: list[float],
    networks: int,
    until_ms: int,
) -> Iterator[Event]:
    def event(at: int, kind: int, person: int, link: int | None = None) -> Event:
        agent = (person * 7 + 3) % len(AGENTS) + 1
        address = person % networks + 1 if agent < len(AGENTS) else None
        detail = None
        if kind in (DELIVERED, BOUNCED, REJECTED):
            agent, address = len(AGENTS), None
        if kind in (BOUNCED, REJECTED):
            detail = rare.detail_of(chance, kind == REJECTED)
        return at, rng.randbytes(16), kind, person + 1, email, link, agent, address, detail

    for person in people:
        luck = rng.random()
        at = sent + int(rng.random() * 300_000)
        if luck < 0.012:
            yield event(at, BOUNCED if luck < 0.008 else REJECTED, person)
            continue
        yield event(at, DELIVERED, person)
        for clicked, link, place in rare.filter_clicks(chance, person, at, len(PLACES) + 1):
            agent, address = len(AGENTS) + 1 + place, networks + 1 + place
            yield clicked, chance.randbytes(16), CLICKED, person + 1, email, link, agent, address, None
        if rng.random() >= keenness[person]:
            continue
        for _ in range(1 if rng.random() < 0.8 else 2):
            opened = at + int(rng.lognormvariate(9.0, 1.6) * 1000)
            if opened >= until_ms:
                continue
            yield event(opened, OPENED, person)
            if rng.random() < 0.16:
                clicked = opened + rng.randrange(5_000, 300_000)
                yield event(clicked, CLICKED, person, min(len(PLACES), 1 + int(rng.expovariate(0.5))))
            if luck > 0.9985:
                yield event(opened + 60_000, REPLIED, person)
            elif luck > 0.997:
                yield event(opened + 60_000, UNSUBSCRIBED, person)
            elif luck > 0.9968:
                yield event(opened + 60_000, COMPLAINED, person)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    for name, default in (("subscribers", 100_000), ("events", 1_000_000), ("emails", 100), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    choice = parser.parse_args()
    started = time.perf_counter()
    until = datetime(2026, 11, 18, 18, tzinfo=UTC)
    make_store(
        choice.path, subscribers=choice.subscribers, events=choice.events, emails=choice.emails, seed=choice.seed,
        until=until,
    )  # fmt: skip
    print(
        f"{choice.path}: {choice.path.stat().st_size / 1e6:.1f} MB in {time.perf_counter() - started:.1f} s"
    )


if __name__ == "__main__":
    main()
