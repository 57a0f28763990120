"""An arrow only where chance alone would seldom have moved a figure so far."""

from report_builder.views.changes import (
    WITHIN,
    change_of_balance,
    change_of_count,
    change_of_rate,
    change_of_stock,
)
from report_builder.views.rates import Pool, share
from report_builder.wording import Change


def rate(part: int, whole: int) -> Pool:
    return share("click_rate", part, whole)


def test_rates_that_chance_can_explain_have_no_arrow() -> None:
    assert change_of_rate(rate(1_254, 3_600), rate(1_180, 3_500)) == WITHIN
    assert change_of_rate(rate(400, 1_000), rate(300, 1_000)) == Change("▲", "10.0 points up", "good")
    assert change_of_rate(rate(300, 1_000), rate(400, 1_000)) == Change("▼", "10.0 points down", "bad")
    assert change_of_rate(rate(30, 100), rate(30, 100)) == Change("=", "no change", "even")
    assert change_of_rate(rate(5, 29), rate(30, 100)) is None


def test_the_rate_shown_may_be_another_than_the_one_tested() -> None:
    now, before = rate(400, 1_000), rate(300, 1_000)
    assert change_of_rate(now, before, 0.35) == Change("▲", "5.0 points up", "good")
    assert change_of_rate(now, before, 0.45) == WITHIN  # the two disagree about the direction


def test_small_counts_have_no_arrow() -> None:
    assert change_of_count(15, 16) == WITHIN
    assert change_of_count(9, 1) == Change("▲", "800.0% more", "good")
    assert change_of_count(8, 1) == WITHIN  # fewer than ten in sum
    assert change_of_count(40, 80) == Change("▼", "50.0% fewer", "bad")
    assert change_of_count(5, 0) is None
    assert change_of_count(5, 5) == Change("=", "no change", "even")


def test_how_many_there_are_is_judged_by_who_came_and_left() -> None:
    assert change_of_stock(1_010, 30, 20) == WITHIN
    assert change_of_stock(1_030, 40, 10) == Change("▲", "3.0% more", "good")
    assert change_of_stock(970, 10, 40) == Change("▼", "3.0% fewer", "bad")


def test_a_balance_is_judged_by_all_that_made_it() -> None:
    assert change_of_balance(20, 10, 500) == WITHIN
    assert change_of_balance(-16, 100, 500) == Change("▼", "116 fewer", "bad")
