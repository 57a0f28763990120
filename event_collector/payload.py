"""From the body of a delivery to the few fields that are kept of it. Pure."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import orjson

from shared.webhooks import Webhook

UUID = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
# A TypeID, a UUID, or a UUID behind a prefix: nothing that could be an address passes for an id.
ID = re.compile(
    rf"(?:[a-z][a-z0-9_]{{0,40}}_)?(?:{UUID}|[0-7][0-9a-hjkmnp-tv-z]{{25}})", re.ASCII | re.IGNORECASE
)
EVENT_TYPE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*", re.ASCII)
LONGEST_TYPE = 100


class Unreadable(ValueError):
    """The body is not a webhook; the words say what it lacks."""


def read_payload(body: bytes, received_at: datetime) -> Webhook:
    """Keeps what it can: an id that is missing is replaced by the body's digest, what is no id is left out.

    Raises Unreadable for what is no JSON object or names no event type.
    """
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable("the body is not JSON") from error
    if not isinstance(said, dict):
        raise Unreadable("the body is not a JSON object")
    event_type = said.get("event_type")
    if not (
        isinstance(event_type, str) and len(event_type) <= LONGEST_TYPE and EVENT_TYPE.fullmatch(event_type)
    ):
        raise Unreadable("there is no event_type")
    data = said.get("data")
    return Webhook(
        id=_id(said.get("id")) or hashlib.sha256(body).hexdigest(),
        event_type=event_type,
        subscriber=_named(data, "subscriber"),
        email=_named(data, "email"),
        newsletter=_named(data, "newsletter"),
        received_at=received_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def _named(data: Any, thing: str) -> str | None:
    """Its id. Only `subscriber` and `newsletter` are documented; everywhere else in the API it is `subscriber_id`."""
    if not isinstance(data, dict):
        return None
    return _id(data.get(thing)) or _id(data.get(f"{thing}_id"))


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and ID.fullmatch(value) else None
