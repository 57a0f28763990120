"""Rows as the newest API version sends them: plain dicts with every field of the official schema.

Each constructor fills in what a test does not care about, and refuses a field it does not know (a typo in
a test should not pass silently). To put an unknown field on the wire, set it on the returned dict.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from demo.ids import type_id

Row = dict[str, Any]
Moment = datetime | str

SOME_DAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_serial = itertools.count(1)


def new_id(prefix: str) -> str:
    """An id nobody has yet in this process; for hand-made rows only, the made-up world draws its own."""
    return type_id(prefix, UUID(int=(0xDE30_0000_0000_4000_8000 << 48) + next(_serial)))


def stamp(moment: Moment) -> str:
    """A moment as the API spells it: UTC, six fraction digits, `Z`. Text is passed through unread."""
    if isinstance(moment, str):
        return moment
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def event(
    event_type: str = "delivered",
    *,
    subscriber: Row | str | None = None,
    email: Row | str | None = None,
    at: Moment = SOME_DAY,
    url: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Row:
    """One engagement event. `subscriber` and `email` are rows or ids; `url` is short for `metadata.url`."""
    details = dict(metadata or {})
    if url is not None:
        details["url"] = url
    row: Row = {
        "id": None,
        "creation_date": stamp(at),
        "subscriber_id": id_of(subscriber),
        "email_id": id_of(email),
        "automation_id": None,
        "metadata": details,
        "event_type": event_type,
        "subscriber": None,
        "email": None,
        "automation": None,
    }
    return complete(row, "ext_evt", fields)


def subscriber(email_address: str = "reader@example.com", *, at: Moment = SOME_DAY, **fields: Any) -> Row:
    """One person on the list; `regular` since `at` unless told otherwise."""
    joined = stamp(at)
    kind = fields.get("type", "regular")
    row: Row = {
        "id": None,
        "creation_date": joined,
        "avatar_url": "",
        "bounce_date": None,
        "bounce_reason": None,
        "churn_date": None,
        "commenting_disabled": False,
        "country": None,
        "email_address": email_address,
        "gift_subscription_end_date": None,
        "gift_subscription_message": "",
        "ip_address": None,
        "last_click_date": None,
        "last_open_date": None,
        "delivered_count": 0,
        "open_count": 0,
        "clicked_count": 0,
        "open_rate": None,
        "click_rate": None,
        "metadata": {},
        "notes": "",
        "purchased_by": None,
        "purchased_message": None,
        "referral_code": "",
        "referrer_url": "",
        "risk_score": None,
        "secondary_id": 1,
        "source": "organic",
        "stripe_coupon": None,
        "stripe_customer_id": None,
        "subscriber_import_id": None,
        "tags": [],
        "transitions": [{"date": joined, "type": kind}],
        "email_transitions": [],
        "form_id": None,
        "firewall_reasons": [],
        "type": kind,
        "undeliverability_date": None,
        "undeliverability_reason": None,
        "unsubscription_date": None,
        "unsubscription_reason": "",
        "upgrade_date": None,
        "utm_campaign": "",
        "utm_medium": "",
        "utm_source": "",
        "stripe_customer": None,
        "stripe_subscription": None,
    }
    return complete(row, "sub", fields)


def tag(name: str = "friends", *, at: Moment = SOME_DAY, **fields: Any) -> Row:
    row: Row = {
        "id": None,
        "creation_date": stamp(at),
        "name": name,
        "color": "#3366CC",
        "description": None,
        "public_description": None,
        "subscriber_editable": False,
        "secondary_id": 1,
    }
    return complete(row, "sub_tag", fields)


def webhook(url: str = "https://example.com/hook", *, at: Moment = SOME_DAY, **fields: Any) -> Row:
    row: Row = {
        "id": None,
        "creation_date": stamp(at),
        "status": "enabled",
        "event_types": ["subscriber.created"],
        "url": url,
        "description": "",
        "signing_key": "",
    }
    return complete(row, "hook", fields)


def attempt(webhook: Row, *, at: Moment = SOME_DAY, **fields: Any) -> Row:
    """One delivery of a webhook. `webhook` is not sent; it says whose it was."""
    row: Row = {
        "id": None,
        "creation_date": stamp(at),
        "status": "successful",
        "event_type": None,
        "error_message": None,
        "attempt_count": 0,
        "completion_date": stamp(at),
        "duration_ms": None,
        "webhook": webhook["id"],
    }
    return complete(row, "hook_att", fields)


def id_of(thing: Row | str | None) -> str | None:
    return thing["id"] if isinstance(thing, dict) else thing


def complete(row: Row, prefix: str, fields: Row) -> Row:
    override(row, fields)
    if row["id"] is None:
        row["id"] = new_id(prefix)
    return row


def override(row: Row, fields: Row) -> Row:
    unknown = fields.keys() - row.keys()
    if unknown:
        raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        row[name] = stamp(value) if isinstance(value, datetime) else value
    return row
