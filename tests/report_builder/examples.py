"""Rows of one kind with usual values: a test names only what it is about."""

from typing import Any

from report_builder.clock import Clock
from report_builder.rows import EmailResult, SiteFacts
from tests.report_builder.stores import DAY, NOW, NOW_MS

CLOCK = Clock(NOW, "Europe/Berlin")


def an_email(**values: Any) -> EmailResult:
    blank: dict[str, Any] = dict.fromkeys(EmailResult._fields, 0)
    blank |= {name: None for name in EmailResult._fields if name.startswith("provider_")}
    blank |= {"uuid": "u", "subject": "S", "status": "sent", "url": None, "sent_ms": NOW_MS - 20 * DAY}
    blank |= {"opens_tracked": 1, "clicks_tracked": 1, "recipients": 100, "delivered": 100, "measurable": 100}
    return EmailResult(**{**blank, **values})


def facts(**values: Any) -> SiteFacts:
    usual = {
        "newsletter": "N",
        "locale": None,
        "events": 9,
        "first_ms": NOW_MS - 400 * DAY,
        "last_ms": NOW_MS,
        "synced_ms": NOW_MS,
    }
    return SiteFacts(**{**usual, "subscribers": 10, "active": 8, **values})
