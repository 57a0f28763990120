"""Rows of queries/status, and what the verdicts add up to."""

from typing import NamedTuple


class EventTypeCount(NamedTuple):
    event_type: str
    events: int
    first_ms: int
    last_ms: int


class SyncRun(NamedTuple):
    run_id: str
    command: str
    started_ms: int
    finished_ms: int
    outcome: str
    counts: str


class StatusCount(NamedTuple):
    status: str
    subscribers: int


class Unassigned(NamedTuple):
    no_subscriber: int
    no_email: int


class FeedCount(NamedTuple):
    email_id: int
    feed_count: int
    stored_count: int
    checked_ms: int


class FilteredTotal(NamedTuple):
    act: str
    verdict: str
    reason: str
    events: int
    people: int
    emails: int


class UnlinkedEvents(NamedTuple):
    email_id: int
    event_type: str
    events: int
    unlinked: int  # of the events: of nobody known
