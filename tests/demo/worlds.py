"""Small worlds for tests, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from demo import Newsletter, analytics, email, event, subscriber, tag

MORNING = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)


def make_small(events: int = 7) -> Newsletter:
    """One reader, one issue, and `events` openings a minute apart, oldest first."""
    ada, issue = subscriber("ada@example.com"), email("Issue 1")
    opened = [
        event("opened", subscriber=ada, email=issue, at=MORNING + timedelta(minutes=minute))
        for minute in range(events)
    ]
    return Newsletter(subscribers=[ada], emails=[issue], events=opened)


def day(number: int) -> datetime:
    return datetime(2026, 3, number, 12, tzinfo=UTC)


def make_people() -> Newsletter:
    return Newsletter(
        subscribers=[
            subscriber(
                "ada@acme.example",
                at=day(1),
                tags=["vip", "data"],
                open_rate=0.9,
                metadata={"city": "Lyon"},
                utm_source="forum",
                referrer_url="https://forum.example/t/9",
            ),
            subscriber(
                "ben@post.example", at=day(2), tags=["data"], open_rate=0.1, type="premium", source="api"
            ),
            subscriber(
                "cleo@post.example",
                at=day(3),
                type="unsubscribed",
                unsubscription_date=day(9),
                unsubscription_reason="Too many emails",
            ),
            subscriber(
                "dan@mail.example", at=day(4), type="undeliverable", undeliverability_reason="hard_bounce"
            ),
        ],
        tags=[tag("vip"), tag("data")],
    )


def make_issues() -> Newsletter:
    return Newsletter(
        emails=[
            email("Beta", at=day(1), status="sent", analytics=analytics(opens=5), source="api"),
            email("Alpha", at=day(2), status="draft"),
            email("Gamma", at=day(3), status="scheduled", email_type="premium"),
        ]
    )
