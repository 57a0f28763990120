"""The rows every real feed has and nobody thinks of: automation sends, and events that belong to no one."""

from __future__ import annotations

from random import Random

from demo.wire import Row
from demo.world.clock import DAY, HOUR, MINUTE
from demo.world.issues import Issue
from demo.world.log import Log, draw_id
from demo.world.people import Person
from demo.world.reading import whereabouts


def send_welcomes(rng: Random, people: list[Person], welcome: Row, since: int, log: Log) -> None:
    """A short automation: the welcome letter, then a text that exists only inside the automation."""
    automation = draw_id(rng, "aut")
    for person in people:
        if person.joined < since or person.row["source"] != "form" or not person.receiving:
            continue
        for email_id, wait in ((welcome["id"], 5 * MINUTE), (None, 3 * DAY)):
            at = person.joined + HOUR + wait + rng.randrange(MINUTE)
            log.add("delivered", at, person.id, email_id, {}, automation_id=automation)
            if rng.random() < 0.5:
                at += rng.randrange(MINUTE, 20 * HOUR)
                origin = whereabouts(rng, person)
                log.add("opened", at, person.id, email_id, origin, cause="human", automation_id=automation)


def leave_orphans(rng: Random, issues: list[Issue], log: Log) -> None:
    """Failures at addresses nobody can name any more, and people the provider no longer knows."""
    for issue in rng.sample(issues, min(6, len(issues))):
        log.add("rejected", issue.sent + rng.randrange(MINUTE), None, issue.id, {"code": "hard_bounce"})
    for issue in rng.sample(issues, min(4, len(issues))):
        stranger = draw_id(rng, "sub")
        log.add("delivered", issue.sent + rng.randrange(MINUTE), stranger, issue.id, {})
