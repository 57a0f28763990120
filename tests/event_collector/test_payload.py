"""Of a webhook only ids and its type are kept, whatever else it holds."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from event_collector.payload import Unreadable, read_payload
from shared.webhooks import Webhook, read_record

NOON = datetime(2026, 8, 20, 12, 0, 0, 5_999, tzinfo=UTC)
EVENT = "ext_evt_60zzq000008008000000000003"
SUBSCRIBER = "0f1e2d3c-4b5a-4978-8f0e-112233445566"
EMAIL = "em_29fxqcmrkp969vzttksexvmvr8"
NEWSLETTER = "9A1B2C3D-4E5F-4061-8293-A4B5C6D7E8F9"


def told(**changes: Any) -> bytes:
    data = {"newsletter": NEWSLETTER, "subscriber": SUBSCRIBER, "email": EMAIL}
    return json.dumps({"id": EVENT, "event_type": "subscriber.clicked", "data": data} | changes).encode()


def test_ids_and_type_are_kept_as_they_came() -> None:
    webhook = read_payload(told(), NOON.astimezone(timezone(timedelta(hours=5))))
    assert webhook == Webhook(
        EVENT, "subscriber.clicked", SUBSCRIBER, EMAIL, NEWSLETTER, "2026-08-20T12:00:00.005Z"
    )
    assert read_record(webhook.as_record()) == webhook


@pytest.mark.parametrize("missing", [None, "", 7, [], "someone@example.com", "203.0.113.7", "x" * 300])
def test_without_an_id_the_body_is_its_own(missing: Any) -> None:
    body = told(id=missing)
    assert read_payload(body, NOON).id == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    "value",
    [
        "someone@example.com",
        "203.0.113.7",
        "2001:db8::1",
        "ſub_0k28edc3fw896bp4mrhc535z5k",  # the first letter only folds to an s
        7,
        None,
        [SUBSCRIBER],
        {"id": SUBSCRIBER},
        "sub_",
        "'--",
    ],
)
def test_what_is_no_id_is_left_out(value: Any) -> None:
    webhook = read_payload(told(data={"subscriber": value, "email": value, "newsletter": value}), NOON)
    assert (webhook.subscriber, webhook.email, webhook.newsletter) == (None, None, None)


@pytest.mark.parametrize("data", [None, [], "text", 7])
def test_data_that_is_no_object_names_nobody(data: Any) -> None:
    assert read_payload(told(data=data), NOON).subscriber is None


def test_the_spelling_of_the_rest_of_the_api_is_understood_too() -> None:
    webhook = read_payload(
        told(data={"subscriber_id": SUBSCRIBER, "email_id": EMAIL, "newsletter": None}), NOON
    )
    assert (webhook.subscriber, webhook.email, webhook.newsletter) == (SUBSCRIBER, EMAIL, None)


def test_nothing_else_is_kept() -> None:
    body = told(
        data={"subscriber": SUBSCRIBER, "address": "someone@example.com", "old_value": "draft"},
        ip="203.0.113.7",
    )
    assert set(read_payload(body, NOON).as_record()) == {
        *("id", "event_type", "subscriber", "email", "newsletter", "received_at")
    }


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"null",
            b"[]",
            b'"text"',
            b"7",
            b"{",
            b"\xff\xfe{}",
            b"<html>",
            b'{"id": 1}',
            b'{"event_type": 7}',
        ),
        *(b"[" * 100_000, b'{"a":' * 50_000, b'{"event_type": ""}', told(event_type="someone@example.com")),
        *(told(event_type="a" * 101), told(event_type="two words"), told(event_type=["subscriber.opened"])),
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_no_webhook_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_payload(body, NOON)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["id", "event_type", "data", "subscriber"]) | st.text(), inner)
        ),
    )
)
def test_whatever_comes_is_a_webhook_or_is_refused(said: Any) -> None:
    try:
        webhook = read_payload(json.dumps(said).encode(), NOON)
    except Unreadable:
        return
    assert read_record(webhook.as_record()) == webhook
    assert "@" not in repr(webhook)


@pytest.mark.parametrize(
    "change",
    [
        *(
            {"id": None},
            {"id": ""},
            {"event_type": 7},
            {"received_at": "yesterday"},
            {"received_at": "2026-08-20"},
        ),
        *(
            {"received_at": "2026-08-20T12:00:00"},
            {"subscriber": 7},
            {"email": "x" * 201},
            {"newsletter": []},
        ),
    ],
)
def test_a_record_that_is_no_webhook_is_none(change: dict[str, Any]) -> None:
    assert read_record(read_payload(told(), NOON).as_record() | change) is None
    assert read_record({}) is None
