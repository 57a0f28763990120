"""Draws everybody who ever was on the list, in the order they came."""

from __future__ import annotations

from random import Random

from demo.wire import Row, tag
from demo.world import words
from demo.world.clock import DAY, HOUR, MINUTE, spell
from demo.world.lives import plan_life
from demo.world.log import draw_id
from demo.world.people import Person, draw_person

IMPORTED = 0.18
DELETED = 0.006  # gone from the list, though not from the events
RETURNED = 0.004
TWICE = 0.001  # on the list twice under one address


def draw_people(rng: Random, count: int, start: int, until: int) -> list[Person]:
    """As many as leave exactly `count` on the list, those of the old list first."""
    deleted = round(count * DELETED)
    total = count + deleted
    arrivals = draw_arrivals(rng, total, start, until)
    import_id, taken = draw_id(rng, "sub_imp"), set[str]()
    people = []
    for number, joined in enumerate(arrivals):
        old = import_id if number < total * IMPORTED else None
        people.append(draw_person(rng, joined, import_id=old, taken=taken))
    for person in people:
        plan_life(rng, person, until)
    for person in rng.sample(people[: total // 2], min(deleted, total // 2)):
        person.deleted = True
        person.plan.append((person.joined + rng.randrange(30, 300) * DAY, "unsubscribed"))
        person.plan.sort(reverse=True)
    bring_back(rng, people, round(count * RETURNED))
    share_addresses(rng, people, round(count * TWICE))
    return people


def draw_arrivals(rng: Random, total: int, start: int, until: int) -> list[int]:
    """The old list in its first hour, then ever more, with a few days of sudden fame."""
    imported = int(total * IMPORTED)
    if imported < total * IMPORTED:
        imported += 1
    arrivals = [start + rng.randrange(HOUR) for _ in range(imported)]
    span = max(1, until - start - 2 * HOUR)
    fame = [start + int(span * share) for share in (0.22, 0.55, 0.81)]
    for _ in range(total - imported):
        if rng.random() < 0.12:
            joined = rng.choice(fame) + int(rng.expovariate(1 / DAY))
        else:
            joined = start + HOUR + int(span * rng.random() ** 0.8)
        arrivals.append(min(joined, until - 10 * MINUTE))
    return sorted(arrivals[:imported]) + sorted(arrivals[imported:])


def bring_back(rng: Random, people: list[Person], count: int) -> None:
    """Later arrivals turn out to be people who had left: same address, new id, new row."""
    half = len(people) // 2
    leavers, arrivals = rng.sample(people[:half], count), rng.sample(people[half:], count)
    for old, new in zip(leavers, arrivals, strict=True):
        if new.deleted or new.joined - old.joined < 90 * DAY:
            continue
        old.plan.append((old.joined + (new.joined - old.joined) // 2, "unsubscribed"))
        old.plan.sort(reverse=True)
        _same_address(old, new)


def share_addresses(rng: Random, people: list[Person], count: int) -> None:
    for one, other in zip(people[:count], rng.sample(people[len(people) // 4 :], count), strict=True):
        _same_address(one, other)


def _same_address(old: Person, new: Person) -> None:
    new.row["email_address"] = old.row["email_address"]
    new.row["metadata"] = dict(old.row["metadata"])
    new.company = old.company


def hand_out_tags(rng: Random, people: list[Person], tags: list[Row]) -> None:
    """Tags say something about people: the first is the old list's, the rest follow habits."""
    names = [tag["name"] for tag in tags]
    for person in people:
        mine = person.row["tags"]
        if person.row["source"] == "import" and rng.random() < 0.9:
            mine.append(names[0])
        keen = person.habit in {"fan", "returning"}
        for name, chance in zip(names[1:], (0.22, 0.12, 0.1, 0.05, 0.04, 0.02, 0.01), strict=True):
            if rng.random() < chance * (1.8 if keen else 0.7):
                mine.append(name)


def draw_tags(rng: Random, start: int) -> list[Row]:
    return [
        tag(
            name,
            id=draw_id(rng, "sub_tag"),
            at=spell(start + number * 9 * DAY),
            color=words.TAG_COLORS[number],
            description=description,
            public_description=public,
            subscriber_editable=editable,
            secondary_id=number + 1,
        )
        for number, (name, description, public, editable) in enumerate(words.TAGS)
    ]
