"""Draws the issues: when they went out, what they were called, and the links in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from demo.publication import email
from demo.wire import Row
from demo.world import letters
from demo.world.clock import DAY, HOUR, MINUTE, spell, to_instant
from demo.world.log import draw_id

HOME = ZoneInfo("Europe/Berlin")
THURSDAY = 3
HALF_PAST_SEVEN = time(7, 30)


@dataclass
class Issue:
    row: Row
    sent: int
    links: list[str]  # the last one is the footer's
    tracked: bool = True
    members_only: bool = False
    appeal: float = 1.0  # how well the subject line did
    pull: list[float] = field(default_factory=list)  # how well each link did

    @property
    def id(self) -> str:
        return str(self.row["id"])


def plan_sends(rng: Random, until: datetime, emails: int) -> list[int]:
    """Thursday mornings in Berlin, the last one before `until`; now and then a day late."""
    local = until.astimezone(HOME)
    last = datetime.combine(local.date(), HALF_PAST_SEVEN, HOME)
    last -= timedelta(days=(last.weekday() - THURSDAY) % 7)
    if to_instant(last) > to_instant(until) - 2 * HOUR:
        last -= timedelta(days=7)
    sends = []
    for back in range(emails - 1, -1, -1):
        instant = to_instant(last - timedelta(days=7 * back)) + rng.randrange(5 * MINUTE)
        late = back and rng.random() < 0.05
        sends.append(instant + (DAY + 90 * MINUTE if late else 0))
    return sends


def draw_issues(rng: Random, sends: list[int]) -> list[Issue]:
    subjects = letters.draw_subjects(rng, len(sends))
    # tracking was once switched off for two issues, and forgotten once more much later
    untracked = {len(sends) // 5, len(sends) // 5 + 1, len(sends) * 7 // 10} if len(sends) >= 10 else set()
    issues = []
    for number, (sent, subject) in enumerate(zip(sends, subjects, strict=True), 1):
        issues.append(draw_issue(rng, number, sent, subject, tracked=number - 1 not in untracked))
    return issues


def draw_issue(rng: Random, number: int, sent: int, subject: str, *, tracked: bool) -> Issue:
    members_only = number % 24 == 0
    if members_only:
        subject = f"For members: {subject}"
    links = letters.draw_links(rng, number)
    written = sent - rng.randrange(1, 5) * DAY - rng.randrange(8) * HOUR
    row = email(
        subject,
        id=draw_id(rng, "em"),
        at=spell(written),
        publish_date=spell(sent),
        modification_date=spell(sent + rng.randrange(5, 40) * MINUTE),
        secondary_id=number,
        body=letters.write_body(rng, subject, links),
        description=f"Issue {number} of {letters.NAME}.",
        absolute_url=f"https://quietmetric.example/archive/{number}/",
        email_type="premium" if members_only else "public",
        archival_mode="enabled_for_paid_subscribers" if members_only else "enabled",
        featured=number % 17 == 0,
    )
    # August and the last days of the year are quiet
    season = 0.88 if row["publish_date"][5:7] == "08" or row["publish_date"][5:10] >= "12-20" else 1.0
    return Issue(
        row=row,
        sent=sent,
        links=links,
        tracked=tracked,
        members_only=members_only,
        appeal=season * rng.lognormvariate(0, 0.1),
        pull=[rng.lognormvariate(0, 0.7) / (1 + 0.25 * place) for place in range(len(links) - 1)],
    )


def draw_unsent(rng: Random, count: int, until: int) -> list[Row]:
    """The desk today: a draft, an issue waiting for its day, and the automation's welcome letter."""
    return [
        email(
            "Welcome to The Quiet Metric",
            id=draw_id(rng, "em"),
            at=spell(until - 300 * DAY),
            status="transactional",
            secondary_id=None,
            archival_mode="disabled",
            email_type="private",
            body="Good to have you here. A letter comes every Thursday morning.\n",
        ),
        email(
            "What the bounce rate is for",
            id=draw_id(rng, "em"),
            at=spell(until - 30 * HOUR),
            status="scheduled",
            publish_date=spell(until + 3 * DAY),
            secondary_id=count + 1,
            body="Soon.\n",
        ),
        email(
            "Notes towards a glossary (draft)",
            id=draw_id(rng, "em"),
            at=spell(until - 9 * DAY),
            status="draft",
            body="- rate\n- ratio\n- share\n",
        ),
    ]
