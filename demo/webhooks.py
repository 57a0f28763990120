"""The endpoints that register webhooks and tell how their deliveries went."""

from __future__ import annotations

import json
import re
from typing import Any

from demo.deliveries import send
from demo.enums import ATTEMPT_STATUSES, WEBHOOK_STATUSES, WEBHOOK_TYPES
from demo.messages import Refusal, Reply, Request, document, problem, refuse
from demo.parameters import read_choice
from demo.visit import Visit
from demo.wire import Row, webhook

FIELDS = {"status", "event_types", "url", "description", "signing_key"}
LONGEST_URL = 2000
LONGEST_KEY = 255


def list_webhooks(visit: Visit) -> Reply:
    status = read_choice(visit.request, "status", WEBHOOK_STATUSES, None)
    rows = [row for row in visit.newsletter.webhooks if status in (None, row["status"])]
    return visit.page(rows, 100)


def create_webhook(visit: Visit) -> Reply:
    row = webhook(**_read_input(visit.request))
    visit.newsletter.webhooks.append(row)
    reply = visit.single(row)
    reply.status = 201
    return reply


def show_webhook(visit: Visit) -> Reply:
    return visit.single(visit.find(visit.newsletter.webhooks, visit.words[0]))


def change_webhook(visit: Visit) -> Reply:
    row = _found(visit)
    row.update(_read_input(visit.request))
    return visit.single(row)


def remove_webhook(visit: Visit) -> Reply:
    visit.newsletter.webhooks.remove(_found(visit))
    return Reply(204, b"")


def list_attempts(visit: Visit) -> Reply:
    status = read_choice(visit.request, "status", ATTEMPT_STATUSES, None)
    row = _found(visit)
    rows = [each for each in visit.newsletter.attempts if each["webhook"] == row["id"]]
    told = [{name: value for name, value in each.items() if name != "webhook"} for each in rows]
    return visit.page([each for each in reversed(told) if status in (None, each["status"])], 100)


def send_test(visit: Visit) -> Reply:
    """Unsigned, whatever key the webhook has: so was every test delivery that was ever observed."""
    row = _found(visit)
    kind = read_choice(visit.request, "event_type", WEBHOOK_TYPES, None) or row["event_types"][0]
    send(visit.newsletter, row, kind, {}, is_signed=False)
    return Reply(204, b"")


def _found(visit: Visit) -> Row:
    row = visit.find(visit.newsletter.webhooks, visit.words[0])
    if row is None:
        raise refuse(404, "Not found.")
    return row


def _read_input(request: Request) -> dict[str, Any]:
    try:
        given = json.loads(request.body)
    except ValueError:
        raise Refusal(problem(400, "Cannot parse request body")) from None
    if not isinstance(given, dict):
        raise _wrong("dict_type", "Must be an object.")
    for name in given.keys() - FIELDS:
        raise _wrong("extra_forbidden", "This field is not declared here.", name)
    for name in {"event_types", "url"} - given.keys():
        raise _wrong("missing", "Field required.", name)
    kinds = given["event_types"]
    if not isinstance(kinds, list) or not all(kind in WEBHOOK_TYPES for kind in kinds):
        raise _wrong("enum", "Must be event types.", "event_types")
    url = given["url"]
    if not isinstance(url, str) or len(url) > LONGEST_URL or not re.match(r"https?://[^/]", url):
        raise _wrong("url_parsing", "Must be an address.", "url")
    if given.get("status", "enabled") not in WEBHOOK_STATUSES:
        raise _wrong("enum", "Must be enabled or disabled.", "status")
    for name, longest in (("signing_key", LONGEST_KEY), ("description", LONGEST_URL)):
        if not isinstance(given.get(name, ""), str) or len(given.get(name, "")) > longest:
            raise _wrong("string_too_long", f"Must be text of at most {longest} characters.", name)
    return given


def _wrong(kind: str, message: str, field: str | None = None) -> Refusal:
    place = ["body", "payload", *([field] if field else [])]
    return Refusal(document({"detail": [{"type": kind, "loc": place, "msg": message}]}, 422))
