"""Every spelling of an id is the same sixteen bytes, and the name of its family."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo import type_id
from sync_job.sources.buttondown.ids import canonical_id, crockford, spelled

# The sample of the official fixtures.
SAMPLE = UUID("13121cd6-0dfc-424c-bb12-988b0a32fcb3")


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("sub_0k28edc3fw896bp4mrhc535z5k", "sub"),
        ("sub_0K28EDC3FW896BP4MRHC535Z5K", "sub"),
        ("0k28edc3fw896bp4mrhc535z5k", "uuid"),
        ("sub_tag_0k28edc3fw896bp4mrhc535z5k", "sub_tag"),
        ("13121cd6-0dfc-424c-bb12-988b0a32fcb3", "uuid"),
        ("13121CD6-0DFC-424C-BB12-988B0A32FCB3", "uuid"),
        ("sub_13121cd6-0dfc-424c-bb12-988b0a32fcb3", "sub"),
        ("13121cd60dfc424cbb12988b0a32fcb3", "uuid"),
    ],
)
def test_every_spelling_is_one_id(text: str, family: str) -> None:
    assert canonical_id(text) == (family, SAMPLE.bytes)
    assert spelled(canonical_id(text).uuid) == str(SAMPLE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "event 5",
        "ext_evt_",
        "ext_evt_8k28edc3fw896bp4mrhc535z5k",  # more than 128 bits
        "ext_evt_0k28edc3fw896bp4mrhc535z5u",  # a letter that the alphabet leaves out
        "ext_evt_0k28edc3fw896bp4mrhc53 z5k",
        "ext_evt_-k28edc3fw896bp4mrhc535z5k",
        "13121cd6-0dfc-424c-bb12-988b0a32fcbz",
    ],
)
def test_what_is_no_uuid_gets_one_of_its_own(text: str) -> None:
    family, made = canonical_id(text)
    assert family == "opaque"
    assert UUID(bytes=made).version == 5
    assert canonical_id(text).uuid == made != canonical_id(text + "x").uuid


@given(st.uuids(), st.sampled_from(["sub", "ext_evt", "em_evt", "sub_tag"]))
def test_type_ids_are_read_back(value: UUID, prefix: str) -> None:
    assert canonical_id(type_id(prefix, value)) == (prefix, value.bytes)


@given(st.uuids())
def test_the_providers_own_spelling_is_found_again(value: UUID) -> None:
    assert f"sub_{crockford(value.bytes)}" == type_id("sub", value)
