"""Who gets past Identity-Aware Proxy's signature, and who does not; roles, and what they open."""

import json
import time
from collections.abc import Callable
from io import StringIO

import pytest

from report_site.exchange import Request
from report_site.iap_gate import IapGate, RoleBook
from report_site.signing_keys import SigningKeys, fetcher
from report_site.site import Site
from shared.bucket.folder import FolderBucket
from shared.errors import SettingsError
from tests.report_site.iap import AUDIENCE, HEADER, Proxy, segment
from tests.report_site.sites import Clock, quiet_log, request, status

OWNER, VIEWER, STRANGER = "owner@example.com", "viewer@example.com", "stranger@example.com"
ROLES = f'[roles]\nowner = ["{OWNER}"]\nviewer = ["{VIEWER}"]\n'


def test_whoever_the_proxy_vouches_for_is_let_in(site: Site, proxy: Proxy) -> None:
    answer = site.answer(request("/", **{HEADER: proxy.assertion()}))
    assert (answer.status, answer.body) == (200, b"the report")
    assert "private" in answer.headers["Cache-Control"]
    who = site.answer(request("/whoami", **{HEADER: proxy.assertion("Somebody@Example.com")}))
    assert json.loads(who.body) == {"email": "somebody@example.com", "role": "viewer"}
    assert who.headers["Cache-Control"] == "no-store"


def tampered(proxy: Proxy) -> str:
    head, _, signature = proxy.assertion().split(".")
    return f"{head}.{segment(proxy.claims('else@example.com'))}.{signature}"


def of_another_key(proxy: Proxy) -> str:
    proxy.add_key("impostor")
    return proxy.assertion(key_id="first", signed_by="impostor")


def without_a_key_id(proxy: Proxy) -> str:
    signed = f"{segment({'alg': 'ES256'})}.{segment(proxy.claims())}"
    return f"{signed}.{segment(proxy.sign(signed, 'first'))}"


NOW = time.time
BAD: dict[str, Callable[[Proxy], str | None]] = {
    "missing": lambda proxy: None,
    "empty": lambda proxy: "",
    "garbage": lambda proxy: "garbage",
    "two dots": lambda proxy: "..",
    "not base64": lambda proxy: "!.!.!",
    "not json": lambda proxy: f"{segment(b'x')}.{segment(b'y')}.{segment(b'z')}",
    "a list": lambda proxy: f"{segment(b'[]')}.{segment(b'[]')}.{segment(b'z')}",
    "nested without end": lambda proxy: f"{segment(b'[' * 9000)}.{segment(b'{}')}.{segment(b'z')}",
    "beyond ascii": lambda proxy: "ä.ö.ü",
    "endless": lambda proxy: proxy.assertion(padding="x" * 20_000),
    "tampered": tampered,
    "forged": of_another_key,
    "without a signature": lambda proxy: proxy.assertion().rpartition(".")[0] + ".",
    "alg none": lambda proxy: proxy.unsigned(),
    "hs256 with the public key": lambda proxy: proxy.signed_with_the_public_key(),
    "rs256": lambda proxy: proxy.signed_by_rsa(),
    "expired": lambda proxy: proxy.assertion(iat=int(NOW()) - 700, exp=int(NOW()) - 40),
    "not yet valid": lambda proxy: proxy.assertion(iat=int(NOW()) + 60, exp=int(NOW()) + 660),
    "without an end": lambda proxy: proxy.assertion(exp=None),
    "without a beginning": lambda proxy: proxy.assertion(iat=None),
    "times in words": lambda proxy: proxy.assertion(iat="now", exp="never"),
    "another audience": lambda proxy: proxy.assertion(aud=AUDIENCE + "2"),
    "no audience": lambda proxy: proxy.assertion(aud=None),
    "audiences": lambda proxy: proxy.assertion(aud=[AUDIENCE]),
    "another issuer": lambda proxy: proxy.assertion(iss="https://accounts.google.com"),
    "no issuer": lambda proxy: proxy.assertion(iss=None),
    "unknown key": lambda proxy: proxy.assertion(key_id="second", signed_by="first"),
    "no key id": without_a_key_id,
}


@pytest.mark.parametrize("kind", BAD)
def test_nothing_else_is_believed(site: Site, proxy: Proxy, told: StringIO, kind: str) -> None:
    for target in ("/", "/whoami", "/api/sync/state", "/nothing"):
        assert status(site, BAD[kind](proxy), target) == 401
    line = json.loads(told.getvalue().splitlines()[0])
    assert line["severity"] == "WARNING"
    assert "example.com" not in told.getvalue()
    assert status(site, proxy.assertion()) == 200


