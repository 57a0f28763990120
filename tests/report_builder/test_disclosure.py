"""Nothing about one to four people is told, nor anything it could be worked out from."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builder.disclosure import FEWER, FEWEST, are_tellable, is_tellable, parts, told, told_text

COUNTS = st.integers(0, 60) | st.integers(0, 10**6)
GROUPS = st.lists(st.integers(0, 40) | st.integers(0, 3000), max_size=9)


def is_secret(people: int) -> bool:
    return 1 <= people < FEWEST


@given(COUNTS)
def test_a_count_is_told_in_fives_or_not_at_all(people: int) -> None:
    known = told(people)
    assert (known is None) == is_secret(people)
    if known is not None:
        assert known % FEWEST == 0
        assert abs(known - people) <= 2
        assert (known == 0) == (people == 0)


@given(st.lists(COUNTS, min_size=1, max_size=6), st.data())
def test_no_sum_or_difference_of_told_counts_is_of_one_to_four(
    counts: list[int], data: st.DataObject
) -> None:
    known = [value for value in map(told, counts) if value is not None]
    signs = data.draw(st.lists(st.sampled_from((-1, 0, 1)), min_size=len(known), max_size=len(known)))
    assert not is_secret(abs(sum(sign * value for sign, value in zip(signs, known, strict=True))))


@given(GROUPS, st.integers(0, 50), st.integers(1, 8))
def test_no_parts_of_a_whole_leave_one_to_four(sizes: list[int], unknown: int, most: int) -> None:
    groups = [(f"g{place}", size) for place, size in enumerate(sizes)]
    whole = sum(sizes) + unknown
    found = parts(groups, whole, most)
    assert found.whole == whole
    assert len(found.named) <= most
    assert set(found.named) <= set(groups)
    assert [people for _, people in found.named] == sorted((p for _, p in found.named), reverse=True)
    if is_secret(whole):
        assert not found.named
        return
    # exactly, without the fives: any of the parts together, and whatever they leave of the whole
    pieces = [*(people for _, people in found.named), found.others]
    for size in range(len(pieces) + 1):
        for chosen in combinations(pieces, size):
            assert not is_secret(sum(chosen))
            assert not is_secret(whole - sum(chosen))


def test_the_smallest_named_group_joins_others_that_would_be_too_few() -> None:
    assert parts([("a", 50), ("b", 9), ("c", 3)], 62, 5).named == (("a", 50),)
    assert parts([("a", 50), ("b", 9), ("c", 3)], 62, 5).others == 12
    assert parts([("a", 50), ("b", 9)], 59, 5).others == 0
    assert parts([("a", 5), ("b", 3)], 8, 5).named == ()
    assert parts([("a", 6), ("b", 6), ("c", 6)], 18, 2).others == 6


@given(st.lists(COUNTS, min_size=1, max_size=4).map(lambda all_: sorted(all_, reverse=True)))
def test_nested_groups_are_told_only_if_every_step_is_large(nested: list[int]) -> None:
    if are_tellable(*nested):
        for more, less in combinations([*nested, 0], 2):
            assert not is_secret(more - less)


@pytest.mark.parametrize(
    ("people", "text"),
    [(0, "0"), (1, FEWER), (4, FEWER), (5, "5"), (7, "5"), (8, "10"), (1234, "1,235")],
)
def test_counts_as_text(people: int, text: str) -> None:
    assert told_text(people) == text
    assert is_tellable(people) == (text != FEWER)
