"""From API objects to records: pure functions. What a store should not hold is left out here."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from shared.records import AddressSpan, Email, Newsletter, Subscriber, Tag, Transition
from sync_job.counts import Counts
from sync_job.sources.buttondown.ids import canonical_id
from sync_job.times import milliseconds

# Known, and left out: payments, notes, the sign-up address, pictures, scores and counters that lag.
SUBSCRIBER_FIELDS = frozenset(
    """
    id creation_date email_address metadata type source tags country referrer_url utm_source
    utm_medium utm_campaign form_id subscriber_import_id unsubscription_date unsubscription_reason
    upgrade_date churn_date bounce_date bounce_reason undeliverability_date undeliverability_reason
    transitions email_transitions avatar_url commenting_disabled gift_subscription_end_date
    gift_subscription_message ip_address last_click_date last_open_date delivered_count open_count
    clicked_count open_rate click_rate notes purchased_by purchased_message referral_code risk_score
    secondary_id stripe_coupon stripe_customer_id firewall_reasons stripe_customer
    stripe_subscription
    """.split()
)
EMAIL_FIELDS = frozenset(
    """
    id creation_date subject status email_type source slug absolute_url secondary_id publish_date
    analytics callouts attachments body canonical_url commenting_mode description archival_mode
    featured filters image metadata modification_date related_email_ids
    should_trigger_pay_per_email_billing suppression_reason template
    """.split()
)


def parse_newsletter(row: Mapping[str, Any]) -> Newsletter:
    """The row also holds the API key in clear; nothing but these five facts goes any further."""
    features = row.get("enabled_features")
    return Newsletter(
        uuid=canonical_id(str(row["id"])).uuid,
        name=str(row.get("name") or row.get("username") or "Newsletter"),
        time_zone=str(row.get("timezone") or "Etc/UTC"),
        tracking="tracking" in features if isinstance(features, list) else None,
        locale=_text(row.get("locale")),
    )


def parse_tag(row: Mapping[str, Any]) -> Tag:
    return Tag(
        uuid=canonical_id(str(row["id"])).uuid,
        name=str(row["name"]),
        color=_text(row.get("color")),
        description=_text(row.get("description")),
        created_ms=_time(row.get("creation_date")),
    )


def parse_email(row: Mapping[str, Any], counts: Counts) -> Email:
    _count_unknown("email.", row, EMAIL_FIELDS, counts)
    analytics, issue = row.get("analytics"), row.get("secondary_id")
    return Email(
        uuid=canonical_id(str(row["id"])).uuid,
        subject=_text(row.get("subject")),
        status=_text(row.get("status")),
        kind=_text(row.get("email_type")),
        source=_text(row.get("source")),
        slug=_text(row.get("slug")),
        url=_text(row.get("absolute_url")),
        issue=issue if isinstance(issue, int) else None,
        created_ms=_time(row.get("creation_date")),
        published_ms=_time(row.get("publish_date")),
        analytics=canonical_json(analytics) if isinstance(analytics, dict) else None,
    )


def parse_subscriber(row: Mapping[str, Any], counts: Counts) -> Subscriber:
    _count_unknown("subscriber.", row, SUBSCRIBER_FIELDS, counts)
    metadata = row.get("metadata")
    metadata = _without_ip_addresses(metadata) if isinstance(metadata, dict) else {}
    tags = row.get("tags")
    created_ms = _time(row.get("creation_date"))
    address = _text(row.get("email_address"))
    return Subscriber(
        uuid=canonical_id(str(row["id"])).uuid,
        email=address,
        name=_name(metadata),
        status=str(row.get("type") or "unknown"),
        source=_text(row.get("source")),
        created_ms=created_ms,
        country=_text(row.get("country")),
        referrer_url=_text(row.get("referrer_url")),
        utm_source=_text(row.get("utm_source")),
        utm_medium=_text(row.get("utm_medium")),
        utm_campaign=_text(row.get("utm_campaign")),
        form_id=_text(row.get("form_id")),
        import_id=_text(row.get("subscriber_import_id")),
        unsubscribed_ms=_time(row.get("unsubscription_date")),
        unsubscription_reason=_text(row.get("unsubscription_reason")),
        upgraded_ms=_time(row.get("upgrade_date")),
        churned_ms=_time(row.get("churn_date")),
        bounced_ms=_time(row.get("bounce_date")),
        bounce_reason=_text(row.get("bounce_reason")),
        undeliverable_ms=_time(row.get("undeliverability_date")),
        undeliverability_reason=_text(row.get("undeliverability_reason")),
        metadata=canonical_json(metadata),
        tags=tuple(dict.fromkeys(str(name) for name in tags)) if isinstance(tags, list) else (),
        transitions=_transitions(row.get("transitions")),
        addresses=address_spans(address, created_ms, row.get("email_transitions")),
    )


def address_spans(current: str | None, created_ms: int | None, changes: object) -> tuple[AddressSpan, ...]:
    """Every address this person is known to have had, oldest first, from the list of changes."""
    dated = []
    for change in _dicts(changes):
        at = _time(change.get("date"))
        if at is not None:
            dated.append((at, _text(change.get("old_email_address")), _text(change.get("new_email_address"))))
    dated.sort(key=lambda change: change[0])
    if dated and (dated[-1][2] or "").casefold() != (current or "").casefold():
        dated.append((dated[-1][0], dated[-1][2], current))  # changed once more, and nobody noted when
    begins = created_ms or 0
    spans = []
    if dated and dated[0][1]:
        spans.append(AddressSpan(dated[0][1], begins, dated[0][0]))
    for index, (at, _, new) in enumerate(dated):
        until = dated[index + 1][0] if index + 1 < len(dated) else None
        if new:
            spans.append(AddressSpan(new, at, until))
    if not dated and current:
        spans.append(AddressSpan(current, begins, None))
    return tuple(spans)


def _without_ip_addresses(value: Any) -> Any:
    """The owner's own metadata, less every value in it that is an IP address: those are kept nowhere."""
    if isinstance(value, dict):
        return {key: _without_ip_addresses(each) for key, each in value.items() if not _is_ip_address(each)}
    if isinstance(value, list):
        return [_without_ip_addresses(each) for each in value if not _is_ip_address(each)]
    return value


def _is_ip_address(value: Any) -> bool:
    if not isinstance(value, str) or value.strip(" 0123456789abcdefABCDEF:."):
        return False
    try:
        ipaddress.ip_address(value.strip())
    except ValueError:
        return False
    return True


def canonical_json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _name(metadata: Mapping[str, Any]) -> str | None:
    """`first_name` and `last_name` are conventions of metadata, as is `name`; there are no other name fields."""
    parts = (str(metadata.get(key) or "").strip() for key in ("first_name", "last_name"))
    return " ".join(filter(None, parts)) or str(metadata.get("name") or "").strip() or None


def _transitions(rows: object) -> tuple[Transition, ...]:
    found: dict[Transition, None] = {}
    for row in _dicts(rows):
        at, status = _time(row.get("date")), _text(row.get("type"))
        if at is not None and status:
            found[Transition(at, status)] = None
    return tuple(found)


def _dicts(rows: object) -> Iterator[Mapping[str, Any]]:
    return (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else iter(())


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None


def _time(value: object) -> int | None:
    """None for no time and for one nobody can read: a strange date must not cost the person."""
    if not value or not isinstance(value, str):
        return None
    try:
        return milliseconds(value)
    except ValueError:
        return None


def _count_unknown(prefix: str, row: Mapping[str, Any], known: frozenset[str], counts: Counts) -> None:
    for name in row.keys() - known:
        counts.unknown_fields[prefix + name] += 1
