"""The public keys of Identity-Aware Proxy: fetched when first needed, kept for an hour, asked for politely."""

import threading
import time
from collections.abc import Callable, Mapping

from shared.errors import RapportError, SourceUnavailable
from shared.web import WebClient

FRESH_SECONDS = 3600.0
# An unknown key may be a new one, or anybody's invention: that is looked up once in a while, not every time.
PAUSE_SECONDS = 60.0
RETRY_SECONDS = 5.0
# Google announces keys long before it uses them: while their server is away, known ones hold for a day.
LONGEST_SECONDS = 86_400.0
TIMEOUT = 5.0


class KeysUnavailable(RapportError):
    pass


class SigningKeys:
    """`fetch` gives every key by its id and raises KeysUnavailable; `clock` is monotonic seconds.

    One thread fetches at a time. The others wait for it only if they cannot do without.
    """

    def __init__(
        self, fetch: Callable[[], Mapping[str, str]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: Mapping[str, str] = {}
        self._fetched_at = float("-inf")
        self._asked_at = float("-inf")
        self._fetching = threading.Lock()

    def find(self, key_id: str) -> str | None:
        """The key in PEM, or None if there is none of this id. Raises KeysUnavailable when no key is known."""
        known = self._valid().get(key_id)
        if known and self._clock() - self._fetched_at < FRESH_SECONDS:
            return known
        if known:
            if self._fetching.acquire(blocking=False):
                try:
                    self._refresh()
                finally:
                    self._fetching.release()
            return self._valid().get(key_id)
        with self._fetching:
            if key_id not in self._valid():
                self._refresh()
        keys = self._valid()
        if not keys:
            raise KeysUnavailable("the public keys of Identity-Aware Proxy could not be fetched")
        return keys.get(key_id)

    def _valid(self) -> Mapping[str, str]:
        return self._keys if self._clock() - self._fetched_at < LONGEST_SECONDS else {}

    def _refresh(self) -> None:
        """Not again too soon, and what fails leaves the keys as they are."""
        now = self._clock()
        if now - self._asked_at < (PAUSE_SECONDS if self._valid() else RETRY_SECONDS):
            return
        self._asked_at = now
        try:
            self._keys = dict(self._fetch())
        except KeysUnavailable:
            return
        self._fetched_at = now


def fetcher(url: str) -> Callable[[], Mapping[str, str]]:
    """Asks this address, which answers with a JSON object of keys in PEM by their id."""
    base, _, name = url.rpartition("/")
    client = WebClient(base, {}, timeout=TIMEOUT)

    def fetch() -> Mapping[str, str]:
        try:
            answer = client.get(name, attempts=1, is_wanted=_are_keys)
        except SourceUnavailable as error:
            raise KeysUnavailable(str(error)) from error
        if not answer.ok:
            raise KeysUnavailable(f"the keys were refused with {answer.status}")
        keys: Mapping[str, str] = answer.data
        return keys

    return fetch


def _are_keys(data: object) -> bool:
    return (
        isinstance(data, dict)
        and bool(data)
        and all(isinstance(key, str) and "PUBLIC KEY" in key for key in data.values())
    )
