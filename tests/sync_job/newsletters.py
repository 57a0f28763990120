"""Small newsletters for tests, made by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from demo import Newsletter, Row, analytics, email, event, subscriber, tag

SENT = datetime(2026, 8, 10, 6, 30, tzinfo=UTC)


def make_small(events: int = 7, people: int = 2) -> Newsletter:
    """A few readers of one issue, whose openings are a minute apart, oldest first."""
    readers = [
        subscriber(f"reader{number}@example.com", at=SENT - timedelta(days=30, minutes=-number))
        for number in range(people)
    ]
    issue = email("Issue 1", at=SENT, analytics=analytics(deliveries=people, opens=people))
    return Newsletter(
        subscribers=readers,
        emails=[issue],
        events=[opening(number, readers[number % people], issue) for number in range(events)],
        tags=[tag("vip")],
    )


def opening(minute: float, reader: Row | str | None, issue: Row | str | None) -> Row:
    """Opened so many minutes after it was sent."""
    return event("opened", subscriber=reader, email=issue, at=SENT + timedelta(minutes=minute))


def opened_on(newsletter: Newsletter, at: datetime) -> Row:
    """One more opening of the first issue by its first reader, appended to the list."""
    row = event("opened", subscriber=newsletter.subscribers[0], email=newsletter.emails[0], at=at)
    newsletter.events.append(row)
    return row


def make_list(people: int, **fields: Any) -> Newsletter:
    return Newsletter(
        subscribers=[subscriber(f"{number}@example.com", at=SENT, **fields) for number in range(people)]
    )
