"""Who may leave what in the inbox, and what they are answered; in this process, on both kinds of bucket."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Request
from google.cloud.storage.retry import DEFAULT_RETRY
from werkzeug.test import EnvironBuilder

from demo.deliveries import sign, write_body
from event_collector.collector import MAX_BODY_BYTES, Collector
from shared import inbox
from shared.bucket import Bucket
from shared.bucket.folder import FolderBucket
from shared.bucket.gcs import CloudStorageBucket
from shared.log import Log
from shared.settings import Secret
from tests.event_collector.service import KEY, PATH
from tests.fake_gcs import FakeCloudStorage

NOON = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)
IMPATIENT = DEFAULT_RETRY.with_delay(initial=0.01, maximum=0.02).with_timeout(0.2)
READER = "0f1e2d3c-4b5a-4978-8f0e-112233445566"
BODY = write_body("subscriber.unsubscribed", subscriber=READER)
Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCloudStorage]:
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    with FakeCloudStorage() as server:
        yield server


@pytest.fixture(params=["folder", "cloud"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bucket]:
    if request.param == "folder":
        yield FolderBucket(tmp_path / "data")
        return
    cloud = request.getfixturevalue("fake")
    with closing(cloud.client()) as client:
        yield CloudStorageBucket(client, cloud.bucket, retry=IMPATIENT)


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def ask(bucket: Bucket, said: io.StringIO) -> Ask:
    collector = Collector(bucket, "spring", Secret(KEY), Log(said, readable=False), now=lambda: NOON)

    def ask(
        body: bytes = BODY,
        signature: str | None = None,
        method: str = "POST",
        path: str = PATH,
        **headers: str,
    ) -> tuple[int, str]:
        given: dict[str, str] = {"X-Buttondown-Signature": signature} if signature else {}
        environ = EnvironBuilder(
            path, method=method, data=body, headers=list((given | headers).items())
        ).get_environ()
        answer = collector.answer(Request(environ))
        return answer.status_code, answer.get_data(as_text=True)

    return ask


def stored(bucket: Bucket) -> list[dict[str, Any]]:
    return [record for stat in inbox.listing(bucket, "spring") for record in inbox.read(bucket, stat)[0]]


def test_what_is_signed_is_stored(ask: Ask, bucket: Bucket, said: io.StringIO) -> None:
    assert ask(BODY, sign(KEY, BODY))[0] == 200
    assert stored(bucket) == [
        {
            "id": json.loads(BODY)["id"],
            "event_type": "subscriber.unsubscribed",
            "subscriber": READER,
            "email": None,
            "newsletter": None,
            "received_at": "2026-08-20T12:00:00.000Z",
        }
    ]
    assert said.getvalue() == ""


def test_an_upper_case_signature_is_one_too(ask: Ask) -> None:
    assert ask(BODY, sign(KEY, BODY).upper().replace("SHA256", "sha256"))[0] == 200


@pytest.mark.parametrize(
    "signature",
    [
        *(
            "sha256=",
            "sha256=00",
            sign("another signing key", BODY),
            sign(KEY, BODY)[:-1],
            sign(KEY, BODY) + "0",
        ),
        *(
            sign(KEY, BODY).removeprefix("sha256="),
            sign(KEY, b""),
            sign("", BODY),
            "sha1=" + "0" * 40,
            "nonsense",
        ),
        *(f"{sign(KEY, BODY)}, {sign(KEY, BODY)}", "sha256=" + "é" * 64, "sha256=" + "٣" * 64),
    ],
)
def test_what_is_not_signed_with_the_key_is_not_stored(ask: Ask, bucket: Bucket, signature: str) -> None:
    status, words = ask(BODY, signature)
    assert status == 401
    assert "BUTTONDOWN_WEBHOOK_KEY" in words
    assert KEY not in words
    assert stored(bucket) == []


def test_a_signature_is_of_every_byte_of_its_body(ask: Ask, bucket: Bucket) -> None:
    for place in range(len(BODY)):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        assert ask(changed, sign(KEY, BODY))[0] == 401
    for body in (BODY[:-1], BODY + b"\n", b""):
        assert ask(body, sign(KEY, BODY))[0] == 401
    assert stored(bucket) == []


def test_the_unsigned_test_delivery_is_told_why(ask: Ask, bucket: Bucket) -> None:
    status, words = ask(BODY)
    assert status == 401
    assert "test delivery never signs" in words
    assert stored(bucket) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"[" * 100_000, b'{"id": "x"}', b"\xff"])
def test_a_signed_body_that_is_no_webhook_is_refused(ask: Ask, bucket: Bucket, body: bytes) -> None:
    status, words = ask(body, sign(KEY, body))
    assert status == 400
    assert words.startswith("Refused: ")
    assert stored(bucket) == []


def test_a_body_that_is_too_long_is_refused(ask: Ask, bucket: Bucket) -> None:
    longest = BODY + b" " * (MAX_BODY_BYTES - len(BODY))
    assert ask(longest, sign(KEY, longest))[0] == 200
    too_long = longest + b" "
    assert ask(too_long, sign(KEY, too_long))[0] == 413
    assert len(stored(bucket)) == 1


def test_a_repeated_delivery_is_stored_again_under_the_same_id(ask: Ask, bucket: Bucket) -> None:
    for _ in range(3):
        assert ask(BODY, sign(KEY, BODY))[0] == 200
    assert [each["id"] for each in stored(bucket)] == [json.loads(BODY)["id"]] * 3


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(
            ("GET", "/", 200),
            ("HEAD", "/", 200),
            ("GET", "/healthz", 200),
            ("POST", "/", 405),
            ("PUT", PATH, 405),
        ),
        *(("GET", PATH, 405), ("DELETE", PATH, 405), ("POST", PATH + "/", 401), ("GET", "/webhooks", 404)),
        *(("POST", "/webhooks/other", 404), ("GET", "/../etc/passwd", 404), ("OPTIONS", "/healthz", 405)),
    ],
)
def test_there_is_one_door(ask: Ask, bucket: Bucket, method: str, path: str, status: int) -> None:
    assert ask(BODY, None, method, path)[0] == status
    assert stored(bucket) == []


@pytest.mark.parametrize("bucket", ["cloud"], indirect=True)
@pytest.mark.parametrize("action", ["503", "403", "429", "drop_before"])
def test_what_cannot_be_stored_is_asked_for_again(
    ask: Ask, bucket: Bucket, fake: FakeCloudStorage, said: io.StringIO, action: str
) -> None:
    fake.on("POST", "/upload/", action, times=1000)
    assert ask(BODY, sign(KEY, BODY)) == (503, "Not stored: send it again.\n")
    assert stored(bucket) == []
    assert json.loads(said.getvalue())["severity"] == "ERROR"


@pytest.mark.parametrize("bucket", ["cloud"], indirect=True)
def test_a_short_trouble_of_the_storage_is_waited_for(
    ask: Ask, bucket: Bucket, fake: FakeCloudStorage
) -> None:
    fake.on("POST", "/upload/", "drop_after")
    fake.on("POST", "/upload/", "503", skip=1)
    assert ask(BODY, sign(KEY, BODY))[0] == 200
    assert len(stored(bucket)) == 1


def test_neither_key_nor_visitor_is_said(ask: Ask, bucket: Bucket, said: io.StringIO) -> None:
    canaries = {"X-Forwarded-For": "203.0.113.77", "User-Agent": "canary agent", "Cookie": "canary"}
    private = write_body("subscriber.created", subscriber=READER)[:-1] + b', "to": "canary@private.example"}'
    for body, signature in (
        (private, sign(KEY, private)),
        (private, None),
        (private, "sha256=0"),
        (b"x", sign(KEY, b"x")),
    ):
        ask(body, signature, **canaries)
    everything = said.getvalue() + json.dumps(stored(bucket))
    assert len(stored(bucket)) == 1
    for canary in (KEY, "203.0.113.77", "canary", "private.example"):
        assert canary not in everything
