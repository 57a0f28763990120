"""Orders rows by one field, nulls last; equal values keep the list's order (reversed when descending)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from demo.wire import Row

Key = Callable[[Row], Any]


def order(rows: list[Row], ordering: str) -> list[Row]:
    """`ordering` is a field name with an optional minus, or `metadata:<key>`."""
    name = ordering.removeprefix("-")
    value = _reader(name)
    known = [row for row in rows if value(row) is not None]
    unknown = [row for row in rows if value(row) is None]
    known.sort(key=lambda row: comparable(value(row)))
    if ordering.startswith("-"):
        known.reverse()
    return known + unknown


def comparable(value: Any) -> Any:
    """Timestamps in the usual spelling compare as text, and that is all of them but for a few hand-made
    rows; the odd ones are brought to that spelling first."""
    if not isinstance(value, str) or (len(value) == 27 and value[-1] == "Z"):
        return value
    try:
        return to_moment(value).isoformat(timespec="microseconds")[:-6] + "Z"
    except ValueError:
        return value


def to_moment(text: str) -> datetime:
    """Any spelling of a timestamp, as an aware moment in UTC; without a zone it is UTC already."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _reader(name: str) -> Key:
    if name.startswith("metadata:"):
        key = name.removeprefix("metadata:")

        def from_metadata(row: Row) -> str | None:
            value = row["metadata"].get(key)
            return None if value is None else str(value)

        return from_metadata
    if name in {"opens", "clicks", "unsubscriptions", "replies"}:

        def from_analytics(row: Row) -> Any:
            return (row["analytics"] or {}).get(name)

        return from_analytics

    def from_row(row: Row) -> Any:
        return row.get(name)

    return from_row
