"""Synthetic event pages as the API would send them: all eight types, agents, addresses, links, Zipf readers."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
TYPES = ("delivered", "opened", "clicked", "bounced", "rejected", "complained", "unsubscribed", "replied")
SHARES = (55, 33, 8, 1, 1, 0.5, 1, 0.5)
AGENTS = [("iOS", "Apple Mail"), ("Windows", "Outlook"), ("Android", "Gmail"), ("macOS", "Safari"), ("", "")]


def type_id(prefix: str, number: int) -> str:
    digits = []
    for _ in range(26):
        number, digit = divmod(number, 32)
        digits.append(CROCKFORD[digit])
    return f"{prefix}_{''.join(reversed(digits))}"


def people(subscribers: int) -> list[str]:
    """The ids of everyone who appears in the pages."""
    chance = random.Random("people")
    return [type_id("sub", chance.getrandbits(128)) for _ in range(subscribers)]


def subscriber_row(subscriber: str) -> dict[str, object]:
    return {
        "id": subscriber,
        "creation_date": "2023-10-01T00:00:00Z",
        "email_address": f"{subscriber[-8:]}@mail.example",
        "type": "regular",
        "source": "form",
        "tags": [],
    }


def event_pages(events: int, *, page: int, subscribers: int, emails: int, seed: int = 1) -> Iterator[bytes]:
    """JSON bodies of `page` events each, oldest first; the same arguments give the same bytes."""
    chance = random.Random(seed)
    readers = people(subscribers)
    addresses = [
        f"{chance.randrange(1, 223)}.{chance.randrange(256)}.{chance.randrange(256)}.7" for _ in readers
    ]
    issues = [type_id("em", chance.getrandbits(128)) for _ in range(emails)]
    links = [f"https://example.com/articles/{number}?utm_source=letter" for number in range(emails * 6)]
    moment = datetime(2023, 11, 1, tzinfo=UTC)
    step = timedelta(days=3 * 365) / events
    rows: list[dict[str, Any]] = []
    for number in range(events):
        moment += step
        kind = chance.choices(TYPES, SHARES)[0]
        person = (
            min(int(chance.paretovariate(0.9)) - 1, subscribers - 1)
            if chance.random() < 0.4
            else (chance.randrange(subscribers))
        )
        metadata = {}
        if kind in ("opened", "clicked"):
            os, browser = AGENTS[person % len(AGENTS)]
            metadata = {"ip_address": addresses[person], "os": os, "browser": browser}
        if kind == "clicked":
            metadata["url"] = chance.choice(links)
        if kind in ("bounced", "rejected"):
            metadata["code"] = "hard_bounce" if kind == "rejected" else "out_of_storage"
        rows.append(
            {
                "id": type_id("ext_evt", chance.getrandbits(128)),
                "creation_date": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "subscriber_id": readers[person],
                "email_id": issues[min(number * emails // events, emails - 1)],
                "automation_id": None,
                "metadata": metadata,
                "event_type": kind,
                "subscriber": None,
                "email": None,
                "automation": None,
            }
        )
        if len(rows) == page:
            yield _body(rows, events)
            rows = []
    if rows:
        yield _body(rows, events)


def _body(rows: list[dict[str, Any]], count: int) -> bytes:
    return orjson.dumps({"results": rows, "next": None, "previous": None, "count": count})
