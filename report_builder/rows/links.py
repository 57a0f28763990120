"""Rows of queries/links."""

from typing import NamedTuple


class ClickTotals(NamedTuple):
    people: int
    clicks: int
    raw_clicks: int
    ending_people: int = 0  # who followed a link that ends the subscription


class ClickedLink(NamedTuple):
    target: str
    host: str | None
    url: str
    people: int
    clicks: int
    raw_clicks: int
    emails: int  # in which a person clicked it
    raw_emails: int  # in which anybody or anything did
    first_ms: int | None  # null: machines only
    last_ms: int | None
    is_ending: int = 0  # it ends the subscription or leads to its settings


class ClickedHost(NamedTuple):
    host: str | None
    people: int
    clicks: int
    raw_clicks: int
    links: int
    emails: int
