"""Sends webhooks the way the provider does: signed over the raw body, ids as UUIDs, and without any time.

Deliveries come at least once and in no order: to repeat or reorder them, send them so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from demo.ids import dashed
from demo.newsletter import Newsletter
from demo.wire import Row, attempt, id_of, new_id

TIMEOUT_SECONDS = 30.0
FAILURES_UNTIL_DISABLED = 5
# Deliveries never go through a proxy: they are for this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def sign(key: str, body: bytes) -> str:
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def write_body(
    event_type: str,
    *,
    subscriber: Row | str | None = None,
    email: Row | str | None = None,
    newsletter: Row | str | None = None,
    event: Row | str | None = None,
) -> bytes:
    """The raw body of one webhook. The newsletter is named only for accounts that have several; `event` is the
    event it tells of, whose id it has."""
    named = {"newsletter": newsletter, "subscriber": subscriber, "email": email}
    data = {name: dashed(id_of(thing) or "") for name, thing in named.items() if thing}
    said = {"id": id_of(event) or new_id("ext_evt"), "event_type": event_type, "data": data}
    return json.dumps(said).encode()


def announce(newsletter: Newsletter, event_type: str, /, **named: Any) -> list[int]:
    """Tells every enabled webhook that wants this type; `named` as for `write_body`. Returns what they answered."""
    body = write_body(event_type, **named)
    wanting = [
        row for row in newsletter.webhooks if row["status"] == "enabled" and event_type in row["event_types"]
    ]
    return [send(newsletter, row, event_type, body) for row in wanting]


def send(
    newsletter: Newsletter,
    row: Row,
    event_type: str,
    body: bytes | Mapping[str, Any],
    *,
    is_signed: bool = True,
) -> int:
    """One delivery; notes how it went, and disables the webhook after too many failures in a row.

    Returns the status, or 0 where nobody answered.
    """
    raw = body if isinstance(body, bytes) else write_body(event_type, **body)
    headers = {"Content-Type": "application/json"}
    if is_signed and row["signing_key"]:
        headers["X-Buttondown-Signature"] = sign(row["signing_key"], raw)
    begun = time.monotonic()
    status, said = _post(row["url"], raw, headers)
    is_success = 200 <= status < 300
    newsletter.attempts.append(
        attempt(
            row,
            status="successful" if is_success else "failed",
            event_type=event_type,
            error_message=None
            if is_success
            else f"WebhookFailedError: Webhook returned {status or said}: {said}"[:300],
            at=datetime.now(UTC),
            duration_ms=int((time.monotonic() - begun) * 1000),
        )
    )
    own = [each["status"] for each in newsletter.attempts if each["webhook"] == row["id"]]
    if own[-FAILURES_UNTIL_DISABLED:] == ["failed"] * FAILURES_UNTIL_DISABLED:
        row["status"] = "disabled"
    return status


def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(200).decode("utf-8", "replace").strip()
    except OSError as error:
        return 0, str(error)
