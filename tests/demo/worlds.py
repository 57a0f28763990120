"""Small worlds for tests, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from demo import Newsletter, email, event, subscriber

MORNING = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)


def make_small(events: int = 7) -> Newsletter:
    """One reader, one issue, and `events` openings a minute apart, oldest first."""
    ada, issue = subscriber("ada@example.com"), email("Issue 1")
    opened = [
        event("opened", subscriber=ada, email=issue, at=MORNING + timedelta(minutes=minute))
        for minute in range(events)
    ]
    return Newsletter(subscribers=[ada], emails=[issue], events=opened)
