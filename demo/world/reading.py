"""What people do with an issue: read it, follow links, write back, leave, or let it lie."""

from __future__ import annotations

from random import Random

from demo.world import letters, words
from demo.world.clock import DAY, HOUR, MINUTE, SECOND, spell
from demo.world.interest import interest
from demo.world.issues import Issue
from demo.world.letters import write_reply
from demo.world.log import Log
from demo.world.networks import draw_google, draw_home
from demo.world.people import Person

LONGEST_WAIT = 6 * DAY  # whoever leaves does so before the next issue


def read(rng: Random, issue: Issue, person: Person, delivered: int, log: Log) -> bool:
    """Whether the issue was read at all."""
    care = interest(person, delivered)
    if rng.random() > care * issue.appeal:
        return False
    instant = daytime(rng, person, delivered + draw_wait(rng))
    if issue.tracked:
        see(rng, issue, person, instant, log)
        if rng.random() < min(0.7, person.taste * (0.6 + care)):
            click(rng, issue, person, instant, log)
        if rng.random() < 0.1 + 0.2 * care:  # and once more
            later = daytime(rng, person, instant + int(rng.expovariate(1 / (2 * DAY))))
            see(rng, issue, person, later, log)
    chance = rng.random()
    if chance < 0.0035 * care:
        message = write_reply(rng, person.row["email_address"], issue.row["subject"])
        log.add("replied", instant + rng.randrange(2 * MINUTE, 5 * HOUR), person.id, issue.id, message)
    elif chance > 0.998 - 0.014 * (1 - care):
        leave(rng, issue, person, instant + rng.randrange(20 * SECOND, 3 * MINUTE), log)
    return True


def leave_unread(rng: Random, issue: Issue, person: Person, delivered: int, log: Log) -> None:
    """Some are annoyed by the mere arrival."""
    chance = rng.random()
    if chance < 0.0009:
        leave(rng, issue, person, daytime(rng, person, delivered + draw_wait(rng)), log)
    elif chance > 0.99965:
        instant = daytime(rng, person, delivered + draw_wait(rng))
        if log.add("complained", instant, person.id, issue.id, {}):
            person.become(instant, "complained")


def leave(rng: Random, issue: Issue, person: Person, instant: int, log: Log) -> None:
    if issue.tracked and rng.random() < 0.5:
        follow(rng, issue, person, instant - 15 * SECOND, letters.FOOTER, log)
    if log.add("unsubscribed", instant, person.id, issue.id, {}):
        unsubscribe(rng, person, instant)


def unsubscribe(rng: Random, person: Person, instant: int) -> None:
    person.become(instant, "unsubscribed")
    person.row["unsubscription_date"] = spell(instant)
    person.row["unsubscription_reason"] = rng.choice(words.REASONS)


def see(rng: Random, issue: Issue, person: Person, instant: int, log: Log) -> None:
    """The pixel loads, unless images are off. Apple has it cached by then and asks nobody; Google asks
    through its proxy, at the very moment somebody looks, so that still counts as a person."""
    if person.mailbox == "apple" and rng.random() < 0.94:
        return
    if person.mailbox == "google":
        origin = {"ip_address": draw_google(rng), "os": "", "browser": "GoogleImageProxy"}
    elif rng.random() < 0.12:
        return
    else:
        origin = whereabouts(rng, person)
    log.add("opened", instant, person.id, issue.id, origin, cause="human")


def click(rng: Random, issue: Issue, person: Person, instant: int, log: Log) -> None:
    count = 1 + (rng.random() < 0.3) + (rng.random() < 0.1)
    for url in rng.choices(issue.links[:-1], weights=issue.pull, k=count):
        instant += rng.randrange(8 * SECOND, 4 * MINUTE)
        follow(rng, issue, person, instant, url, log)


def follow(rng: Random, issue: Issue, person: Person, instant: int, url: str, log: Log) -> None:
    metadata = {"url": url, **whereabouts(rng, person)}
    log.add("clicked", instant, person.id, issue.id, metadata, cause="human")


def whereabouts(rng: Random, person: Person) -> dict[str, str]:
    system, browser = person.agent
    address = person.home if rng.random() < 0.8 else draw_home(rng)  # on the way
    return {"ip_address": address, "os": system, "browser": browser}


def draw_wait(rng: Random) -> int:
    """A third within the hour, most on the same day, the rest within the week."""
    chance = rng.random()
    if chance < 0.35:
        wait = rng.lognormvariate(2.9, 0.9) * MINUTE
    elif chance < 0.8:
        wait = rng.expovariate(1 / (6 * HOUR))
    else:
        wait = rng.expovariate(1 / (2 * DAY))
    return min(LONGEST_WAIT, int(wait) + 30 * SECOND)


def daytime(rng: Random, person: Person, instant: int) -> int:
    """Nights are for sleeping: what falls into them happens after breakfast."""
    hour = (instant // HOUR + person.ahead) % 24
    if hour < 6 and rng.random() < 0.9:
        return instant + (6 - hour) * HOUR + rng.randrange(2 * HOUR)
    return instant
