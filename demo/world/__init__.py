"""A made-up newsletter with two years of history: `make_newsletter(until=...)`.

Everybody has a hidden interest that drifts; what is on the wire follows from it, from machines that read
along, and from chance. The same arguments always give the same world: there is one random generator,
and no clock.
"""

from __future__ import annotations

from datetime import datetime
from random import Random

from demo.newsletter import Newsletter
from demo.publication import account, newsletter_row
from demo.wire import Row
from demo.world.clock import DAY, spell, to_instant
from demo.world.counting import count_archive, count_emails, count_people
from demo.world.issues import Issue, draw_issues, draw_unsent, plan_sends
from demo.world.letters import NAME, USERNAME
from demo.world.lives import live_until
from demo.world.log import Log, draw_id
from demo.world.oddities import leave_orphans, send_welcomes
from demo.world.people import Person
from demo.world.population import draw_people, draw_tags, hand_out_tags
from demo.world.sending import send_issue

MEMBERS = frozenset(["premium", "gifted", "trialed", "churning"])


def make_newsletter(
    *, until: datetime, seed: int = 7, subscribers: int = 3000, emails: int = 100
) -> Newsletter:
    """`emails` weekly issues, the last in the week before `until` (aware), and `subscribers` rows on the
    list; besides there are a draft, a scheduled issue and an automation's letter. Nothing is dated later
    than `until`, except the day the scheduled issue is due.

    `truth` has an entry for each open and click: "human" (also through Google's image proxy, which asks
    when somebody looks), "apple_proxy", "google_proxy" (a fetch right at delivery), "scanner".
    """
    if until.tzinfo is None:
        raise ValueError("until needs a time zone")
    rng = Random(f"{seed}/{subscribers}/{emails}")
    end = to_instant(until)
    sends = plan_sends(rng, until, emails)
    start = (sends[0] if sends else end) - 28 * DAY
    tags = draw_tags(rng, start)
    people = draw_people(rng, subscribers, start, end)
    hand_out_tags(rng, people, tags)
    issues = draw_issues(rng, sends)
    unsent = draw_unsent(rng, emails, end)
    log = Log(rng, end)
    publish(rng, issues, people, log)
    send_welcomes(rng, people, unsent[0], end - 180 * DAY, log)
    leave_orphans(rng, issues, log)
    return assemble(rng, start, people, issues, unsent, tags, log)


def publish(rng: Random, issues: list[Issue], people: list[Person], log: Log) -> None:
    """Issue after issue, to whoever is on the list that day."""
    for issue in issues:
        audience = []
        for person in people:
            if person.joined < issue.sent:
                live_until(rng, person, issue.sent)
                if person.receiving and (not issue.members_only or person.row["type"] in MEMBERS):
                    audience.append(person)
        send_issue(rng, issue, audience, log)
    for person in people:
        live_until(rng, person, log.until)


def assemble(
    rng: Random,
    start: int,
    people: list[Person],
    issues: list[Issue],
    unsent: list[Row],
    tags: list[Row],
    log: Log,
) -> Newsletter:
    events = sorted(log.events, key=lambda row: (row["creation_date"], row["id"]))
    emails = [issue.row for issue in issues] + unsent
    rows = [person.row for person in people if not person.deleted]
    rows.sort(key=lambda row: str(row["creation_date"]))
    for number, row in enumerate(rows, 1):
        row["secondary_id"] = number
    count_emails(emails, events)
    count_archive(rng, emails)
    count_people(rows, events)
    return Newsletter(
        account=account(username=USERNAME, email_address="editor@quietmetric.example"),
        newsletter=newsletter_row(
            NAME,
            id=draw_id(rng, "news"),
            at=spell(start - DAY),
            api_key="0c0ffee0-5ec2-4e70-8000-00000000c1ea",
            username=USERNAME,
            description="A weekly letter about measuring less, and better.",
            domain="quietmetric.example",
            email_address="letters@quietmetric.example",
            timezone="Europe/Berlin",
        ),
        subscribers=rows,
        emails=emails,
        events=events,
        tags=tags,
        truth=log.truth,
    )
