"""Instants in the made-up world are microseconds since 1970 (UTC): cheap to add, to compare and to spell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

EPOCH = datetime(1970, 1, 1)  # naive on purpose: its isoformat() has no offset to cut off


def to_instant(moment: datetime) -> int:
    return (moment.astimezone(UTC).replace(tzinfo=None) - EPOCH) // timedelta(microseconds=1)


def spell(instant: int) -> str:
    return (EPOCH + timedelta(microseconds=instant)).isoformat(timespec="microseconds") + "Z"
