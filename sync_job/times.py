"""Times as milliseconds since 1970-01-01 UTC: truncated, never rounded, in one place for every source."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_MS = 86_400_000
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

_midnights: dict[str, int] = {}  # few thousand days at most: one lookup instead of one parse per event


def milliseconds(text: str) -> int:
    """Any ISO 8601 time: 0 to 9 digits of fraction, `T` or space, `Z`, an offset, or none (which means UTC).

    Raises ValueError.
    """
    if len(text) >= 20 and text[-1] == "Z" and text[19] in ".Z":
        midnight = _midnights.get(text[:10])
        if midnight is None:
            midnight = (date.fromisoformat(text[:10]).toordinal() - EPOCH_ORDINAL) * DAY_MS
            _midnights[text[:10]] = midnight
        hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
        if hour < 24 and minute < 60 and second < 60:
            fraction = text[20:23].rstrip("Z")
            return (
                midnight
                + (hour * 3600 + minute * 60 + second) * 1000
                + (int(fraction.ljust(3, "0")) if fraction else 0)
            )
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return from_datetime(moment)


def from_datetime(moment: datetime) -> int:
    """Milliseconds of an aware datetime, truncated."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def to_datetime(ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def midnight_ms(day: date, zone: str) -> int:
    """When this day begins in the given time zone."""
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def iso(ms: int) -> str:
    """`2026-08-20T14:21:09.314Z`"""
    return to_datetime(ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"
