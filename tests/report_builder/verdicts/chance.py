"""Scenes made by chance: rushes, crowds and odds and ends, with times around the rules' limits."""

from __future__ import annotations

from random import Random

from tests.report_builder.verdicts.relations import Agent, Happening

URLS = (*(f"https://news.example/{letter}" for letter in "abcde"), "https://news.example/manage?do=Unsubscribe",
        "https://news.example/a?utm_source=weekly", None)  # fmt: skip
AGENTS: tuple[Agent | None, ...] = (
    None, ("Windows", "Outlook", "other"), ("Linux", "Firefox", "other"), ("", "", "other"), ("", "", "none"),
    ("Windows", "Chrome", "cloud"), ("", "Mozilla/5.0", "cloud"), ("", "", "apple_relay"),
    ("iOS", "Mobile Safari", "apple_relay"), ("", "GoogleImageProxy", "google_proxy"),
    ("", "YahooMailProxy", "other"), ("Linux", "python-requests", "cloud"), ("Android", "Chrome", "none"),
)  # fmt: skip
PLAIN = AGENTS[1:3] + AGENTS[5:6]
RUSH = (0, 1, 150, 300, 700, 1000, 1001, 2500, 9_999, 10_000, 10_001, 14_999, 15_000, 15_001, 60_000)
WAITS = (0, 1, 2000, 2001, 10_000, 10_001, 30_000, 60_000, 900_000, 3_599_999, 3_600_000, 3_600_001)
CROWD = (0, 1, 20_000, 60_000, 75_000, 75_001, 100_000, 900_000, 900_001, 1_800_000)


def draw_scene(rng: Random, email: int, first_id: int) -> list[Happening]:
    """What happens to one email."""
    kind = rng.choice((draw_rush, draw_crowd, draw_odds))
    return kind(rng, email, first_id)


def draw_rush(rng: Random, email: int, first_id: int) -> list[Happening]:
    """One or two readers, in a hurry, from one or two addresses."""
    agents = rng.choices(AGENTS, k=2) if rng.random() < 0.5 else rng.choices(PLAIN, k=2)
    steps = rng.sample(RUSH, 4)
    kinds = ("clicked",) * rng.randint(3, 12) + ("opened", "replied")[: rng.randint(0, 2)]
    return _draw(rng, email, first_id, rng.randint(4, 14), steps, kinds, agents, rng.randint(1, 2), 2)


def draw_crowd(rng: Random, email: int, first_id: int) -> list[Happening]:
    """Many readers and few places."""
    agents = rng.choices(PLAIN, k=rng.choice((1, 1, 2)))
    steps = rng.sample(CROWD, 3)
    kinds = ("clicked",) * 8 + ("opened",)
    return _draw(rng, email, first_id, rng.randint(5, 16), steps, kinds, agents, 9, rng.randint(1, 3))


def draw_odds(rng: Random, email: int, first_id: int) -> list[Happening]:
    kinds = ("clicked",) * 3 + ("opened",) * 3 + ("delivered", "replied")
    return _draw(rng, email, first_id, rng.randint(1, 12), WAITS, kinds, AGENTS, rng.randint(1, 4), 3)


def _draw(
    rng: Random,
    email: int,
    first_id: int,
    count: int,
    steps: tuple[int, ...] | list[int],
    kinds: tuple[str, ...],
    agents: tuple[Agent | None, ...] | list[Agent | None],
    readers: int,
    addresses: int,
) -> list[Happening]:
    at = 1_760_000_000_000 + rng.randrange(60_000)
    happenings = []
    if rng.random() < 0.6:
        for reader in range(1, readers + 1):
            lag = rng.choice((0, -1500, 1500, 2000, -3_000))
            happenings.append(Happening(first_id + 100 + reader, "delivered", at + lag, reader, email))
    for number in range(count):
        at += rng.choice(steps)
        kind = rng.choice(kinds)
        agent = rng.choice(agents) if kind in ("clicked", "opened") else None
        address = rng.randint(1, addresses) if agent and (agent[2] != "none" or rng.random() < 0.1) else None
        happenings.append(
            Happening(
                id=first_id + number,
                kind=kind,
                at=at,
                reader=rng.randint(1, readers) if rng.random() < 0.97 else None,
                email=email if rng.random() < 0.98 else None,
                url=rng.choice(URLS) if kind == "clicked" else None,
                agent=agent,
                address=address,
                network=(address + 1) // 2 if address else None,
            )
        )
    rng.shuffle(happenings)
    return happenings
