from __future__ import annotations

import random
from uuid import UUID

import pytest

from demo.ids import dashed, endings, same_id, type_id

# a pair the provider prints itself, in both spellings
PAIR = ("sub_0k28edc3fw896bp4mrhc535z5k", "13121cd6-0dfc-424c-bb12-988b0a32fcb3")


def test_a_type_id_is_the_uuid_in_base_32() -> None:
    assert type_id("sub", UUID(PAIR[1])) == PAIR[0]
    assert dashed(PAIR[0]) == PAIR[1]


def test_every_uuid_survives_both_spellings() -> None:
    rng = random.Random(1)
    for number in (0, 1, 2**128 - 1, *(rng.getrandbits(128) for _ in range(200))):
        assert dashed(type_id("ext_evt", number)) == str(UUID(int=number))


@pytest.mark.parametrize(
    "spelling", [*PAIR, PAIR[1].upper(), f"sub_{PAIR[1]}", PAIR[0].replace("0k28", "0K28"), f"ext_{PAIR[0]}"]
)
def test_all_spellings_mean_the_same(spelling: str) -> None:
    assert dashed(spelling) == PAIR[1]
    assert same_id(spelling, PAIR[0])


@pytest.mark.parametrize(
    "opaque",
    ["", "evt-17", "sub_", "sub_8k28edc3fw896bp4mrhc535z5k", "sub_0k28edc3fw896bp4mrhc535zil", "x" * 36],
)
def test_what_is_no_uuid_stays_as_it_is(opaque: str) -> None:
    assert dashed(opaque) == opaque
    assert endings(opaque) == ()


def test_two_nulls_are_not_the_same_thing() -> None:
    assert not same_id(None, None)
