"""A password, asked for by the browser itself (HTTP Basic, RFC 7617): for a server of one's own, without Google."""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from report_site.exchange import Answer, Request, plain
from report_site.gates import Visitor
from report_site.passwords import PasswordHash
from shared.project import OWNER

CHALLENGE = 'Basic realm="Rapport", charset="UTF-8"'
# So many wrong guesses are forgiven; after them, one more every so many seconds.
FORGIVEN = 10
SECONDS_PER_GUESS = 6.0


class PasswordGate:
    """Whoever knows the password is the owner; the name beside it may be any.

    The slow check is made once for the right password, and remembered as a keyed hash in memory. Guesses are
    counted together, whoever makes them: behind a proxy all come from one address. They hold up nobody whose
    password has been seen before. `clock` is monotonic seconds.
    """

    def __init__(self, password: PasswordHash, clock: Callable[[], float] = time.monotonic) -> None:
        self._password = password
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._right: bytes | None = None
        self._guesses = 0.0  # wrong ones, less those that time has forgiven
        self._counted_at = clock()
        self._checking = threading.Lock()  # one at a time: each takes 32 MiB

    def admit(self, request: Request) -> Visitor | Answer:
        given = _password_in(request.header("Authorization"))
        if given is None:
            return _ask()
        if self._is_remembered(given):
            return Visitor("", OWNER)
        with self._checking:
            if self._is_remembered(given):
                return Visitor("", OWNER)
            if wait := self._seconds_to_wait():
                answer = plain(HTTPStatus.TOO_MANY_REQUESTS, "Too many wrong passwords: wait a little.")
                return answer.with_headers(Retry_After=str(wait))
            if self._password.fits(given):
                self._right = self._mark(given)
                return Visitor("", OWNER)
            self._guesses += 1
        return _ask()

    def _is_remembered(self, given: bytes) -> bool:
        return self._right is not None and hmac.compare_digest(self._right, self._mark(given))

    def _mark(self, given: bytes) -> bytes:
        return hmac.digest(self._key, given, hashlib.sha256)

    def _seconds_to_wait(self) -> int:
        now = self._clock()
        self._guesses = max(0.0, self._guesses - (now - self._counted_at) / SECONDS_PER_GUESS)
        self._counted_at = now
        excess = self._guesses - (FORGIVEN - 1)
        return int(excess * SECONDS_PER_GUESS) + 1 if excess > 0 else 0


def _password_in(header: str) -> bytes | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        _, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return None
    return password if colon else None


def _ask() -> Answer:
    answer = plain(HTTPStatus.UNAUTHORIZED, "This report asks for a password.")
    return answer.with_headers(WWW_Authenticate=CHALLENGE)
