"""What only some people, mailboxes and links have, and every report must cope with.

It draws from a chance of its own: the common rows of a store stay the same whatever is added here.
"""

import random
import sqlite3
from collections.abc import Iterator

MINUTE = 60_000
BOUNCES = (*["out_of_storage"] * 5, *["email_blocked"] * 2, "transient", "other", None)
REJECTIONS = (*["hard_bounce"] * 5, *["does_not_exist"] * 3, "other", None)
CODES = tuple(sorted({code for code in (*BOUNCES, *REJECTIONS) if code}))
FILTERS = (("Windows", "Chrome", "cloud"), ("Mac OS X", "Chrome", "other"))
COUNTRIES = ("DE", "US", "IN", "BR", None, None)
CAMPAIGNS = ((None, None, None), (None, None, None), ("https://search.example/", None, None),
             ("https://friends.example/post", "friends", "spring"), (None, "podcast", "episode 12"))  # fmt: skip
ONE_IN = 80  # so many people are behind a filter of each kind


def fill_codes(database: sqlite3.Connection) -> None:
    for number, code in enumerate(CODES, 1):
        database.execute("insert into details values (?, ?)", (number, f'{{"code":"{code}"}}'))


def detail_of(rng: random.Random, is_rejection: bool) -> int | None:
    """The number of the reason for a failure; some have none."""
    code = rng.choice(REJECTIONS if is_rejection else BOUNCES)
    return CODES.index(code) + 1 if code else None


def filter_clicks(
    rng: random.Random, person: int, delivered_ms: int, links: int
) -> Iterator[tuple[int, int, int]]:
    """When a filter followed which of the links, and which of FILTERS it was; nothing for most people."""
    if person % ONE_IN == 7:  # many links at once
        at = delivered_ms + rng.randrange(3_000, 60_000)
        for link in rng.sample(range(1, links + 1), rng.choice((2, 3, 5, links))):
            at += rng.randrange(50, 500)
            yield at, link, 0
    elif person % ONE_IN == 17:  # one link, from where many others come as well
        yield delivered_ms + rng.randrange(MINUTE, 4 * MINUTE), rng.randrange(1, links + 1), 1


def fill_lives(database: sqlite3.Connection, rng: random.Random, last_sent_ms: int) -> None:
    """How people came and what became of them; a third of those since the last email has not confirmed yet."""
    people = "select id, status, created_ms, coalesce(unsubscribed_ms, undeliverable_ms) from subscribers"
    origins, changes, asked = [], [], []
    for number, status, created, left in database.execute(people):
        origins.append((rng.choice(COUNTRIES), *rng.choice(CAMPAIGNS), number))
        confirmed = created + rng.randrange(MINUTE, 600 * MINUTE)
        if created > last_sent_ms and rng.random() < 0.33:
            asked.append((number,))
            changes.append((number, created, "unactivated"))
        elif rng.random() < 0.4 and confirmed < (left or last_sent_ms):
            changes += [(number, created, "unactivated"), (number, confirmed, "regular")]
        if status not in ("regular", "premium"):
            changes.append((number, left, status))
        elif status == "premium" and confirmed < last_sent_ms:
            changes.append((number, rng.randrange(confirmed, last_sent_ms), status))
    database.executemany(
        "update subscribers set country = ?, referrer_url = ?, utm_source = ?, utm_campaign = ? where id = ?",
        origins,
    )
    database.executemany("insert or ignore into subscriber_transitions values (?, ?, ?)", changes)
    database.executemany(
        "update subscribers set status = 'unactivated', unsubscribed_ms = null, undeliverable_ms = null"
        " where id = ?",
        asked,
    )
