"""How engaged each person is: the scale of the score, the stars and the lifecycle stages, and their words.

relations/{checkpoints,sends,spells,standings,stage_dates,profiles}.sql work them out; the numbers here are their
$parameters. The score is that of an email's worth (reply, click, open) with an exponential half-life, shrunk towards
the list's mean by a prior of two emails (an empirical Bayes estimate in the manner of Robbins), so that one lucky
email makes nobody a champion.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from report_builder.clock import DAY_MS

MILLION = 1_000_000  # of which weights are parts
RELATIONS = ("checkpoints", "sends", "settlings", "spells", "standings", "stage_dates", "profiles")

Stage = Literal[
    "champion", "active", "cooling", "dormant", "new", "unmeasurable", "unactivated", "undeliverable", "complained",
    "lost",
]  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """Days are of 24 hours; scores from 0 to 100. Each is a $parameter of the relations."""

    steps: int = 13  # checkpoints before now
    step_days: int = 28
    window_days: int = 364  # whole weeks, so that no weekday weighs more
    half_life_days: int = 90
    prior_emails: int = 2
    minimum_emails: int = 3  # measurable, for a score; received, to be no longer new
    last_emails: int = 10  # that recency and frequency look at
    new_days: int = 30
    active_days: int = 30
    cooling_days: int = 90
    champion_score: int = 65
    three_stars: int = 10
    four_stars: int = 35
    five_stars: int = 65

    def parameters(self) -> Mapping[str, int]:
        """By field; what is in days is there in milliseconds as well, since products of numbers overflow in SQL."""
        days = {name: value for name, value in asdict(self).items() if name.endswith("_days")}
        return asdict(self) | {
            f"{name.removesuffix('days')}ms": value * DAY_MS for name, value in days.items()
        }


# In the order of a life on the list; each sentence completes "people who ...".
STAGES: Mapping[Stage, tuple[str, str]] = {
    "champion": ("Champion", "score 65 or more and did something in the last 30 days"),
    "active": ("Active", "did something in the last 30 days"),
    "cooling": ("Cooling", "last did something 31 to 90 days ago"),
    "dormant": ("Dormant", "have done nothing for more than 90 days"),
    "new": ("New", "joined less than 30 days ago, or got fewer than three emails"),
    "unmeasurable": ("Can't be known", "get emails, but nothing they do can be seen"),
    "unactivated": ("Not confirmed", "signed up and never confirmed the address"),
    "undeliverable": ("Undeliverable", "have an address that no longer takes mail"),
    "complained": ("Complained", "marked an email as spam"),
    "lost": ("Lost", "unsubscribed, were removed or deleted"),
}
ON_THE_LIST: tuple[Stage, ...] = ("champion", "active", "cooling", "dormant", "new", "unmeasurable")

# What a place in the grid of recency (5 is latest) and frequency (the last is most often) is called.
GRID: Mapping[int, tuple[str, str, str, str, str]] = {
    5: ("New or rare", "Promising", "Promising", "Faithful", "Faithful"),
    4: ("New or rare", "Promising", "Regular", "Regular", "Faithful"),
    3: ("Slipping away", "Slipping away", "Needs attention", "Needs attention", "Needs attention"),
    2: ("Fading", "Fading", "Fading", "Once faithful", "Once faithful"),
    1: ("Lost interest", "Lost interest", "Lost interest", "Once faithful", "Once faithful"),
}
