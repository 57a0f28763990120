"""Times as milliseconds since 1970-01-01 UTC: truncated, never rounded, in one place for every source."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_MS = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Hours(dict[str, int]):
    """ "2026-08-20T14" and its first millisecond; a few years have few different hours."""

    def __missing__(self, text: str) -> int:
        self[text] = hour = from_datetime(datetime.fromisoformat(text + ":00+00:00"))
        return hour


# Two look-ups and one small number instead of a parse.
HOURS = Hours()
SECONDS = {
    f":{minute:02d}:{second:02d}": (minute * 60 + second) * 1000
    for minute in range(60)
    for second in range(60)
}


def milliseconds(text: str) -> int:
    """Any ISO 8601 time: 0 to 9 digits of fraction, `T` or space, `Z`, an offset, or none (which means UTC).

    Raises ValueError.
    """
    if len(text) == 27 and text[26] == "Z" and text[19] == "." and text[13:19] in SECONDS:
        return HOURS[text[:13]] + SECONDS[text[13:19]] + int(text[20:23])
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return from_datetime(moment)


def from_datetime(moment: datetime) -> int:
    """Milliseconds of an aware datetime, truncated."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def to_datetime(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


def midnight_ms(day: date, zone: str) -> int:
    """When this day begins in the given time zone."""
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last one; months may be negative, to the beginning of the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def iso(ms: int) -> str:
    """`2026-08-20T14:21:09.314Z`"""
    return to_datetime(ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"
