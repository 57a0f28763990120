"""Times are milliseconds since 1970, UTC, truncated, however they were spelled."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_job.times import DAY_MS, add_months, from_datetime, iso, midnight_ms, milliseconds, to_datetime

MOMENT = 1787235669314


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-20T14:21:09.314Z",
        "2026-08-20T14:21:09.314159Z",
        "2026-08-20T14:21:09.314999999Z",
        "2026-08-20T14:21:09.314159+00:00",
        "2026-08-20T16:21:09.314159+02:00",
        "2026-08-20T14:21:09.314159",
        "2026-08-20 14:21:09.314+00:00",
        "2026-08-20 14:21:09.314159Z",
    ],
)
def test_every_spelling_is_the_same_moment(text: str) -> None:
    assert milliseconds(text) == MOMENT
    assert iso(MOMENT) == "2026-08-20T14:21:09.314Z"


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-08-20T14:21:09Z", MOMENT - 314),
        ("2026-08-20T14:21:09.3Z", MOMENT - 14),
        ("2026-08-20T14:21:09+00:00", MOMENT - 314),
        ("2026-08-20", MOMENT - MOMENT % DAY_MS),
        ("1970-01-01T00:00:00Z", 0),
    ],
)
def test_fewer_digits_are_zeros(text: str, ms: int) -> None:
    assert milliseconds(text) == ms


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30T00:00:00Z", "2026-08-20T25:00:00Z", "2026-08-20T14:60:00Z"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        milliseconds(text)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)))
def test_there_and_back(moment: datetime) -> None:
    text = f"{moment.isoformat(timespec='microseconds')}Z"
    ms = milliseconds(text)
    assert ms == from_datetime(moment.replace(tzinfo=UTC))
    assert milliseconds(iso(ms)) == ms
    assert 0 <= (moment.replace(tzinfo=UTC) - to_datetime(ms)).total_seconds() < 0.001


@pytest.mark.parametrize(
    ("day", "zone", "text"),
    [
        (date(2026, 8, 20), "Etc/UTC", "2026-08-20T00:00:00.000Z"),
        (date(2026, 8, 20), "Europe/Paris", "2026-08-19T22:00:00.000Z"),
        (date(2026, 12, 20), "America/New_York", "2026-12-20T05:00:00.000Z"),
        (date(2026, 9, 6), "America/Santiago", "2026-09-06T04:00:00.000Z"),  # there is no midnight
    ],
)
def test_days_begin_where_the_newsletter_is(day: date, zone: str, text: str) -> None:
    assert iso(midnight_ms(day, zone)) == text


@pytest.mark.parametrize(
    ("day", "months", "there"),
    [
        (date(2026, 8, 20), -12, date(2025, 8, 20)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(50, 6, 1), -1200, date(1, 1, 1)),
    ],
)
def test_so_many_months_from_a_day(day: date, months: int, there: date) -> None:
    assert add_months(day, months) == there


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(-1200, 1200))
def test_months_move_the_month_and_never_the_day_upwards(day: date, months: int) -> None:
    there = add_months(day, months)
    assert there.year * 12 + there.month == day.year * 12 + day.month + months
    assert there.day <= day.day
