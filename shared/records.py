"""The vocabulary: one record per table of the store, as every source hands them to it.

Times are milliseconds since 1970-01-01 UTC, ids are the 16 bytes of a UUID. An Event is a NamedTuple, not a
dataclass: a first sync makes a million of them, and a frozen dataclass costs three times as much.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Agent(NamedTuple):
    os: str
    browser: str
    network_class: str
    ranges_version: int


class HashedAddress(NamedTuple):
    """Keyed hashes of an IP address and of its network; the address itself goes no further than parsing."""

    address: bytes
    network: bytes


class Event(NamedTuple):
    occurred_ms: int
    id: bytes
    family: str  # the form of the id: ext_evt, em_evt, uuid, export, ...
    type: str
    subscriber: bytes | None
    email: bytes | None
    url: str | None
    agent: Agent | None
    address: HashedAddress | None
    details: str | None  # canonical JSON of everything rarer


@dataclass(frozen=True)
class Transition:
    occurred_ms: int
    status: str


@dataclass(frozen=True)
class AddressSpan:
    """An email address and when it was this subscriber's; 0: since before anyone looked, None: still."""

    email: str
    from_ms: int
    to_ms: int | None


@dataclass(frozen=True)
class Subscriber:
    uuid: bytes
    email: str | None
    name: str | None
    status: str
    source: str | None
    created_ms: int | None
    country: str | None
    referrer_url: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    form_id: str | None
    import_id: str | None
    unsubscribed_ms: int | None
    unsubscription_reason: str | None
    upgraded_ms: int | None
    churned_ms: int | None
    bounced_ms: int | None
    bounce_reason: str | None
    undeliverable_ms: int | None
    undeliverability_reason: str | None
    metadata: str  # canonical JSON
    tags: tuple[str, ...] = ()
    transitions: tuple[Transition, ...] = ()
    addresses: tuple[AddressSpan, ...] = ()


@dataclass(frozen=True)
class Tag:
    uuid: bytes
    name: str
    color: str | None
    description: str | None
    created_ms: int | None


@dataclass(frozen=True)
class Email:
    uuid: bytes
    subject: str | None
    status: str | None
    kind: str | None
    source: str | None
    slug: str | None
    url: str | None
    issue: int | None
    created_ms: int | None
    published_ms: int | None
    analytics: str | None  # canonical JSON, as the provider counts


@dataclass(frozen=True)
class Newsletter:
    uuid: bytes
    name: str
    time_zone: str
    tracking: bool | None  # the provider's switch today; None: not told
    locale: str | None = None  # as the provider writes it, such as "en" or "pt-br"
