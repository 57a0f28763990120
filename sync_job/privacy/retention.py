"""Forgetting what is old, as `[retention]` of project.toml says: at the end of every run, or by `rapport retention`.

Events older than `events_months` are of nobody, as after an erasure; reading the feed again does not change that, nor
does a longer time set later. People who left more than `people_months` ago are erased, but their tombstones are not
final: one who is on the list again is welcome, and linked to what comes from then on.
"""

import json
from datetime import date
from typing import NamedTuple

from shared.project import Retention
from sync_job.privacy.erasure import erase, unlink_between
from sync_job.privacy.tombstones import LEFT
from sync_job.session import Session
from sync_job.statements import statement
from sync_job.times import add_months, midnight_ms, to_datetime

FACT = "linked_since_ms"


class Limits(NamedTuple):
    """The first days that are not old; None: nothing is. Days are those of UTC."""

    events: date | None
    people: date | None


def limits(asked: Retention, today: date) -> Limits:
    months = (asked.events_months, asked.people_months)
    return Limits(*(add_months(today, -each) if each else None for each in months))


def apply_retention(session: Session) -> None:
    """Run it last. Applying it twice changes nothing. The tombstones must be open."""
    limit = limits(session.plan.retention, to_datetime(session.now_ms()).date())
    if limit.events:
        _unlink_old_events(session, midnight_ms(limit.events, "UTC"))
    if limit.people:
        _forget_departed(session, midnight_ms(limit.people, "UTC"))


def _unlink_old_events(session: Session, before_ms: int) -> None:
    store = session.store
    done_ms = int(store.fact(FACT) or 0)  # what is older comes in unlinked
    with store.transaction():
        unlinked = unlink_between(store, done_ms, before_ms)
        if unlinked:
            store.set_fact(FACT, str(before_ms))
    session.counts.events_unlinked += unlinked
    store.events.mind_consent()


def _forget_departed(session: Session, before_ms: int) -> None:
    given = {"left": json.dumps(LEFT), "before_ms": before_ms}
    rows = session.store.database.execute(statement("find_departed"), given)
    people = [key for (key,) in rows]
    session.counts.events_unlinked += erase(session.store, people, session.now_ms(), is_final=False)
    session.counts.subscribers_forgotten += len(people)
