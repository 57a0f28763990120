from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from demo import Faults, Newsletter, Request, dashed, serve
from tests.demo.conftest import Visit
from tests.demo.worlds import make_small

SCHEMA = json.loads((Path(__file__).parent / "openapi.json").read_text("utf-8"))
CLOSED = ("/accounts/me", "/newsletters", "/tags", "/emails", "/subscribers", "/events")


def check(name: str, document: Any) -> None:
    schema = {"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]}
    jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(document)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/ping", "Empty"),
        ("/accounts/me", "Account"),
        ("/newsletters", "NewsletterPage"),
        ("/tags", "TagPage"),
        ("/emails", "EmailPage"),
        ("/subscribers", "SubscriberPage"),
        ("/subscribers?page=4", "SubscriberPage"),
        ("/events?page_size=300", "EmailEventPage"),
        ("/events?event_type=clicked&page_size=50", "EmailEventPage"),
        ("/events?event_type=replied", "EmailEventPage"),
        ("/events?expand=subscriber&expand=email&page_size=5", "EmailEventPage"),
        ("/events?event_type=sent", "ValidationErrorMessage"),
        ("/subscribers/nobody", "ErrorMessage"),
    ],
)
def test_replies_fit_the_published_schema(visit: Visit, world: Newsletter, path: str, schema: str) -> None:
    _, client = visit(world)
    check(schema, client.get(path).json())


def test_single_objects_fit_the_published_schema(visit: Visit, world: Newsletter) -> None:
    _, client = visit(world)
    for path, schema in (
        (f"/emails/{world.emails[3]['id']}", "Email"),
        (f"/emails/{world.emails[3]['id']}/analytics", "Analytics"),
        (f"/subscribers/{world.subscribers[5]['id']}", "Subscriber"),
        (f"/events/{world.events[9]['id']}", "EmailEvent"),
        (f"/tags/{world.tags[0]['id']}", "Tag"),
    ):
        reply = client.get(path)
        assert reply.status_code == 200
        check(schema, reply.json())


@pytest.mark.parametrize("path", CLOSED)
def test_without_a_key_nothing_is_told(visit: Visit, path: str) -> None:
    _, client = visit(make_small())
    missing = httpx.get(f"{client.base_url}{path}".replace("/v1//", "/v1/"), trust_env=False)
    wrong = client.get(path, headers={"Authorization": "Token other"})
    bearer = client.get(path, headers={"Authorization": "Bearer demo-key"})
    assert [reply.status_code for reply in (missing, wrong, bearer)] == [401, 401, 401]
    assert missing.json()["code"] == "authentication_missing"
    assert wrong.json()["code"] == bearer.json()["code"] == "authentication_invalid"
    check("ErrorMessage", missing.json())


def test_ping_answers_anybody(visit: Visit) -> None:
    api, _ = visit(Newsletter())
    assert httpx.get(f"{api.url}/ping", trust_env=False).status_code == 200


def test_a_foreign_context_is_a_bad_key(visit: Visit) -> None:
    newsletter = Newsletter()
    _, client = visit(newsletter)
    mine = dashed(newsletter.newsletter["id"])
    assert client.get("/accounts/me", headers={"Buttondown-Context": mine}).status_code == 200
    reply = client.get("/accounts/me", headers={"Buttondown-Context": "news_other"})
    assert (reply.status_code, reply.json()["code"]) == (401, "authentication_invalid")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(visit: Visit, method: str) -> None:
    _, client = visit(make_small())
    assert client.request(method, "/subscribers", json={"email_address": "x"}).status_code == 405
    assert client.get("/ping").status_code == 200  # the body was not taken for a request


def test_unknown_paths_are_not_found(visit: Visit) -> None:
    _, client = visit(Newsletter())
    assert client.get("/surveys").status_code == 404


def test_the_key_of_the_newsletter_is_in_the_clear(visit: Visit, world: Newsletter) -> None:
    _, client = visit(world)
    assert client.get("/newsletters").json()["results"][0]["api_key"] == world.newsletter["api_key"]


def test_every_request_is_recorded(visit: Visit) -> None:
    api, client = visit(make_small())
    client.get("/events?page_size=2&expand=email&expand=subscriber", headers={"User-Agent": "check"})
    client.get("/nowhere")
    first, second = api.requests
    assert (first.number, first.method, first.path, first.status) == (1, "GET", "/events", 200)
    assert first.query == [("page_size", "2"), ("expand", "email"), ("expand", "subscriber")]
    assert first.headers["user-agent"] == "check"
    assert (second.path, second.status) == ("/nowhere", 404)


def test_a_connection_is_kept_alive(visit: Visit) -> None:
    api, _ = visit(make_small())
    host, port = api.url.removeprefix("http://").removesuffix("/v1").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        for _ in range(2):
            connection.sendall(f"GET /v1/ping HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_leaving_the_block_ends_idle_connections_and_long_waits() -> None:
    begun = time.monotonic()
    with httpx.Client(trust_env=False) as waiting, httpx.Client(trust_env=False) as idle:
        with serve(Newsletter()) as api:
            idle.get(f"{api.url}/ping")
            api.faults.on(delay=60)
            with pytest.raises(httpx.TimeoutException):
                waiting.get(f"{api.url}/ping", timeout=0.1)
        with pytest.raises(httpx.TransportError):
            idle.get(f"{api.url}/ping")
    assert time.monotonic() - begun < 5


def test_a_hook_that_fails_shows_its_trace(visit: Visit, capfd: pytest.CaptureFixture[str]) -> None:
    def stumble(request: Request) -> None:
        raise LookupError("over a stone")

    _, client = visit(Newsletter(), Faults(before_response=stumble))
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/ping")
    for _ in range(50):
        time.sleep(0.02)  # the trace is printed after the connection is closed
        if "over a stone" in capfd.readouterr().err:
            return
    raise AssertionError("no trace")


def test_rate_limit_headers_are_on_every_reply(visit: Visit) -> None:
    _, client = visit(make_small(), clock=lambda: 1000.0)
    for path in ("/ping", "/events", "/nowhere", "/events?page_size=0"):
        headers = client.get(path).headers
        assert headers["X-RateLimit-Limit"] == "600"
        assert headers["X-RateLimit-Remaining"] == "599"
        assert headers["X-RateLimit-Reset"] == "1060"


def test_an_enforced_limit_refuses_until_the_minute_is_over(visit: Visit) -> None:
    now = [1000.0]
    _, client = visit(make_small(), Faults(rate_limit=2, enforce_rate_limit=True), clock=lambda: now[0])
    replies = [client.get("/events") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["1", "0", "0"]
    assert replies[2].headers["Retry-After"] == "60"
    check("ErrorMessage", replies[2].json())
    now[0] += 60
    assert client.get("/events").status_code == 200
