"""What happens to people between issues: confirming, paying, moving, leaving, coming back."""

from __future__ import annotations

from random import Random

from demo.world.clock import DAY, spell
from demo.world.people import Person, pick
from demo.world.reading import unsubscribe

PAYING = {"premium": 88, "gifted": 7, "trialed": 5}
AFTERWARDS = {
    "premium": {"premium": 64, "churned": 22, "churning": 7, "past_due": 4, "paused": 3},
    "gifted": {"gifted": 70, "regular": 30},
    "trialed": {"premium": 40, "regular": 60},
}


def plan_life(rng: Random, person: Person, until: int) -> None:
    """Adds to the plan what is decided by chance alone, latest first."""
    days = max(1, (until - person.joined) // DAY)
    if person.habit in {"fan", "casual", "returning"} and rng.random() < 0.09:
        instant = person.joined + int(rng.uniform(2, 300) * DAY)
        kind = pick(rng, PAYING)
        person.plan.append((instant, kind))
        person.plan.append((instant + int(rng.uniform(30, 365) * DAY), pick(rng, AFTERWARDS[kind])))
    if rng.random() < 0.006:
        person.plan.append((person.joined + int(rng.uniform(3, days) * DAY), "removed"))
    if rng.random() < 0.012:
        person.plan.append((person.joined + int(rng.uniform(10, 600) * DAY), "moved"))
    if rng.random() < 0.01:
        person.plan.append((person.joined + int(rng.uniform(10, 600) * DAY), "unsubscribed"))
    person.plan.sort(reverse=True)


def live_until(rng: Random, person: Person, instant: int) -> None:
    """Carry out everything planned up to `instant`. The first thing on a plan may be to confirm; whoever
    has left by then stays away."""
    while person.plan and person.plan[-1][0] <= instant:
        at, kind = person.plan.pop()
        if person.receiving or person.row["type"] == "unactivated":
            happen(rng, person, at, kind)


def happen(rng: Random, person: Person, at: int, kind: str) -> None:
    row = person.row
    if row["type"] == "unactivated" and kind != "regular":
        return
    match kind:
        case "moved":
            move(person, at)
        case "unsubscribed":
            unsubscribe(rng, person, at)
        case _:
            if kind == row["type"]:
                return
            person.become(at, kind)
            if kind == "premium":
                row["upgrade_date"] = spell(at)
            if kind == "churned":
                row["churn_date"] = spell(at)


def move(person: Person, at: int) -> None:
    """A new address for the same person, on the same row."""
    old = person.row["email_address"]
    local, _, domain = old.partition("@")
    new = f"{local}.new@{'post.example' if domain != 'post.example' else 'mail.example'}"
    person.row["email_address"] = new
    person.row["email_transitions"].append(
        {"date": spell(at), "old_email_address": old, "new_email_address": new}
    )
