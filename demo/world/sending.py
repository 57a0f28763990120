"""One issue goes out: a delivery or a failure for each, then what filters, proxies and people do."""

from __future__ import annotations

from random import Random

from demo.world.clock import HOUR, MINUTE
from demo.world.filtering import pass_filters
from demo.world.issues import Issue
from demo.world.log import Log
from demo.world.people import Person
from demo.world.reading import leave_unread, read

SOFT_CODES = {
    "out_of_storage": 40,
    "delivery_expired": 20,
    "access_denied": 14,
    "email_blocked": 12,
    "authentication_issue": 8,
    "spam": 6,
}
TEMPORARY = 0.006
CLOSED = 0.0002  # a mailbox that worked so far is gone


def send_issue(rng: Random, issue: Issue, audience: list[Person], log: Log) -> None:
    for person in audience:
        # a few minutes for the whole list, the slow servers last
        instant = issue.sent + int(rng.random() * 4 * MINUTE + rng.expovariate(1 / (0.5 * MINUTE)))
        if person.fragile or rng.random() < CLOSED:
            reject(issue, person, instant, log)
            continue
        if rng.random() < TEMPORARY:
            code = rng.choices(list(SOFT_CODES), weights=list(SOFT_CODES.values()))[0]
            log.add("bounced", instant, person.id, issue.id, {"code": code})
            if rng.random() < 0.4:
                continue
            instant += rng.randrange(20 * MINUTE, 5 * HOUR)
        if not log.add("delivered", instant, person.id, issue.id, {}):
            continue
        if issue.tracked:
            pass_filters(rng, issue, person, instant, log)
        if not read(rng, issue, person, instant, log):
            leave_unread(rng, issue, person, instant, log)


def reject(issue: Issue, person: Person, instant: int, log: Log) -> None:
    if log.add("rejected", instant, person.id, issue.id, {"code": "hard_bounce"}):
        person.become(instant, "undeliverable")
        person.row["undeliverability_date"] = person.row["transitions"][-1]["date"]
        person.row["undeliverability_reason"] = "hard_bounce"
