"""Event names, old and new, in one taxonomy."""

import re
from functools import cache
from typing import NamedTuple

CURRENT = frozenset(
    {"bounced", "clicked", "complained", "delivered", "opened", "rejected", "replied", "unsubscribed"}
)
OLDER_SUFFIXES = {name: f"subscriber.{name}" for name in CURRENT} | {
    "sent": "email.sent",
    "attempted": "email.attempted",
}
CANONICAL = frozenset(OLDER_SUFFIXES.values())
# Mails that ask a person to confirm: opening one is not opening an email of the newsletter.
CONFIRMATION = re.compile(r"(?:subscriber\.)?((?:activation|subscription_confirmed)_\w+)")


class EventType(NamedTuple):
    name: str
    original: str | None  # as it came, where that differs
    is_known: bool


@cache
def event_type(given: str) -> EventType:
    if given in CURRENT:
        return EventType(f"subscriber.{given}", None, True)
    if given in CANONICAL:
        return EventType(given, None, True)
    if match := CONFIRMATION.fullmatch(given):
        return EventType(f"subscriber.{match[1]}", given, True)
    mapped = OLDER_SUFFIXES.get(re.split(r"[._-]", given)[-1])
    if mapped:
        return EventType(mapped, given, True)
    return EventType(given or "unknown", None, False)
