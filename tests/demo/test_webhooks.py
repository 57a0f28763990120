"""The stand-in registers webhooks and delivers them as the provider documents it."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import UUID

import pytest

from demo import Newsletter, dashed
from demo.deliveries import announce, send, write_body
from demo.enums import WEBHOOK_TYPES
from demo.wire import webhook
from tests.demo.conftest import Visit
from tests.demo.test_api import SCHEMA, check
from tests.demo.worlds import make_small

KEY = "a signing key"
INPUT = {"url": "https://example.com/hook", "event_types": ["subscriber.created"], "signing_key": KEY}


class Listener(HTTPServer):
    """Keeps what it is sent, and answers `status`."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"as told")

    def log_message(self, *_: Any) -> None:
        """Nothing to say."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_webhook_is_made_changed_listed_and_removed(visit: Visit) -> None:
    api, client = visit(Newsletter())
    made = client.post("/webhooks", json=INPUT)
    assert made.status_code == 201
    check("Webhook", made.json())
    assert made.json()["signing_key"] == KEY
    path = f"/webhooks/{made.json()['id']}"
    assert client.get(path).json() == made.json()
    changed = client.patch(path, json={**INPUT, "status": "disabled"})
    assert (changed.status_code, changed.json()["status"]) == (200, "disabled")
    check("WebhookPage", client.get("/webhooks").json())
    assert client.get("/webhooks?status=enabled").json()["count"] == 0
    assert client.get("/webhooks?status=gone").status_code == 422
    assert client.get(f"/webhooks/{dashed(made.json()['id'])}").status_code == 200
    assert client.delete(path).status_code == 204
    assert [client.get(path).status_code, client.delete(path).status_code] == [404, 404]
    assert client.put("/webhooks", json=INPUT).status_code == 405
    assert api.newsletter.webhooks == []


@pytest.mark.parametrize(
    "change",
    [
        *(
            {"event_types": ["subscriber.levitated"]},
            {"event_types": "subscriber.created"},
            {"url": "ftp://x"},
        ),
        *(
            {"url": "https://example.com/" + "a" * 2000},
            {"signing_key": "a" * 256},
            {"status": "asleep"},
            {"extra": 1},
        ),
    ],
)
def test_what_the_schema_forbids_is_refused(visit: Visit, change: dict[str, Any]) -> None:
    api, client = visit(Newsletter())
    refused = client.post("/webhooks", json={**INPUT, **change})
    assert refused.status_code == 422
    check("ValidationErrorMessage", refused.json())
    assert client.post("/webhooks", json={"url": "https://x"}).status_code == 422
    assert client.post("/webhooks", json=[]).status_code == 422
    assert client.post("/webhooks", content=b"{").json() == {
        "detail": "Cannot parse request body",
        "metadata": {},
    }
    assert api.newsletter.webhooks == []


def test_the_types_are_those_of_the_schema() -> None:
    assert set(SCHEMA["$defs"]["ExternalEventType"]["enum"]) == WEBHOOK_TYPES


def test_a_delivery_is_signed_has_uuids_and_no_time(listener: Listener) -> None:
    newsletter = make_small()
    newsletter.webhooks.append(webhook(listener.url, signing_key=KEY, event_types=["subscriber.clicked"]))
    reader, row = newsletter.subscribers[0], newsletter.events[0]
    assert announce(newsletter, "subscriber.clicked", subscriber=reader, event=row) == [200]
    assert announce(newsletter, "subscriber.opened", subscriber=reader) == []
    [(headers, body)] = listener.heard
    assert (
        headers["x-buttondown-signature"]
        == "sha256=" + hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    )
    said = json.loads(body)
    check("WebhookEvent", said)
    assert said["id"] == row["id"]
    assert said["data"] == {"subscriber": str(UUID(dashed(reader["id"])))}
    assert not {name for name in (*said, *said["data"]) if "date" in name or "time" in name}


def test_only_what_has_a_key_is_signed(listener: Listener) -> None:
    newsletter = Newsletter(webhooks=[webhook(listener.url)])
    announce(newsletter, "subscriber.created")
    send(
        newsletter,
        webhook(listener.url, signing_key=KEY),
        "subscriber.created",
        write_body("x"),
        is_signed=False,
    )
    assert ["x-buttondown-signature" in headers for headers, _ in listener.heard] == [False, False]


def test_the_test_delivery_is_not_signed(visit: Visit, listener: Listener) -> None:
    newsletter = Newsletter(webhooks=[webhook(listener.url, signing_key=KEY)])
    _, client = visit(newsletter)
    path = f"/webhooks/{newsletter.webhooks[0]['id']}"
    assert client.post(f"{path}/test").status_code == 204
    assert client.post(f"{path}/test?event_type=email.sent").status_code == 204
    assert [json.loads(body)["event_type"] for _, body in listener.heard] == [
        "subscriber.created",
        "email.sent",
    ]
    assert not any("x-buttondown-signature" in headers for headers, _ in listener.heard)


def test_failures_are_told_and_five_in_a_row_end_it(visit: Visit, listener: Listener) -> None:
    newsletter = Newsletter(webhooks=[webhook(listener.url)])
    _, client = visit(newsletter)
    for status in (500, 404, 200, 401, 500, 302, 400):
        listener.status = status
        assert announce(newsletter, "subscriber.created") == [status]
    path = f"/webhooks/{newsletter.webhooks[0]['id']}/attempts"
    check("WebhookAttemptOutputPage", client.get(path).json())
    assert client.get(f"{path}?status=failed").json()["count"] == 6
    assert (
        client.get(path).json()["results"][0]["error_message"]
        == "WebhookFailedError: Webhook returned 400: as told"
    )
    assert newsletter.webhooks[0]["status"] == "enabled"
    listener.status = 503
    assert announce(newsletter, "subscriber.created") == [503]
    assert newsletter.webhooks[0]["status"] == "disabled"
    assert announce(newsletter, "subscriber.created") == []


def test_nobody_there_is_a_failure_too(listener: Listener) -> None:
    newsletter = Newsletter(webhooks=[webhook("http://127.0.0.1:9/hook")])
    assert announce(newsletter, "subscriber.created") == [0]
    assert newsletter.attempts[0]["status"] == "failed"
