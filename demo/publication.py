"""The publisher's side of the wire: emails, their counters, the account and the newsletter itself."""

from __future__ import annotations

from typing import Any

from demo.wire import SOME_DAY, Moment, Row, complete, override, stamp


def email(subject: str = "Issue 1", *, at: Moment = SOME_DAY, **fields: Any) -> Row:
    """One email, sent at `at`; drafts and scheduled ones have no analytics, drafts no publish date either."""
    status = fields.get("status", "sent")
    made = stamp(at)
    slug = "-".join("".join(c if c.isalnum() else " " for c in subject.lower()).split())
    row: Row = {
        "id": None,
        "creation_date": made,
        "absolute_url": f"https://letters.example/archive/{slug}/",
        "analytics": None if status in {"draft", "scheduled"} else analytics(),
        "callouts": [],
        "attachments": [],
        "body": f"# {subject}\n\nHello!\n",
        "canonical_url": "",
        "commenting_mode": "disabled",
        "description": "",
        "archival_mode": "enabled",
        "email_type": "public",
        "featured": False,
        "filters": {"filters": [], "groups": [], "predicate": "and"},
        "image": "",
        "metadata": {},
        "modification_date": made,
        "publish_date": None if status == "draft" else made,
        "related_email_ids": [],
        "secondary_id": None if status == "draft" else 1,
        "should_trigger_pay_per_email_billing": False,
        "slug": slug,
        "source": "app",
        "status": status,
        "subject": subject,
        "suppression_reason": None,
        "template": None,
    }
    return complete(row, "em", fields)


def analytics(**counts: Any) -> Row:
    """The counters of one email, all zero unless given."""
    row: Row = {
        "recipients": 0,
        "deliveries": 0,
        "opens": 0,
        "clicks": 0,
        "temporary_failures": 0,
        "permanent_failures": 0,
        "unsubscriptions": 0,
        "complaints": 0,
        "survey_responses": 0,
        "webmentions": 0,
        "page_views_lifetime": 0,
        "page_views_30": 0,
        "page_views_7": 0,
        "subscriptions": 0,
        "paid_subscriptions": 0,
        "replies": 0,
        "comments": 0,
        "social_mentions": 0,
        "temporary_failure_breakdown": [],
        "permanent_failure_breakdown": [],
    }
    return override(row, counts)


def account(**fields: Any) -> Row:
    return override({"username": "letters", "email_address": "editor@letters.example"}, fields)


def newsletter_row(name: str = "Letters", *, at: Moment = SOME_DAY, **fields: Any) -> Row:
    """A row of `/newsletters`. It carries the key in clear, as the real one does, so that a test can look
    for it where it must never appear. Purely cosmetic fields are left to the schema's defaults."""
    row: Row = {
        "id": None,
        "creation_date": stamp(at),
        "api_key": "5ec2e700-0000-4000-8000-00000000c1ea",
        "name": name,
        "username": "letters",
        "description": "Letters, every week.",
        "domain": "letters.example",
        "email_address": "editor@letters.example",
        "from_name": name,
        "reply_to_address": "",
        "footer": "",
        "header": "",
        "icon": None,
        "image": None,
        "locale": "en",
        "timezone": "Etc/UTC",
        "tint_color": "#0069FF",
        "enabled_features": ["archives", "portal", "tracking"],
        "metadata": {},
        "test_mode": False,
        "template": "modern",
    }
    return complete(row, "news", fields)
