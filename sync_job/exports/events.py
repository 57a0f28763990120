"""From a row of an events export, in its older or newer names, to an Event and the address of whom it is about."""

import re
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from shared.records import Event
from sync_job.counts import Counts
from sync_job.exports.columns import first, flat, structure, text
from sync_job.network import AddressHider
from sync_job.pairing import EXPORT
from sync_job.sources.buttondown.event_parser import EventParser
from sync_job.sources.buttondown.event_types import event_type

OF_THE_API = frozenset({"ext_evt", "em_evt"})
NO_ID = str(uuid.UUID(int=0))
# In these columns we look; the token is a secret, and what an export expands of a person or an email has its own file.
EXPECTED = re.compile(
    r"id|token|event_type|timestamp|creation_date|metadata|(?:subscriber|email|automation)(?:_.*)?"
)


class ReadEvent(NamedTuple):
    event: Event
    address: str | None  # of the person, where the file gives no id
    has_id: bool


class EventReader:
    """Rows go through the parser of the API's events, so that the same is kept, and the same left out."""

    def __init__(self, hider: AddressHider, counts: Counts) -> None:
        self._parser = EventParser(hider, counts)
        self._counts = counts

    def read(self, row: Mapping[str, Any]) -> ReadEvent | None:
        """None for a row that cannot be read."""
        values = flat(row)
        for name in values:
            if not _is_expected(name):
                self._counts.unknown_fields[f"export.event.{name}"] += 1
        given_id, at = text(values.get("id")), text(first(values, "timestamp", "creation_date"))
        kind = text(values.get("event_type")) or ""
        try:
            metadata = structure(values.get("metadata"))
        except ValueError:
            # Of a reply nothing but its happening is kept, so its unwieldy content may be unreadable.
            metadata = {} if event_type(kind).name == "subscriber.replied" else None
            if metadata is None:
                return None
        parsed = self._parser.parse(
            [
                {
                    "id": given_id or NO_ID,
                    "creation_date": at,
                    "event_type": kind,
                    "subscriber_id": _id(first(values, "subscriber_id", "subscriber__id", "subscriber")),
                    "email_id": _id(first(values, "email_id", "email__id", "email")),
                    "automation_id": _id(first(values, "automation_id", "automation__id", "automation")),
                    "metadata": metadata if isinstance(metadata, dict) else None,
                }
            ]
        )
        if not parsed or at is None:
            return None
        event = parsed[0]
        # At a whole second the API's own id does not make it the API's event: that one has a time of its own,
        # which wins when the two are paired.
        if event.family not in OF_THE_API or "." not in at:
            event = event._replace(family=EXPORT)
        address = first(
            values, "subscriber__email", "subscriber__email_address", "subscriber_email", "subscriber"
        )
        if event.subscriber is not None or not isinstance(address, str) or "@" not in address:
            address = None
        return ReadEvent(event, address, given_id is not None)


@lru_cache(maxsize=4096)
def _is_expected(name: str) -> bool:
    return EXPECTED.fullmatch(name) is not None


def _id(value: Any) -> str | None:
    """An id; `subscriber` and `email` alone may hold one, an address, or nothing usable."""
    return None if value is None or isinstance(value, (dict, list)) or "@" in str(value) else str(value)
