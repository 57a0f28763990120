"""The time, where nobody passes in another."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Aware, UTC."""
    return datetime.now(UTC)
