"""How much somebody cares at a given time: the one hidden number behind opening, clicking and leaving."""

from __future__ import annotations

from math import sin, tau

from demo.world.clock import DAY
from demo.world.people import Person


def interest(person: Person, instant: int) -> float:
    """From 0 to 1, about the chance to read an ordinary issue."""
    age = (instant - person.joined) / DAY
    match person.habit:
        case "fan":
            level = 0.82
        case "casual":
            level = 0.36
        case "fading":
            level = 0.7 * 0.5 ** (age / person.tempo)
        case "dormant":
            level = 0.4 if age < person.tempo else 0.015
        case _:  # returning: away once, for as long as they had been there
            level = 0.02 if 1 < age / person.tempo < 2 else 0.6
    drift = 1 + 0.2 * sin(tau * age / person.wave + person.phase)
    welcome = 1.15 if age < 28 else 1.0
    return max(0.0, min(0.97, level * drift * welcome))
