"""How long ago, in the largest unit that fits."""

import pytest

from shared.ages import age, ago

MINUTE = 60_000
DAY = 1440 * MINUTE


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (-5, "0 min"),
        (59 * MINUTE, "59 min"),
        (60 * MINUTE, "1 h"),
        (DAY - 1, "23 h"),
        (DAY, "1 d"),
        (69 * DAY, "69 d"),
        (70 * DAY, "10 wk"),
        (365 * DAY, "1 y"),
    ],
)
def test_the_largest_unit_that_fits(milliseconds: int, words: str) -> None:
    assert age(milliseconds) == words


def test_less_than_a_minute_is_now() -> None:
    assert [ago(ms) for ms in (-1, MINUTE - 1, MINUTE, 2 * DAY)] == [
        "just now",
        "just now",
        "1 min ago",
        "2 d ago",
    ]
