"""From an event as the wire says it to an Event: pure, but for what it counts. The hot path of every sync."""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, TypeVar

import orjson

from shared.records import Agent, Event, HashedAddress
from sync_job.counts import Counts
from sync_job.network import AddressHider
from sync_job.sources.buttondown.event_types import CURRENT, event_type
from sync_job.sources.buttondown.ids import OPAQUE, TO_PYTHON, canonical_id, spelled
from sync_job.sources.buttondown.parsers import canonical_json
from sync_job.times import HOURS, SECONDS, milliseconds

DOCUMENTED = (
    *("id", "creation_date", "subscriber_id", "email_id", "automation_id", "metadata", "event_type"),
    *("subscriber", "email", "automation"),
)
FIELDS = frozenset(DOCUMENTED)
METADATA_FIELDS = frozenset("code url ip_address os browser".split())
OLDER_AGENT_FIELDS = {"client_os": "os", "client_name": "browser"}  # of events before June 2026
PRIVATE_FIELDS = frozenset(
    "from subject html text ip".split()
)  # a reply's content, or an address: never kept
EMAIL_ADDRESS = re.compile(r"[^@\s\"]@[^@\s\"]+\.")
IPV4_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
MAX_UNKNOWN_BYTES = 1024
CACHED_IDS = 500_000
CACHED_ORIGINS = 200_000
CACHED_CODES = 1_000

K = TypeVar("K")
V = TypeVar("V")

documented = itemgetter(*DOCUMENTED)  # fails on a row that lacks any of them
FAMILIES = {"ext_evt_": "ext_evt"}
SHORT_NAMES = {
    name: f"subscriber.{name}" for name in CURRENT - {"replied"}
}  # whose metadata may hold a message


class Memo(dict[K, V]):
    """Makes what is missing, and remembers it while there is room."""

    def __init__(self, make: Callable[[K], V], room: int) -> None:
        self._make = make
        self._room = room

    def __missing__(self, key: K) -> V:
        made = self._make(key)
        if len(self) < self._room:
            self[key] = made
        return made


class EventParser:
    """Keeps the few caches that make a million events cheap."""

    def __init__(self, hider: AddressHider, counts: Counts) -> None:
        self._hider = hider
        self._counts = counts
        self._ids = Memo[str | None, bytes | None](
            lambda text: canonical_id(text).uuid if text else None, CACHED_IDS
        )
        self._origins = Memo(self._origin, CACHED_ORIGINS)
        self._codes = Memo(_code_alone, CACHED_CODES)
        self._shapes: dict[tuple[str, ...], tuple[str, ...]] = {}

    def parse(self, rows: Iterable[Mapping[str, Any]]) -> list[Event]:
        """An Event for each row; a row without an id or a readable date is counted as refused.

        Rows of exactly the documented shape, nearly all of them, take the short way through this loop; a
        look-up that fails sends the row the long way, which gives the same event.
        """
        parsed: list[Event] = []
        ids, origins, codes, hours, seconds = self._ids, self._origins, self._codes, HOURS, SECONDS
        make, number = tuple.__new__, int
        for row in rows:
            try:
                text, date, subscriber, email, automation, metadata, kind, _, _, _ = documented(row)
                if len(text) != 34 or len(date) != 27 or date[26] != "Z" or automation or len(row) != 10:
                    raise KeyError
                url = agent = address = details = None
                if metadata:
                    if len(metadata) == 1:
                        details = codes[metadata["code"]]
                    else:
                        agent, address = origins[metadata["ip_address"], metadata["os"], metadata["browser"]]
                        if len(metadata) == 4:
                            url = metadata["url"]
                        elif len(metadata) != 3:
                            raise KeyError
                values = (
                    hours[date[:13]] + seconds[date[13:19]] + number(date[20:23]),
                    number(text[8:].encode().translate(TO_PYTHON), 32).to_bytes(16),
                    FAMILIES[text[:8]],
                    SHORT_NAMES[kind],
                    ids[subscriber],
                    ids[email],
                    url,
                    agent,
                    address,
                    details,
                )
                event = make(Event, values)
            except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
                try:
                    event = self._event(row)
                except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
                    self._counts.events_refused += 1
                    continue
            parsed.append(event)
        return parsed

    def _event(self, row: Mapping[str, Any]) -> Event:
        text: str = row["id"]
        if not text:
            raise ValueError("an event without an id")
        family, event_id = canonical_id(text)
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
            details["automation_id"] = spelled(canonical_id(automation).uuid)
        if unknown := self._unknown(row, FIELDS):
            self._keep(details, row, unknown, "event.", kind.name)

        metadata = row.get("metadata")
        url = agent = address = None
        if metadata and isinstance(metadata, dict):
            if link := metadata.get("url"):
                url = str(link)
            if (code := metadata.get("code")) and _is_harmless_code(code):
                details["code"] = code
            os, browser = str(metadata.get("os") or ""), str(metadata.get("browser") or "")
            if unknown := self._unknown(metadata, METADATA_FIELDS):
                os = os or str(metadata.get("client_os") or "")
                browser = browser or str(metadata.get("client_name") or "")
                self._keep(details, metadata, unknown, "event.metadata.", kind.name)
            agent, address = self._origins[str(metadata.get("ip_address") or ""), os, browser]
        return Event(
            occurred_ms,
            event_id,
            family,
            kind.name,
            self._ids[subscriber or None],
            self._ids[email or None],
            url,
            agent,
            address,
            canonical_json(details) if details else None,
        )

    def _origin(self, key: tuple[str, str, str]) -> tuple[Agent | None, HashedAddress | None]:
        ip_address, os, browser = key
        origin = self._hider.origin(ip_address)
        if not (os or browser or origin.address):
            return None, None
        return Agent(os, browser, origin.network_class, origin.ranges_version), origin.address

    def _unknown(self, given: Mapping[str, Any], expected: frozenset[str]) -> tuple[str, ...]:
        """The names that nobody told us of; rows come in few shapes, so each shape is looked at once."""
        shape = tuple(given)
        known = self._shapes.get(shape)
        if known is None:
            known = self._shapes[shape] = tuple(sorted(set(shape) - expected))
        return known

    def _keep(
        self,
        details: dict[str, Any],
        given: Mapping[str, Any],
        names: tuple[str, ...],
        prefix: str,
        kind: str,
    ) -> None:
        """Unknown fields are counted by name, and kept up to 1 kB unless they could be personal.

        Of a reply nothing is kept but that it happened.
        """
        room = MAX_UNKNOWN_BYTES
        for name in names:
            value = given[name]
            if name in OLDER_AGENT_FIELDS or name in PRIVATE_FIELDS:
                continue
            self._counts.unknown_fields[prefix + name] += 1
            size = len(orjson.dumps(value))
            if kind == "subscriber.replied" or value is None or size > room or _is_personal(value):
                continue
            room -= size
            details[name] = value


def _code_alone(code: str) -> str | None:
    return canonical_json({"code": code}) if _is_harmless_code(code) else None


def _is_harmless_code(code: object) -> bool:
    """A code is one of a few words; what a mail server said in its own words may name people and machines."""
    return isinstance(code, str) and len(code) <= 100 and not _is_personal(code)


def _is_personal(value: Any) -> bool:
    """Whether a value holds something like an IP address or an email address, anywhere inside."""
    text = orjson.dumps(value).decode()
    if EMAIL_ADDRESS.search(text) or IPV4_ADDRESS.search(text):
        return True
    for token in re.findall(r"[0-9a-fA-F:]{3,}", text):
        try:
            ipaddress.ip_address(token)
        except ValueError:
            continue
        return True
    return False
