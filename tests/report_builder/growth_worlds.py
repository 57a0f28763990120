"""Stores in which people sign up, confirm, leave and come back by chance, and what their rows mean, told plainly."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.report_builder.judged import local
from tests.report_builder.stores import DAY, NOW_MS, PERSON, PROXY, SCANNER, Store, sqlite_rows

ON = {
    "regular", "premium", "gifted", "trialed", "churned", "churning", "past_due", "paused", "unpaid", "upcoming",
}  # fmt: skip
NAMED = ("unsubscribed", "undeliverable", "complained")
OFF = (*NAMED, "removed", "blocked", "unactivated")
SOURCES = ("form", "import", "api", "", None)
REFERRERS = (
    "https://www.one.example/a?b=c",
    "http://one.example/",
    "https://two.example:8080/",
    "http://[broken",
    None,
)
REASONS = ("Too many emails", " Too many emails ", "", None)


class Move(NamedTuple):
    subscriber_id: int
    occurred_ms: int | None
    day: date | None
    kind: str
    change: int


@dataclass(frozen=True)
class Somebody:
    """One person's row and history, as stored."""

    number: int
    status: str
    source: str | None
    utm_source: str | None
    campaign: str | None
    referrer: str | None
    reason: str | None
    confirmed: int | None
    joined: int | None
    is_active: bool
    is_deleted: bool
    is_untracked: bool
    left: int | None
    history: tuple[tuple[int, str], ...]


def growth_store(path: Path, seed: int, *, people: int = 90, emails: int = 18) -> Path:
    rng = Random(seed)
    store = Store(path)
    for _ in range(people):
        _person(store, rng)
    link = store.link("https://example.com/")
    for number in range(emails):
        sent = NOW_MS - rng.randrange(450) * DAY + number
        email = store.email(f"Email {number}", sent, tracking_at_send=rng.choice((None, 0, 1)))
        seen = rng.random() < 0.8
        for person in rng.sample(range(1, people + 1), people * 2 // 3):
            if rng.random() < 0.9:
                store.event("subscriber.delivered", sent + person, person, email)
            if seen and rng.random() < 0.5:
                agent = rng.choice((PERSON, PERSON, PROXY, SCANNER))
                kind = rng.choice(("opened", "opened", "clicked", "replied"))
                at = sent + rng.randrange(60_000, 40 * DAY)
                store.event(f"subscriber.{kind}", min(at, NOW_MS), person, email, link, agent=agent)
        if rng.random() < 0.5:
            store.event("subscriber.complained", sent + DAY, rng.randint(1, people), email)
    store.run()
    return store.done()


def _person(store: Store, rng: Random) -> None:
    created = NOW_MS - rng.randrange(500 * DAY)
    ages = sorted(rng.sample(range(1, NOW_MS - created), rng.choice((0, 0, 1, 1, 2, 3, 4))))
    steps = [(created + age, rng.choice((*OFF, "regular", "premium"))) for age in ages]
    if rng.random() < 0.5:
        steps = [(created, rng.choice(("unactivated", "regular"))), *steps]
    # mostly what the history ends with, sometimes not, because histories have gaps
    last = steps[-1][1] if steps else "regular"
    status = last if rng.random() < 0.8 else rng.choice((*OFF, "regular", None))
    left = created + rng.randrange(NOW_MS - created) if rng.random() < 0.3 else None
    number = store.subscriber(
        status=status,
        created_ms=created if rng.random() < 0.95 else None,
        source=rng.choice(SOURCES),
        utm_source=rng.choice(("podcast", "", None)),
        utm_campaign=rng.choice(("spring", "autumn", None)),
        referrer_url=rng.choice(REFERRERS),
        unsubscription_reason=rng.choice(REASONS),
        unsubscribed_ms=left if rng.random() < 0.7 else None,
        undeliverable_ms=left if rng.random() < 0.3 else None,
        deleted_ms=NOW_MS - rng.randrange(DAY) if rng.random() < 0.08 else None,
        untracked_until_ms=9223372036854775807 if rng.random() < 0.05 else None,
    )
    for at, kind in steps:
        store.insert("subscriber_transitions", subscriber=number, occurred_ms=at, status=kind)


def everybody(store: Path) -> list[Somebody]:
    history: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for number, at, status in sqlite_rows(
        store, "select subscriber, occurred_ms, status from subscriber_transitions"
    ):
        history[number].append((at, status))
    columns = (
        "id, status, nullif(source, ''), nullif(utm_source, ''), nullif(utm_campaign, ''), "
        "nullif(referrer_url, ''), unsubscription_reason, created_ms, deleted_ms, untracked_until_ms, "
        "unsubscribed_ms, undeliverable_ms, bounced_ms"
    )
    found = []
    for row in sqlite_rows(store, f"select {columns} from subscribers"):
        number, status, source, utm, campaign, referrer, reason, created, deleted, untracked, *dates = row
        steps = history[number]
        on = [at for at, kind in steps if kind in ON]
        if any(kind == "unactivated" for _, kind in steps):
            confirmed = min(on, default=None)
        else:
            confirmed = created if status not in ("unactivated", "blocked") else None
        is_active = status in ON and deleted is None
        unsubscribed, undeliverable, bounced = dates
        went = next(
            (at for at in (unsubscribed, undeliverable, deleted, bounced) if at is not None),
            max((at for at, _ in steps), default=None),
        )
        left = went if not is_active and confirmed is not None else None
        found.append(
            Somebody(
                number, "deleted" if deleted is not None else status or "unknown", source, utm, campaign, referrer,
                (reason or "").strip() or None, confirmed, created, is_active, deleted is not None,
                untracked == 9223372036854775807, left, tuple(steps),
            )
        )  # fmt: skip
    return found


def moves_of(person: Somebody) -> list[Move]:
    """One life from its beginning: off, on, off, on; where the end does not fit, the last two have no day."""
    if person.confirmed is None and not person.is_active:
        return []
    is_dated = person.is_active or person.left is not None
    lived: list[tuple[int | None, str, bool]] = [(person.confirmed if is_dated else None, "joined", True)]
    for at, status in sorted(person.history, key=lambda step: (step[0], step[1] in ON, step[1])):
        if person.confirmed is None or at <= person.confirmed or (status in ON) == lived[-1][2]:
            continue
        is_on = status in ON
        lived.append((at, "returned" if is_on else status if status in NAMED else "removed", is_on))
    if lived[-1][2] != person.is_active:
        before, kind, _ = lived[-1]
        went = person.status if person.status in NAMED else "removed"
        is_later = len(lived) == 1 or (before or 0) <= (person.left or 0)
        if person.is_active or not is_later:
            lived[-1] = (None, kind, lived[-1][2])
            lived.append((None, "returned" if person.is_active else went, person.is_active))
        else:
            lived.append((person.left, went, False))
    return [
        Move(person.number, at, local(at).date() if at is not None else None, kind, 1 if is_on else -1)
        for at, kind, is_on in lived
    ]


def month(day: date) -> int:
    return day.year * 12 + day.month


def dated(people: Sequence[Somebody]) -> Iterator[tuple[Move, date]]:
    for person in people:
        for move in moves_of(person):
            if move.day is not None:
                yield move, move.day
