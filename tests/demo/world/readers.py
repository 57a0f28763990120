"""Ways to look into a made-up world."""

from __future__ import annotations

from datetime import datetime

from demo import Newsletter
from demo.wire import Row


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def sent(newsletter: Newsletter) -> list[Row]:
    return [row for row in newsletter.emails if row["status"] == "sent"]


def of_kind(newsletter: Newsletter, kind: str) -> list[Row]:
    return [row for row in newsletter.events if row["event_type"] == kind]
