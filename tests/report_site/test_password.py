"""A password instead of Google: how it is kept, who gets in with it, and what guessing costs."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from report_site.exchange import Answer
from report_site.gates import Visitor
from report_site.password_gate import FORGIVEN, SECONDS_PER_GUESS, PasswordGate
from report_site.passwords import PasswordHash
from shared.errors import SettingsError
from tests.report_site.sites import Clock, request

PASSWORD = "correct horse: battery"


@pytest.fixture(scope="module")
def kept() -> PasswordHash:
    return PasswordHash.make(PASSWORD)


@pytest.fixture
def gate(kept: PasswordHash, clock: Clock) -> PasswordGate:
    return PasswordGate(kept, clock)


def basic(password: str | bytes, name: str = "me") -> str:
    given = password.encode() if isinstance(password, str) else password
    return "Basic " + base64.b64encode(name.encode() + b":" + given).decode()


def status(gate: PasswordGate, authorization: str) -> int:
    admitted = gate.admit(request("/", Authorization=authorization))
    return admitted.status if isinstance(admitted, Answer) else 200


def test_the_line_is_read_back_and_fits_one_password(kept: PasswordHash) -> None:
    line = str(kept)
    assert line.startswith("scrypt$32768$8$1$")
    assert PASSWORD not in line
    again = PasswordHash.read(f" {line}\n")
    assert again == kept
    assert again.fits(PASSWORD.encode())
    for other in (b"", b"correct horse", PASSWORD.upper().encode(), PASSWORD.encode() + b" ", b"x" * 5000):
        assert not again.fits(other)
    assert str(PasswordHash.make(PASSWORD)) != line, "each has a salt of its own"


def test_a_hash_made_elsewhere_is_understood() -> None:
    """The last of RFC 7914's test vectors that is strong enough: scrypt("pleaseletmein", "SodiumChloride", ...)."""
    digest = bytes.fromhex(
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
    )
    assert PasswordHash(16384, 8, 1, b"SodiumChloride", digest).fits(b"pleaseletmein")


@pytest.mark.parametrize(
    "line",
    [
        "", "secret-canary", "scrypt$32768$8$1$$", "scrypt$32768$8$1$c2FsdA$aGFzaA", "scrypt$x$8$1${salt}${hash}",
        "scrypt$1024$8$1${salt}${hash}", "scrypt$32767$8$1${salt}${hash}", "scrypt$1073741824$8$1${salt}${hash}",
        "scrypt$32768$0$1${salt}${hash}", "scrypt$32768$8$0${salt}${hash}", "scrypt$32768$8$99${salt}${hash}",
        "scrypt$32768$4096$1${salt}${hash}", "bcrypt$32768$8$1${salt}${hash}", "scrypt$32768$8$1${salt}!${hash}",
        "scrypt$-32768$8$1${salt}${hash}", "32768",
    ],
)  # fmt: skip
def test_a_line_that_is_none_is_refused_without_repeating_it(kept: PasswordHash, line: str) -> None:
    salt, digest = str(kept).split("$")[4:]
    with pytest.raises(SettingsError, match="RAPPORT_PASSWORD_HASH") as refused:
        PasswordHash.read(line.replace("{salt}", salt).replace("{hash}", digest))
    assert "make-password" in str(refused.value)
    assert "canary" not in str(refused.value)
    assert salt not in str(refused.value)


def test_who_knows_it_is_the_owner_by_whatever_name(gate: PasswordGate) -> None:
    for name in ("", "me", "ö"):
        assert gate.admit(request("/", Authorization=basic(PASSWORD, name))) == Visitor("", "owner")
    assert status(gate, basic(PASSWORD).replace("Basic", "basic")) == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "", "Basic", "Basic ", "Basic !!!", "Basic bm9jb2xvbg==", "Bearer x", "Digest username=x", "Basic ä",
        f"{basic(PASSWORD)}, {basic(PASSWORD)}", basic(b"\xff\xfe"), basic(""), basic(PASSWORD + " "),
    ],
)  # fmt: skip
def test_everybody_else_is_asked(gate: PasswordGate, authorization: str) -> None:
    answer = gate.admit(request("/", Authorization=authorization))
    assert isinstance(answer, Answer)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Rapport", charset="UTF-8"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every password that was checked the slow way."""
    seen: list[bytes] = []
    fits = PasswordHash.fits

    def watched(self: PasswordHash, password: bytes) -> bool:
        seen.append(password)
        return fits(self, password)

    monkeypatch.setattr(PasswordHash, "fits", watched)
    return seen


def test_the_slow_check_is_made_once(gate: PasswordGate, checks: list[bytes]) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(lambda _: status(gate, basic(PASSWORD)), range(64))) == {200}
    assert checks == [PASSWORD.encode()]


def test_what_is_no_password_at_all_costs_nothing(gate: PasswordGate, checks: list[bytes]) -> None:
    for authorization in ("", "Basic !!!", "Bearer x"):
        for _ in range(3 * FORGIVEN):
            assert status(gate, authorization) == 401
    assert checks == []
    assert status(gate, basic(PASSWORD)) == 200


def test_guessing_is_slowed_down(gate: PasswordGate, clock: Clock, checks: list[bytes]) -> None:
    found = [status(gate, basic(f"guess {number}")) for number in range(3 * FORGIVEN)]
    assert found == [401] * FORGIVEN + [429] * 2 * FORGIVEN
    assert len(checks) == FORGIVEN
    answer = gate.admit(request("/", Authorization=basic("guess")))
    assert isinstance(answer, Answer)
    assert 1 <= int(answer.headers["Retry-After"]) <= SECONDS_PER_GUESS + 1
    assert status(gate, basic(PASSWORD)) == 429, "nobody can tell yet whose it is"
    clock.now += int(answer.headers["Retry-After"])
    assert status(gate, basic("another guess")) == 401
    assert status(gate, basic("and one more")) == 429
    clock.now += 2 * FORGIVEN * SECONDS_PER_GUESS
    assert [status(gate, basic(f"guess {number}")) for number in range(FORGIVEN + 1)] == [401] * FORGIVEN + [
        429
    ]


def test_guessing_holds_up_nobody_who_is_in(gate: PasswordGate) -> None:
    assert status(gate, basic(PASSWORD)) == 200
    for number in range(2 * FORGIVEN):
        status(gate, basic(f"guess {number}"))
    assert status(gate, basic(PASSWORD)) == 200
    assert status(gate, basic("guess")) == 429


def test_many_guesses_at_once_are_no_more_guesses(gate: PasswordGate, checks: list[bytes]) -> None:
    start, found = threading.Barrier(24), []

    def guess(number: int) -> None:
        start.wait()
        found.append(status(gate, basic(f"guess {number}")))

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checks) == FORGIVEN
    assert sorted(found) == [401] * FORGIVEN + [429] * (24 - FORGIVEN)