def test_two_assertions_are_none(site: Site, proxy: Proxy) -> None:
    good = proxy.assertion()
    headers = ((HEADER, good), (HEADER.lower(), good))
    assert site.answer(Request("GET", "/", headers)).status == 401


def test_unsigned_headers_are_not_even_read(site: Site) -> None:
    headers = {
        "X-Goog-Authenticated-User-Email": f"accounts.google.com:{OWNER}",
        "X-Goog-Authenticated-User-Id": "1",
    }
    assert site.answer(request("/", **headers)).status == 401


@pytest.mark.parametrize(("early", "late"), [(20, 0), (0, 20)])
def test_clocks_may_differ_by_half_a_minute(site: Site, proxy: Proxy, early: int, late: int) -> None:
    now = int(time.time())
    assert status(site, proxy.assertion(iat=now + early, exp=now - late if late else now + 600)) == 200


def test_without_an_audience_nothing_starts(project: FolderBucket, proxy: Proxy) -> None:
    with pytest.raises(SettingsError, match="RAPPORT_IAP_AUDIENCE"):
        IapGate("", SigningKeys(fetcher(proxy.url)), RoleBook(project, "p"), quiet_log())


def test_health_needs_nobody_and_touches_nothing(site: Site, proxy: Proxy, project: FolderBucket) -> None:
    answer = site.answer(request("/healthz"))
    assert (answer.status, answer.body) == (200, b"ok\n")
    assert proxy.fetches == 0
    assert site.answer(request("/healthz", "POST")).status == 405
    assert site.answer(request("/healthz/../index.html")).status == 401


def test_with_roles_others_are_kept_out_kindly(site: Site, proxy: Proxy, project: FolderBucket) -> None:
    project.write("p/project.toml", ROLES.encode())
    assert status(site, proxy.assertion(OWNER)) == 200
    assert status(site, proxy.assertion(VIEWER.upper())) == 200
    answer = site.answer(request("/", **{HEADER: proxy.assertion("<b>@example.com")}))
    assert answer.status == 403
    assert b"not shared with you" in answer.body
    assert b"&lt;b&gt;@example.com" in answer.body
    for target in ("/whoami", "/api/sync/state", "/api/sync/events"):
        answer = site.answer(request(target, **{HEADER: proxy.assertion(STRANGER)}))
        assert (answer.status, answer.headers["Content-Type"]) == (403, "application/json")
    assert status(site, proxy.assertion(STRANGER), "/nothing") == 403, "not even what there is"
    assert status(site, proxy.assertion(email=None)) == 403


@pytest.mark.parametrize(("email", "role"), [(OWNER, "owner"), (VIEWER, "viewer")])
def test_everybody_can_ask_who_they_are(
    site: Site, proxy: Proxy, project: FolderBucket, email: str, role: str
) -> None:
    project.write("p/project.toml", ROLES.encode())
    answer = site.answer(request("/whoami", **{HEADER: proxy.assertion(email)}))
    assert json.loads(answer.body) == {"email": email, "role": role}


def test_a_change_of_roles_holds_within_half_a_minute(
    site: Site, proxy: Proxy, project: FolderBucket, clock: Clock
) -> None:
    assert status(site, proxy.assertion(STRANGER)) == 200
    project.write("p/project.toml", ROLES.encode())
    clock.now += 30
    assert status(site, proxy.assertion(STRANGER)) == 403
    project.delete("p/project.toml")
    clock.now += 30
    assert status(site, proxy.assertion(STRANGER)) == 200


@pytest.mark.parametrize("text", ['[roles]\nowner = "x"\n', "[roles\n", f'[role]\nowner = ["{OWNER}"]\n'])
def test_roles_that_cannot_be_read_keep_everybody_out(
    site: Site, proxy: Proxy, project: FolderBucket, clock: Clock, told: StringIO, text: str
) -> None:
    project.write("p/project.toml", text.encode())
    for _ in range(2):
        answer = site.answer(request("/", **{HEADER: proxy.assertion(OWNER)}))
        assert answer.status == 503
        assert b"project.toml" in answer.body
    assert "project.toml line 1" in told.getvalue() or "project.toml line 2" in told.getvalue()
    assert OWNER not in told.getvalue()
    project.write("p/project.toml", ROLES.encode())
    clock.now += 30
    assert status(site, proxy.assertion(OWNER)) == 200
