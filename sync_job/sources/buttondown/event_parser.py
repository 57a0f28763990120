"""From an event as the wire says it to an Event: pure, but for what it counts. The hot path of every sync."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from shared.records import Agent, Event
from sync_job.counts import Counts
from sync_job.network import AddressHider
from sync_job.sources.buttondown.event_types import event_type
from sync_job.sources.buttondown.ids import OPAQUE, TO_PYTHON, canonical_id, spelled
from sync_job.times import milliseconds

FIELDS = frozenset(
    ["id", "creation_date", "subscriber_id", "email_id", "automation_id", "metadata", "event_type", "subscriber", "email", "automation"]
)
METADATA_FIELDS = frozenset(["code", "url", "ip_address", "os", "browser"])
OLDER_AGENT_FIELDS = {"client_os": "os", "client_name": "browser"}  # of events before June 2026
PRIVATE_FIELDS = frozenset(
    ["from", "subject", "html", "text", "ip"]
)  # a reply's content, or an address: never kept
MAX_UNKNOWN_BYTES = 1024
CACHED_IDS = 500_000
NEW_ID = "ext_evt_"


class EventParser:
    """Keeps the few caches that make a million events cheap."""

    def __init__(self, hider: AddressHider, counts: Counts) -> None:
        self._hider = hider
        self._counts = counts
        self._ids: dict[str, bytes] = {}
        self._shapes: dict[tuple[str, ...], tuple[str, ...]] = {}

    def parse(self, rows: Iterable[Mapping[str, Any]]) -> list[Event]:
        """An Event for each row; a row without an id or a readable date is counted as refused."""
        parsed = []
        for row in rows:
            try:
                parsed.append(self._event(row))
            except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
                self._counts.events_refused += 1
        return parsed

    def _event(self, row: Mapping[str, Any]) -> Event:
        text: str = row["id"]
        if len(text) == 34 and text.startswith(NEW_ID):
            try:
                family, event_id = "ext_evt", int(text[8:].translate(TO_PYTHON), 32).to_bytes(16)
            except (ValueError, OverflowError):
                family, event_id = canonical_id(text)
        elif text:
            family, event_id = canonical_id(text)
        else:
            raise ValueError("an event without an id")
        occurred_ms = milliseconds(row["creation_date"])

        given: str = row.get("event_type") or ""
        kind = event_type(given)
        if not kind.is_known:
            self._counts.unknown_types[kind.name] += 1

        subscriber, email = row.get("subscriber_id"), row.get("email_id")
        details: dict[str, Any] = {}
        if kind.original is not None:
            details["event_type"] = kind.original
        if family == OPAQUE:
            details["id"] = text
        if automation := row.get("automation_id"):
            details["automation_id"] = spelled(self._id(automation))
        if unknown := self._unknown(row, FIELDS):
            self._keep(details, row, unknown, "event.")

        metadata = row.get("metadata")
        url = agent = address = None
        if metadata and isinstance(metadata, dict):
            if link := metadata.get("url"):
                url = str(link)
            if code := metadata.get("code"):
                details["code"] = code
            os, browser = str(metadata.get("os") or ""), str(metadata.get("browser") or "")
            origin = self._hider.origin(metadata.get("ip_address"))
            if unknown := self._unknown(metadata, METADATA_FIELDS):
                os = os or str(metadata.get("client_os") or "")
                browser = browser or str(metadata.get("client_name") or "")
                if kind.name != "subscriber.replied":
                    self._keep(details, metadata, unknown, "event.metadata.")
            if os or browser or origin.address is not None:
                agent = Agent(os, browser, origin.network_class, origin.ranges_version)
                address = origin.address
        return Event(
            occurred_ms,
            event_id,
            family,
            kind.name,
            self._id(subscriber) if subscriber else None,
            self._id(email) if email else None,
            url,
            agent,
            address,
            orjson.dumps(details, option=orjson.OPT_SORT_KEYS).decode() if details else None,
        )

    def _id(self, text: str) -> bytes:
        known = self._ids.get(text)
        if known is None:
            known = canonical_id(text).uuid
            if len(self._ids) < CACHED_IDS:
                self._ids[text] = known
        return known

    def _unknown(self, given: Mapping[str, Any], expected: frozenset[str]) -> tuple[str, ...]:
        """The names that nobody told us of; rows come in few shapes, so each shape is looked at once."""
        shape = tuple(given)
        known = self._shapes.get(shape)
        if known is None:
            known = self._shapes[shape] = tuple(sorted(set(shape) - expected))
        return known

    def _keep(
        self, details: dict[str, Any], given: Mapping[str, Any], names: tuple[str, ...], prefix: str
    ) -> None:
        """Unknown fields are kept, up to 1 kB and unless they could be personal; all are counted by name."""
        room = MAX_UNKNOWN_BYTES
        for name in names:
            value = given[name]
            if name in OLDER_AGENT_FIELDS or (name in PRIVATE_FIELDS and prefix == "event.metadata."):
                continue
            self._counts.unknown_fields[prefix + name] += 1
            size = len(orjson.dumps(value))
            if value is None or size > room or _is_personal(value):
                continue
            room -= size
            details[name] = value


def _is_personal(value: Any) -> bool:
    """Whether a value holds something like an IP address or an email address, anywhere inside."""
    text = orjson.dumps(value).decode()
    if re.search(r"[^@\s\"]@[^@\s\"]+\.", text):
        return True
    for token in re.findall(r"[0-9a-fA-F:.]{3,}", text):
        try:
            ipaddress.ip_address(token.strip("."))
        except ValueError:
            continue
        return True
    return False
