"""Stores with long lives in them: people who join, confirm, warm up, go quiet, leave and come back over 500 days."""

from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.report_builder.stores import DAY, NOW_MS, PERSON, PROXY, SCANNER, Store

EMAILS, PEOPLE = 68, 70
HOUR = DAY // 24


class Habit(NamedTuple):
    """How likely a person answers an email, and does no more than click or open it; how often a machine comes."""

    reply: float
    click: float
    open: float
    machine: float


HABITS = (
    Habit(0.3, 0.5, 0.2, 0), Habit(0.02, 0.7, 0.2, 0), Habit(0, 0.3, 0.5, 0.05), Habit(0, 0.1, 0.6, 0),
    Habit(0, 0.05, 0.2, 0), Habit(0, 0.01, 0.06, 0), Habit(0, 0, 0.02, 0), Habit(0, 0, 0, 0), Habit(0, 0, 0, 1),
    Habit(0, 0.4, 0, 1), Habit(0.02, 0.02, 0, 0.9),
)  # fmt: skip


class Course(NamedTuple):
    """The story of one person on the list: when they signed up, what they were until when, and what is stored of it."""

    joined: int
    spells: list[tuple[int, str]]
    stored: dict[str, Any]

    def gets(self, at: int) -> bool:
        status = [status for since, status in self.spells if since <= at]
        return bool(status) and status[-1] in ("regular", "premium")


def draw_course(rng: Random) -> Course:
    joined = NOW_MS - rng.choice((rng.randint(1, 60), rng.randint(30, 500), 500)) * DAY - rng.randrange(DAY)

    def later(since: int) -> int:
        return rng.randint(since, NOW_MS)

    kind = rng.choice(("stays",) * 9 + ("confirms", "waits", "leaves", "leaves", "returns", "returns", "doubts",
                                        "ends", "ends", "deleted", "blocked", "strange", "untracked"))  # fmt: skip
    spells, stored = [(joined, "regular")], {"status": "regular", "created_ms": joined}
    if kind in ("confirms", "waits"):
        spells = [(joined, "unactivated")]
        stored["status"] = "unactivated"
        if kind == "confirms":
            spells.append((min(joined + rng.randint(0, 40 * DAY), NOW_MS), "regular"))
            stored["status"] = "regular"
        elif rng.random() < 0.5:
            stored["deleted_ms"] = later(joined)
    if kind in ("leaves", "returns", "doubts"):
        spells.append((later(joined), "unsubscribed"))
        stored |= {"status": "unsubscribed", "unsubscribed_ms": spells[-1][0]}
    if kind == "returns":
        spells.append((later(spells[-1][0]), "premium"))
        stored["status"] = "premium"
        if rng.random() < 0.4:
            spells.append((later(spells[-1][0]), "removed"))
            stored |= {"status": "removed", "unsubscribed_ms": None}
    if kind == "doubts":
        spells.append((later(spells[-1][0]), "unactivated"))
        stored["status"] = "unactivated"
    if kind == "ends":
        spells.append((later(joined), rng.choice(("undeliverable", "complained", "removed"))))
        stored["status"] = spells[-1][1]
        if rng.random() < 0.7:
            stored["undeliverable_ms"] = spells[-1][0]
    if kind in ("deleted", "strange") and rng.random() < 0.7:
        stored["deleted_ms"] = later(joined)
    if kind == "blocked":
        stored["status"] = "blocked"
    if kind == "strange":
        stored |= {"status": rng.choice((None, "regular")), "created_ms": None}
    if kind == "untracked":
        stored["untracked_until_ms"] = rng.choice((2**63 - 1, joined))
    if rng.random() < 0.05:
        stored["created_ms"] = None
    return Course(joined, spells, stored)


def lives_store(path: Path, seed: int) -> Path:
    """Every stage, every number of stars and every step of recency and frequency occurs in each of the first seeds."""
    rng = Random(seed)
    store = Store(path)
    store.database.execute("begin")
    links = [
        store.link(f"https://{host}.example/{n}") for n, host in enumerate(("a", "a", "b", "www.c", "d"))
    ]
    links.append(store.link("mailto:author@weekly.example"))
    sent = [NOW_MS - 7 * DAY * n - rng.randrange(3 * HOUR) for n in range(EMAILS)]
    for n, at in enumerate(sent):
        analytics = rng.choice((None, None, {"deliveries": 40, "opens": 0, "clicks": 0}))
        tracking = rng.choice((0, None)) if rng.random() < 0.15 else 1
        store.email(f"Letter {n}", rng.choice((at, at, None)), tracking_at_send=tracking, analytics=analytics)
    for _ in range(PEOPLE):
        course = draw_course(rng)
        person = store.subscriber(**course.stored)
        if len(course.spells) > 1 or rng.random() < 0.2:
            _write_changes(store, rng, person, course)
        if course.stored.get("untracked_until_ms") == 2**63 - 1:
            continue  # nothing they do is linked to them
        _write_acts(store, rng, person, course, sent, links)
    store.run()
    store.database.execute("commit")
    return store.done()


def _write_changes(store: Store, rng: Random, person: int, course: Course) -> None:
    for at, status in dict(course.spells if rng.random() < 0.9 else course.spells[1:]).items():
        store.database.execute(
            "insert or ignore into subscriber_transitions values (?, ?, ?)", (person, at, status)
        )


def _write_acts(
    store: Store, rng: Random, person: int, course: Course, sent: list[int], links: list[int]
) -> None:
    habits = rng.choices(HABITS, k=2)
    turn, silence = NOW_MS - rng.randint(0, 400) * DAY, NOW_MS - rng.randint(0, 300) * DAY
    pause = (silence, silence + rng.choice((0, 0, 40, 91, 100, 300)) * DAY)
    for email, at in enumerate(sent, 1):
        if not course.gets(at):
            continue
        if rng.random() < 0.95:
            store.event("subscriber.delivered", at + rng.randrange(HOUR), person, email)
        habit = habits[at < turn]
        act = rng.random()
        # soon, late, or whole days later, now and then on the very limit of a stage
        read = at + rng.choice((2 * HOUR, 5 * HOUR, 3 * DAY, 20 * DAY)) + rng.randrange(HOUR)
        read = min(read, NOW_MS - rng.choice((14, 30, 31, 90, 91)) * DAY) if rng.random() < 0.03 else read
        if rng.random() < habit.machine:
            agent, kind = rng.choice(((PROXY, "opened"), (PROXY, "opened"), (SCANNER, "clicked")))
            link = rng.choice(links) if kind == "clicked" else None
            _act(store, kind, at + HOUR, person, email, link, agent)
        if pause[0] <= read < pause[1]:
            continue
        if act < habit.reply:
            _act(store, "replied", read + HOUR, person, email)
        if act < habit.reply + habit.click:
            _act(store, "clicked", read + rng.randrange(HOUR), person, email, rng.choice(links))
        if act < sum(habit[:3]) and rng.random() < 0.9:
            _act(store, "opened", read, person, email)
        if rng.random() < 0.001:
            _act(store, "complained", read + HOUR, person, rng.choice((email, None)))


def _act(
    store: Store,
    kind: str,
    at: int,
    person: int,
    email: int | None,
    link: int | None = None,
    agent: Any = PERSON,
) -> None:
    if at <= NOW_MS:
        store.event(f"subscriber.{kind}", at, person, email, link, agent)
