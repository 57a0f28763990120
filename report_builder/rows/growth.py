"""Rows of queries/growth. Months are numbered year * 12 + month."""

from typing import NamedTuple


class MonthMoves(NamedTuple):
    month: int
    joined: int
    returned: int
    unsubscribed: int
    undeliverable: int
    complained: int
    removed: int

    @property
    def gained(self) -> int:
        return self.joined + self.returned

    @property
    def lost(self) -> int:
        return self.unsubscribed + self.undeliverable + self.complained + self.removed

    @property
    def net(self) -> int:
        return self.gained - self.lost


class Undated(NamedTuple):
    people: int


class CohortMonth(NamedTuple):
    month: int
    months_since: int
    people: int
    measured: int
    subscribed: int
    engaged: int
    is_measured: int


class SourceCounts(NamedTuple):
    source: str | None
    utm_source: str | None
    utm_campaign: str | None
    referrer_url: str | None
    sign_ups: int
    confirmed: int
    measured: int
    engaged: int
    old: int
    here: int
    complained: int
    came: int
    went: int
    came_lately: int
    went_lately: int

    @property
    def counts(self) -> dict[str, int]:
        """All but the ways they came."""
        return {
            "sign_ups": self.sign_ups, "confirmed": self.confirmed, "measured": self.measured,
            "engaged": self.engaged, "old": self.old, "here": self.here, "complained": self.complained,
            "came": self.came, "went": self.went, "came_lately": self.came_lately,
            "went_lately": self.went_lately,
        }  # fmt: skip


class ReasonCount(NamedTuple):
    reason: str | None
    people: int


class AgeCount(NamedTuple):
    span: int
    unsubscribed: int
    went: int
