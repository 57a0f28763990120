"""What is kept of a webhook between the collector that receives it and the sync that reads it.

A webhook carries ids and no time: it is a hint that something happened. What happened, and when, is asked of the
API, so nothing else of it is worth keeping.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

PATH = "/webhooks/buttondown"  # where the collector takes them
LONGEST_TEXT = 200


@dataclass(frozen=True)
class Webhook:
    """`id` tells repeats; ids are spelled as they came; `received_at` is ISO 8601 UTC, by the collector's clock."""

    id: str
    event_type: str
    subscriber: str | None
    email: str | None
    newsletter: str | None
    received_at: str

    def as_record(self) -> dict[str, Any]:
        return asdict(self)


def read_record(record: Mapping[str, Any]) -> Webhook | None:
    """The webhook that a record of the inbox tells of, or None where it tells of none."""
    required = [record.get(name) for name in ("id", "event_type", "received_at")]
    optional = [record.get(name) for name in ("subscriber", "email", "newsletter")]
    if not all(_is_short_text(each) for each in required):
        return None
    if not all(each is None or _is_short_text(each) for each in optional):
        return None
    if not _is_moment(record["received_at"]):
        return None
    return Webhook(
        id=record["id"],
        event_type=record["event_type"],
        subscriber=record.get("subscriber"),
        email=record.get("email"),
        newsletter=record.get("newsletter"),
        received_at=record["received_at"],
    )


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
