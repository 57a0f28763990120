"""Of an address only keyed hashes and the class of its network are ever handed on."""

import pytest

from shared.settings import Secret
from sync_job.network import HASH_BYTES, NO_ORIGIN, AddressHider, range_list

SECRET = Secret("a secret for tests, of forty characters.")


@pytest.mark.parametrize(
    ("address", "network_class"),
    [
        ("17.58.1.2", "apple_relay"),
        ("104.28.9.9", "apple_relay"),
        ("2606:54c0::1", "apple_relay"),
        ("203.0.113.77", "other"),
        ("2001:db8::77", "other"),
        ("10.0.0.1", "other"),
    ],
)
def test_an_address_is_classed_before_it_is_hidden(address: str, network_class: str) -> None:
    origin = AddressHider(SECRET).origin(address)
    assert (origin.network_class, origin.ranges_version) == (network_class, range_list().version)
    assert origin.address is not None
    assert {len(origin.address.address), len(origin.address.network)} == {HASH_BYTES}


def test_neighbours_share_their_network() -> None:
    hider = AddressHider(SECRET)
    for one, other, far in (
        ("203.0.113.7", "203.0.113.8", "203.0.114.7"),
        ("2001:db8:1::7", "2001:db8:1:ffff::8", "2001:db8:2::7"),
    ):
        a, b, c = (hider.origin(each).address for each in (one, other, far))
        assert a
        assert b
        assert c
        assert a.address != b.address
        assert a.network == b.network != c.network


def test_two_spellings_are_one_address() -> None:
    hider = AddressHider(SECRET)
    assert hider.origin("::ffff:203.0.113.7") == hider.origin("203.0.113.7") == hider.origin(" 203.0.113.7 ")
    assert hider.origin("2001:DB8:0::1") == hider.origin("2001:db8::1")


@pytest.mark.parametrize("given", [None, "", "unknown", "203.0.113", "203.0.113.256", "example.com"])
def test_what_is_no_address_has_no_origin(given: str | None) -> None:
    assert AddressHider(SECRET).origin(given) == NO_ORIGIN


def test_hashes_and_the_fingerprint_depend_on_the_secret_alone() -> None:
    one, same, other = (AddressHider(Secret(text)) for text in (SECRET.reveal(), SECRET.reveal(), "x" * 40))
    assert one.origin("203.0.113.7") == same.origin("203.0.113.7") != other.origin("203.0.113.7")
    assert one.fingerprint() == same.fingerprint() != other.fingerprint()
    assert SECRET.reveal() not in one.fingerprint()
