"""Rows of queries/email and queries/emails."""

from typing import NamedTuple


class EmailResult(NamedTuple):
    email_id: int
    uuid: str
    subject: str | None
    status: str | None
    url: str | None
    sent_ms: int | None
    opens_tracked: int | None
    clicks_tracked: int | None
    recipients: int
    delivered: int | None
    measurable: int | None  # null: opens were not tracked, or nobody knows how many got it
    opened: int
    implied: int  # of the opened
    hidden: int
    clicked: int
    replied: int
    bounced: int
    hard_bounced: int  # of the bounced: no later email will arrive either
    complained: int
    unsubscribed: int
    raw_opened: int  # readers with any open, machines included
    raw_clicked: int
    provider_recipients: int | None
    provider_deliveries: int | None
    provider_opens: int | None
    provider_clicks: int | None
    provider_unsubscriptions: int | None
    provider_bounces: int | None
    provider_hard_bounces: int | None
    provider_complaints: int | None


class CurveHour(NamedTuple):
    email_id: int
    hour: int
    opened: int
    clicked: int


class EmailLink(NamedTuple):
    email_id: int
    target: str
    url: str
    people: int
    clicks: int
    raw_clicks: int
    raw_people: int


class Filtered(NamedTuple):
    email_id: int
    act: str
    verdict: str
    reason: str
    events: int
    people: int


class Clicker(NamedTuple):
    email_id: int
    uuid: str
    email: str | None
    name: str | None
    status: str
    clicks: int
    opened_ms: int | None
    clicked_ms: int


class Loss(NamedTuple):
    email_id: int
    uuid: str
    email: str | None
    name: str | None
    bounced_ms: int | None
    unsubscribed_ms: int | None
    complained_ms: int | None
    undeliverability_reason: str | None
    unsubscription_reason: str | None


class Pace(NamedTuple):
    """Waits from delivery to the first act; `act` is "open" or "click"."""

    email_id: int
    act: str
    people: int
    quarter_ms: int
    median_ms: int
    three_quarters_ms: int
    within_1h: int
    within_6h: int
    within_24h: int
    within_72h: int
    within_7d: int


class NewestEvent(NamedTuple):
    email_id: int
    newest_ms: int


class HalfLife(NamedTuple):
    email_id: int
    clicks: int  # of the first seven days
    half_ms: int


class Depth(NamedTuple):
    email_id: int
    clickers: int
    clicks: int
    links: int


class OpenCounts(NamedTuple):
    email_id: int
    raw_opens: int
    scanner_opens: int
    proxy_readers: int
