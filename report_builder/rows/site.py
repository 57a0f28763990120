"""What the whole site says about itself."""

from typing import NamedTuple


class SiteFacts(NamedTuple):
    newsletter: str | None
    locale: str | None  # the newsletter's, as the provider writes it
    events: int
    first_ms: int | None
    last_ms: int | None
    synced_ms: int | None
    subscribers: int
    active: int


class Seen(NamedTuple):
    clicks: int  # by anybody
    acts: int  # opens and clicks by people


class FirstRuns(NamedTuple):
    import_ms: int | None
    sync_ms: int | None


class EventMonth(NamedTuple):
    """`month` is year * 12 + month - 1, in UTC; `made_of` changes with anything that the month's file would say."""

    month: int
    events: int
    made_of: str
