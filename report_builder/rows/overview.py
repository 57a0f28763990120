"""Rows of queries/overview."""

from typing import NamedTuple


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
