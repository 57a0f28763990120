"""Where opens and clicks come from: homes, Apple's and Google's proxies, gateways in data centres.

Homes use ranges reserved for benchmarks and documentation, so that no made-up reader has a real address.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from demo.world.clock import MINUTE, SECOND

AGENTS = (  # operating system, browser or mail program, weight
    ("Windows", "Outlook", 14),
    ("Windows", "Chrome", 18),
    ("Windows", "Firefox", 8),
    ("macOS", "Firefox", 7),
    ("macOS", "Chrome", 8),
    ("Linux", "Thunderbird", 6),
    ("Linux", "Firefox", 5),
    ("Android", "Chrome Mobile", 22),
    ("Android", "Samsung Internet", 4),
)
APPLE_AGENTS = (("iOS", "Mobile Safari", 62), ("macOS", "Safari", 38))


@dataclass(frozen=True)
class Gateway:
    """A company's mail filter that follows every link before the mail is handed over.

    It starts between `earliest` and `latest` after delivery, and is through within `sweep`.
    """

    address: str
    earliest: int
    latest: int
    sweep: int
    chance: float
    agent: tuple[str, str]


GATEWAYS = {
    "acme.example": Gateway("40.94.20.17", SECOND // 2, 2 * SECOND, SECOND, 0.85, ("Windows", "Chrome")),
    "halden.example": Gateway("52.34.76.65", 20 * SECOND, MINUTE, 2 * SECOND, 0.7, ("Linux", "Chrome")),
    "kestrel-labs.example": Gateway("34.90.12.8", MINUTE, 5 * MINUTE, SECOND, 0.5, ("Windows", "Edge")),
}


def draw_home(rng: Random) -> str:
    if rng.random() < 0.2:
        return f"2001:db8:{rng.randrange(65536):x}:{rng.randrange(65536):x}::{rng.randrange(1, 65536):x}"
    return f"198.{rng.choice((18, 19))}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def draw_apple(rng: Random) -> str:
    return f"17.{rng.choice((22, 57, 58, 241))}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def draw_google(rng: Random) -> str:
    return f"66.249.{rng.choice((83, 84, 88, 93))}.{rng.randrange(1, 255)}"


def draw_agent(rng: Random, *, apple: bool) -> tuple[str, str]:
    agents = APPLE_AGENTS if apple else AGENTS
    system, browser, _ = rng.choices(agents, weights=[weight for *_, weight in agents])[0]
    return system, browser
