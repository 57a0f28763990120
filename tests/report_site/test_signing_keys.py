"""The proxy's public keys: fetched seldom, whatever comes, and no reason to turn anybody away who is known."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest

from report_site.signing_keys import (
    FRESH_SECONDS,
    LONGEST_SECONDS,
    PAUSE_SECONDS,
    RETRY_SECONDS,
    KeysUnavailable,
    SigningKeys,
    fetcher,
)
from report_site.site import Site
from tests.report_site.iap import HEADER, Proxy
from tests.report_site.sites import Clock, request, status


def test_keys_are_fetched_once_an_hour(site: Site, proxy: Proxy, clock: Clock) -> None:
    for _ in range(20):
        assert status(site, proxy.assertion()) == 200
    assert proxy.fetches == 1
    clock.now += FRESH_SECONDS
    assert status(site, proxy.assertion()) == 200
    assert proxy.fetches == 2


def test_a_new_key_is_looked_up(site: Site, proxy: Proxy, clock: Clock) -> None:
    assert status(site, proxy.assertion()) == 200
    proxy.add_key("second")
    clock.now += PAUSE_SECONDS
    assert status(site, proxy.assertion(key_id="second")) == 200
    assert proxy.fetches == 2


def test_a_storm_of_unknown_keys_is_not_passed_on(site: Site, proxy: Proxy, clock: Clock) -> None:
    assert status(site, proxy.assertion()) == 200
    with ThreadPoolExecutor(8) as pool:
        statuses = list(
            pool.map(
                lambda n: status(site, proxy.assertion(key_id=f"made-up-{n}", signed_by="first")), range(80)
            )
        )
    assert set(statuses) == {401}
    assert proxy.fetches == 1, "they were fetched within this minute"
    clock.now += PAUSE_SECONDS
    for number in range(20):
        status(site, proxy.assertion(key_id=f"made-up-{number}", signed_by="first"))
    assert proxy.fetches == 2
    assert status(site, proxy.assertion()) == 200


def test_a_cold_start_under_load_fetches_once(site: Site, proxy: Proxy) -> None:
    assertion = proxy.assertion()
    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(lambda _: status(site, assertion), range(64))) == {200}
    assert proxy.fetches == 1


def test_known_keys_hold_while_their_server_is_away(site: Site, proxy: Proxy, clock: Clock) -> None:
    assert status(site, proxy.assertion()) == 200
    proxy.status = 503
    for _ in range(5):
        clock.now += FRESH_SECONDS
        assert status(site, proxy.assertion()) == 200
    assert proxy.fetches == 6
    clock.now += LONGEST_SECONDS
    assert status(site, proxy.assertion()) == 503
    proxy.status = 200
    clock.now += RETRY_SECONDS
    assert status(site, proxy.assertion()) == 200


@pytest.mark.parametrize(
    "served", [b"", b"<html>", b"[]", b"{}", b'{"first": 7}', b'{"first": "no key"}', b'["PUBLIC KEY"]']
)
def test_without_keys_nobody_can_be_checked(
    site: Site, proxy: Proxy, clock: Clock, told: StringIO, served: bytes
) -> None:
    proxy.served = served
    answer = site.answer(request("/", **{HEADER: proxy.assertion()}))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert '"severity": "ERROR"' in told.getvalue()
    assert status(site, proxy.assertion()) == 503
    assert proxy.fetches == 1, "not again at once"
    proxy.served = None
    clock.now += RETRY_SECONDS
    assert status(site, proxy.assertion()) == 200


def test_a_key_server_that_is_not_there_is_the_same() -> None:
    with pytest.raises(KeysUnavailable):
        fetcher("http://127.0.0.1:9/keys")()


def test_a_damaged_key_signs_nobody_in(site: Site, proxy: Proxy) -> None:
    proxy.served = json.dumps(
        {"first": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"}
    ).encode()
    assert status(site, proxy.assertion()) == 401


def test_a_slow_key_server_holds_up_nobody_who_is_known(clock: Clock, proxy: Proxy) -> None:
    """While one thread refreshes, the others go on with the keys that are there."""
    fetch, asked = fetcher(proxy.url), []

    def slow() -> dict[str, str]:
        asked.append(1)
        if len(asked) > 1:
            assert keys.find("first"), "answered while the keys are being fetched"
        return dict(fetch())

    keys = SigningKeys(slow, clock)
    assert keys.find("first")
    clock.now += FRESH_SECONDS
    assert keys.find("first")
    assert len(asked) == 2
