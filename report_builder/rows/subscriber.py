"""Rows of queries/subscriber and queries/subscribers."""

from datetime import date
from typing import NamedTuple

from report_builder.scoring import Stage


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
    score: int | None  # 0 to 100; null: too few of their emails could be measured
    stars: int | None  # 1 to 5
    stage: Stage
    since_ms: int | None  # when the stage was reached; null: nobody knows
    is_reactivated: int
    scored_replies: int  # what the score is made of: emails by what they did with it
    scored_clicks: int
    scored_opens: int
    scored_unread: int
    scored_unknown: int
    recency_step: int | None  # 1 to 5, 5 is best
    frequency_step: int | None
    last_emails: int | None  # of the last ten that could be measured
    last_engaged: int | None
    depth: float | None  # tenths: 5 opened, 9 clicked, 10 replied
    streak: int  # emails in a row, the latest included
    longest_streak: int
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
        return self.hidden > 0 and not (self.measurable or self.opened or self.clicked or self.replied)

    @property
    def is_untracked(self) -> bool:
        """Got emails, and none of them was tracked."""
        return not (self.measurable or self.clicks_measurable or self.hidden or self.opened or self.clicked)


class ScoredEmail(NamedTuple):
    subscriber_id: int
    email_id: int
    sent_ms: int
    tenths: int | None  # null: nobody can know
    weight: int  # in millionths


class Favourites(NamedTuple):
    subscriber_id: int
    hour: int
    hour_acts: int
    acts: int
    host: str | None
    host_emails: int | None


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


class EventKind(NamedTuple):
    kind_id: int
    event_type: str
    verdict: str | None  # of opens and clicks
    reason: str | None


class TimelinePoint(NamedTuple):
    subscriber_id: int
    occurred_ms: int
    kind_id: int
    email_id: int | None
    link_id: int | None


class TimelineEvent(NamedTuple):
    """A point of the timeline in words: made for the few people whose pages are written here."""

    occurred_ms: int
    event_type: str
    email_id: int | None
    link_id: int | None
    verdict: str | None
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
