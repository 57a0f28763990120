"""Rows of queries/deliverability."""

from typing import NamedTuple


class EmailDelivery(NamedTuple):
    email_id: int
    recipients: int
    delivered: int
    hard: int
    soft: int
    complained: int
    unsubscribed: int


class DomainDelivery(NamedTuple):
    domain: str | None
    recipients: int
    delivered: int
    hard: int
    soft: int
    complained: int
    unsubscribed: int


class FailureReason(NamedTuple):
    reason: str
    is_permanent: int
    failures: int
    people: int
    emails: int


class LostAddress(NamedTuple):
    uuid: str
    email: str | None
    name: str | None
    status: str
    is_active: bool
    reason: str
    occurred_ms: int
