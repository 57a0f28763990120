"""Intervals and tests against published values, and what must hold for any counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builder.significance import CHANCE, rare_events, two_proportions, wilson

SHARES = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [  # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(successes: int, trials: int, low: float, high: float) -> None:
    found = wilson(successes, trials, 1.959964)
    assert found == pytest.approx((low, high), abs=5e-5)


def test_the_pooled_test_gives_the_published_value() -> None:
    """The physicians' study of aspirin: 189 of 11,034 against 104 of 11,037, chi-squared 25.01."""
    assert two_proportions(189, 11_034, 104, 11_037) == pytest.approx(5.69e-7, rel=0.005)
    assert two_proportions(60, 100, 40, 100) == pytest.approx(0.004678, rel=1e-3)  # z = 2.828


def test_without_trials_nothing_is_said() -> None:
    assert wilson(0, 0) is None
    assert two_proportions(0, 0, 5, 10) == two_proportions(5, 10, 0, 0) == two_proportions(0, 0, 0, 0) == 1.0


def test_all_or_nothing_on_both_sides_is_no_difference() -> None:
    assert two_proportions(7, 7, 9, 9) == two_proportions(0, 7, 0, 9) == 1.0
    assert two_proportions(100, 100, 0, 100) < CHANCE


def test_two_counts_of_what_just_happens() -> None:
    assert rare_events(1, 31) == pytest.approx(0.8575, abs=1e-4)  # z = 0.18
    assert rare_events(-20, 100) == rare_events(20, 100) == pytest.approx(0.0455, abs=1e-4)  # z = 2
    assert rare_events(9, 9) == rare_events(0, 0) == 1.0
    assert rare_events(10, 10) < CHANCE


@given(SHARES)
def test_the_interval_holds_the_share_and_stays_a_share(share: tuple[int, int]) -> None:
    successes, trials = share
    found = wilson(successes, trials)
    assert found is not None
    low, high = found
    assert 0 <= low <= successes / trials <= high <= 1
    assert low < high
    mirrored = wilson(trials - successes, trials)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(SHARES)
def test_more_of_the_same_is_surer(share: tuple[int, int]) -> None:
    few, many = wilson(*share), wilson(share[0] * 4, share[1] * 4)
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < few[1] - few[0]


@given(SHARES, SHARES)
def test_the_p_value_is_one_and_knows_no_order(one: tuple[int, int], other: tuple[int, int]) -> None:
    p = two_proportions(*one, *other)
    assert 0 <= p <= 1
    assert p == pytest.approx(two_proportions(*other, *one), abs=1e-12)
    failures = two_proportions(one[1] - one[0], one[1], other[1] - other[0], other[1])
    assert p == pytest.approx(failures, abs=1e-9)
    assert two_proportions(*one, *one) == 1.0
