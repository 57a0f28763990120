"""Draws the people: who they are on the wire, and the traits behind it that nobody gets to see."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from demo.wire import Row, subscriber
from demo.world import words
from demo.world.clock import DAY, MINUTE, spell
from demo.world.log import draw_id
from demo.world.networks import draw_agent, draw_home

RECEIVING = frozenset(
    ["regular", "premium", "gifted", "trialed", "churning", "churned", "past_due", "paused"]
)
HABITS = {"fan": 14, "casual": 36, "fading": 22, "dormant": 16, "returning": 12}
MAILBOXES = {"apple": 34, "google": 30, "plain": 36}  # what loads the images


@dataclass(slots=True)
class Person:
    row: Row
    joined: int
    habit: str
    tempo: float  # days; what it means depends on the habit
    phase: float
    wave: float  # days between two peaks of interest
    taste: float  # chance to click in an issue that is read
    mailbox: str
    company: str  # domain of the employer whose filter reads along, or ""
    home: str
    agent: tuple[str, str]
    ahead: int  # hours ahead of UTC
    receiving: bool
    plan: list[tuple[int, str]] = field(default_factory=list)  # what will happen to them, latest first
    deleted: bool = False
    fragile: bool = False  # the address does not exist

    @property
    def id(self) -> str:
        return str(self.row["id"])

    def become(self, instant: int, kind: str) -> None:
        self.row["type"] = kind
        self.row["transitions"].append({"date": spell(instant), "type": kind})
        self.receiving = kind in RECEIVING


def draw_person(rng: Random, joined: int, *, import_id: str | None, taken: set[str]) -> Person:
    """Somebody who signed up at `joined`; `taken` are the addresses that are gone, and grows by one."""
    first, last = rng.choice(words.FIRST_NAMES), rng.choice(words.LAST_NAMES)
    company = pick(rng, words.EMPLOYERS)
    country = rng.choices(list(words.COUNTRIES), weights=[w for w, _ in words.COUNTRIES.values()])[0]
    mailbox = "plain" if company else pick(rng, MAILBOXES)
    habit = pick(rng, HABITS)
    source = "import" if import_id else pick(rng, words.SOURCES)
    utm_source, medium, campaign, referrer = rng.choices(words.CAMPAIGNS, weights=(40, 22, 12, 8, 7, 5, 6))[0]
    if import_id:
        utm_source = medium = campaign = referrer = ""
    home = draw_home(rng)
    row = subscriber(
        draw_address(rng, first, last, company, taken),
        at=spell(joined),
        id=draw_id(rng, "sub"),
        type="regular",
        country=country if rng.random() < 0.9 else None,
        ip_address=None if import_id else home,
        metadata=draw_metadata(rng, first, last),
        notes=rng.choice(words.NOTES) if rng.random() < 0.01 else "",
        referral_code=f"{rng.getrandbits(40):010x}",
        referrer_url=referrer,
        risk_score=None if import_id else round(rng.gauss(-1, 3), 2),
        source=source,
        subscriber_import_id=import_id,
        utm_source=utm_source,
        utm_medium=medium,
        utm_campaign=campaign,
    )
    person = Person(
        row=row,
        joined=joined,
        habit=habit,
        tempo=draw_tempo(rng, habit),
        phase=rng.uniform(0, 6.283),
        wave=rng.uniform(60, 240),
        taste=min(0.6, rng.betavariate(1.1, 10.5)),
        mailbox=mailbox,
        company=company,
        home=home,
        agent=draw_agent(rng, apple=mailbox == "apple"),
        ahead=words.COUNTRIES[country][1],
        receiving=True,
        fragile=rng.random() < (0.03 if import_id else 0.008),
    )
    draw_beginning(rng, person)
    return person


def draw_beginning(rng: Random, person: Person) -> None:
    """Forms ask to confirm by mail; some never do, and a filter keeps a few out altogether."""
    if person.row["source"] not in {"form", "organic", "embedded_form", "comment"}:
        return
    person.row["type"] = "unactivated"
    person.row["transitions"] = [{"date": spell(person.joined), "type": "unactivated"}]
    person.receiving = False
    chance = rng.random()
    if chance < 0.008:
        person.become(person.joined + rng.randrange(1, 5_000_000), "blocked")
    elif chance > 0.055:
        wait = int(min(2 * DAY, rng.lognormvariate(1.2, 1.4) * MINUTE))
        person.plan.append((person.joined + wait, "regular"))


def draw_address(rng: Random, first: str, last: str, company: str, taken: set[str]) -> str:
    plain = str.maketrans("äéíöüçł", "aeioucl")
    first, last = first.lower().translate(plain), last.lower().translate(plain)
    domain = company or rng.choice(
        words.QUIET_COMPANIES if rng.random() < 0.12
        else words.OWN_DOMAINS if rng.random() < 0.2
        else words.MAILBOXES
    )  # fmt: skip
    spellings = (f"{first}.{last}", f"{first}{last[0]}", f"{first[0]}.{last}", f"{first}_{last}", last)
    local = rng.choice(spellings)
    address, number = f"{local}@{domain}", 1
    while address in taken:
        number += 1
        address = f"{local}{number}@{domain}"
    taken.add(address)
    return address


def draw_metadata(rng: Random, first: str, last: str) -> Row:
    chance = rng.random()
    metadata: Row = {}
    if chance < 0.62:
        metadata = {"first_name": first, "last_name": last}
    elif chance < 0.72:
        metadata = {"first_name": first}
    elif chance < 0.82:
        metadata = {"name": f"{first} {last}"}
    if rng.random() < 0.04:
        metadata["address"] = {"city": rng.choice(words.CITIES)}
    return metadata


def draw_tempo(rng: Random, habit: str) -> float:
    match habit:
        case "fading":
            return rng.uniform(60, 260)  # interest halves in
        case "dormant":
            return rng.uniform(10, 100)  # interest lasts
        case _:
            return rng.uniform(90, 240)  # first absence, and its length


def pick(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), weights=list(weights.values()))[0]
