"""What each query gives: one NamedTuple per query file, with its columns in their order."""

from datetime import date
from typing import NamedTuple


class SiteFacts(NamedTuple):
    newsletter: str | None
    events: int
    first_ms: int | None
    last_ms: int | None
    synced_ms: int | None
    subscribers: int
    active: int


class Totals(NamedTuple):
    engaged: int
    clicked: int
    still_active: int
    replies: int


class Step(NamedTuple):
    step: int
    engaged: int
    clicked: int


class AudienceStep(NamedTuple):
    step: int
    joined: int
    gone: int


class TopStep(NamedTuple):
    place: int
    uuid: str
    email: str | None
    name: str | None
    score: int
    opened: int
    clicked: int
    last_ms: int
    step: int
    actions: int


class HourActions(NamedTuple):
    weekday: int
    hour: int
    actions: int


class TopLink(NamedTuple):
    target: str
    url: str
    people: int
    clicks: int


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


class Filtered(NamedTuple):
    email_id: int
    act: str
    verdict: str
    reason: str
    events: int
    people: int


class FilteredTotal(NamedTuple):
    act: str
    verdict: str
    reason: str
    events: int
    people: int
    emails: int


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


class Person(NamedTuple):
    subscriber_id: int
    uuid: str
    email: str | None
    name: str | None
    status: str
    is_active: bool
    source: str | None
    joined_day: date | None
    joined_ms: int | None
    score: int | None  # null: nothing this person received could be measured
    received: int
    measurable: int
    hidden: int
    clicks_measurable: int
    opened: int
    clicked: int
    replied: int
    last_ms: int | None
    last_day: date | None

    @property
    def seen_opened(self) -> int | None:
        """Emails opened; None where none of those received was tracked, for that is not the same as none opened."""
        return self.opened if self.measurable or self.opened else None

    @property
    def seen_clicked(self) -> int | None:
        return self.clicked if self.clicks_measurable or self.clicked else None

    @property
    def is_hidden(self) -> bool:
        """Seen through proxies and filters only: perhaps a faithful reader, perhaps none."""
        return self.score is None and self.hidden > 0


class PersonTag(NamedTuple):
    subscriber_id: int
    tag: str


class PersonFacts(NamedTuple):
    subscriber_id: int
    country: str | None
    referrer_url: str | None
    utm_source: str | None
    utm_campaign: str | None
    left_ms: int | None
    unsubscription_reason: str | None
    undeliverability_reason: str | None
    upgraded_ms: int | None
    churned_ms: int | None
    deleted_ms: int | None


class TimelineEvent(NamedTuple):
    subscriber_id: int
    occurred_ms: int
    event_type: str
    email_id: int | None
    link_id: int | None
    verdict: str | None  # of opens and clicks
    reason: str | None


class EarlierEmail(NamedTuple):
    subscriber_id: int
    email_id: int | None
    last_ms: int
    opens: int
    clicks: int
    events: int


class PersonAddress(NamedTuple):
    subscriber_id: int
    address: str
    from_ms: int
    to_ms: int | None


class PersonChange(NamedTuple):
    subscriber_id: int
    occurred_ms: int
    status: str


class LinkUrl(NamedTuple):
    link_id: int
    url: str


class EventTypeCount(NamedTuple):
    event_type: str
    events: int
    first_ms: int
    last_ms: int


class SyncRun(NamedTuple):
    run_id: str
    command: str
    started_ms: int
    finished_ms: int
    outcome: str
    counts: str


class StatusCount(NamedTuple):
    status: str
    subscribers: int


class Unassigned(NamedTuple):
    no_subscriber: int
    no_email: int


class FeedCount(NamedTuple):
    email_id: int
    feed_count: int
    stored_count: int
    checked_ms: int
