"""Reads everybody's life from a store, with the verdicts of the plain rules."""

import json
from collections import defaultdict
from pathlib import Path

from tests.report_builder.judged import ACTS, Event
from tests.report_builder.scores import Life, Send
from tests.report_builder.stores import DAY, NOW_MS, sqlite_rows

PEOPLE = """
select id, status, created_ms, deleted_ms, untracked_until_ms,
    coalesce(unsubscribed_ms, undeliverable_ms, deleted_ms, bounced_ms) from subscribers
"""
CHANGES = "select subscriber, occurred_ms, status from subscriber_transitions order by 2, 3"
EMAILS = "select id, published_ms, tracking_at_send, analytics from emails"
FOREVER = 2**63 - 1


def stored_lives(store: Path, events: list[Event]) -> list[Life]:
    lives: dict[int, Life] = {}
    for number, status, joined, deleted, until, went in sqlite_rows(store, PEOPLE):
        known = status or "unknown"
        if deleted is not None:
            known = "never confirmed" if status in ("unactivated", "blocked") else "deleted"
        lives[number] = Life(number, known, joined, deleted, went, until == FOREVER)
    for number, at, status in sqlite_rows(store, CHANGES):
        lives[number].changes.append((at, status))
    emails = {number: about for number, *about in sqlite_rows(store, EMAILS)}
    happened: dict[int, list[Event]] = defaultdict(list)
    received: dict[tuple[int, int], list[Event]] = defaultdict(list)
    for e in events:
        if e.email is not None:
            happened[e.email].append(e)
        if e.person is not None:
            lives[e.person].events.append(e)
            if e.email is not None and e.email in emails and e.kind in (*ACTS, "delivered"):
                received[e.person, e.email].append(e)
    for (person, email), mine in received.items():
        published, tracking, analytics = emails[email]
        counts = json.loads(analytics) if analytics else {}
        is_settled = published is not None and published < events[-1].at - 2 * DAY
        was_opened = any(e.kind == "opened" for e in happened[email]) or bool(counts.get("opens"))
        is_silent = is_settled and (counts.get("deliveries") or 0) >= 20
        is_tracked = was_opened or (tracking == 1 and not is_silent)
        is_fetched = any(e.verdict not in ("", "human") for e in mine)
        sent = happened[email][0].at if published is None else published
        at = min((e.at for e in mine if e.kind == "delivered"), default=sent)
        if at <= NOW_MS:
            acts = [e for e in mine if e.is_human]
            lives[person].sends.append(Send(email, at, is_tracked and not is_fetched, acts))
    for life in lives.values():
        life.sends.sort(key=lambda s: (s.at, s.email))
    return list(lives.values())
