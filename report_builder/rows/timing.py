"""Rows of queries/timing."""

from typing import NamedTuple


class PaceOfAll(NamedTuple):
    """Waits from delivery to the first act, over many emails; `act` is "open" or "click"."""

    act: str
    emails: int
    people: int
    quarter_ms: int
    median_ms: int
    three_quarters_ms: int
    within_1h: int
    within_2h: int
    within_3h: int
    within_6h: int
    within_12h: int
    within_24h: int
    within_48h: int
    within_72h: int
    within_7d: int


class HourIntensity(NamedTuple):
    weekday: int
    hour: int
    exposed: int
    actions: int
