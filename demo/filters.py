"""The filters of `/subscribers` and `/emails`. Several values of one parameter mean any of them; several
parameters mean all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from demo.enums import (
    ARCHIVAL_MODES,
    EMAIL_SOURCES,
    EMAIL_STATUSES,
    EMAIL_TYPES,
    FAILURE_CODES,
    SUBSCRIBER_SOURCES,
    SUBSCRIBER_TYPES,
)
from demo.ids import often_dashed
from demo.messages import Request, refuse
from demo.ordering import comparable
from demo.parameters import read_choices, read_date, read_float
from demo.wire import Row

Test = Callable[[Row], bool]

METADATA_FILTER = re.compile(r"metadata\['([^']+)'\]")
# parameter stem -> field; `date__end` alone excludes its own day, the others include it
SUBSCRIBER_DATES = {
    "date": "creation_date",
    "bounce_date": "bounce_date",
    "churn_date": "churn_date",
    "last_click_date": "last_click_date",
    "last_open_date": "last_open_date",
    "undeliverability_date": "undeliverability_date",
    "unsubscription_date": "unsubscription_date",
    "upgrade_date": "upgrade_date",
}
SUBSCRIBER_RANGES = ("open_rate", "click_rate", "risk_score")
SUBSCRIBER_CHOICES = {
    "type": SUBSCRIBER_TYPES,
    "source": SUBSCRIBER_SOURCES,
    "bounce_reason": FAILURE_CODES,
    "undeliverability_reason": FAILURE_CODES,
}
SUBSCRIBER_TEXTS = {
    "utm_campaign": "utm_campaign",
    "utm_medium": "utm_medium",
    "utm_source": "utm_source",
    "referral_code": "referral_code",
    "ip_address": "ip_address",
    "unsubscription_reason": "unsubscription_reason",
}
SUBSCRIBER_PARTS = ("email_address", "referrer_url")
EMAIL_DATES = ("creation_date", "publish_date")
EMAIL_CHOICES = {"source": EMAIL_SOURCES, "archival_mode": ARCHIVAL_MODES, "email_type": EMAIL_TYPES}


def subscriber_tests(request: Request, tags: Iterable[str]) -> list[Test]:
    tests: list[Test] = []
    if request.values("ids"):
        tests.append(_has_id("id", request.values("ids")))
    for name, field in (("form", "form_id"), ("subscriber_import", "subscriber_import_id")):
        if request.values(name):
            tests.append(_has_id(field, request.values(name)))
    for name, allowed in SUBSCRIBER_CHOICES.items():
        if values := read_choices(request, name, allowed):
            tests.append(_is_among(name, values))
    if values := read_choices(request, "-type", SUBSCRIBER_TYPES):
        tests.append(_not(_is_among("type", values)))
    for name, field in SUBSCRIBER_TEXTS.items():
        if values := request.values(name):
            tests.append(_is_among(field, values))
    for name in SUBSCRIBER_PARTS:
        if values := request.values(name):
            tests.append(_contains(name, values))
    if values := _known_tags(request, "tag", tags):
        tests.append(_tagged(values))
    if values := _known_tags(request, "-tag", tags):
        tests.append(_not(_tagged(values)))
    if values := request.values("domain"):
        tests.append(_in_domain(values))
    if values := request.values("-domain"):
        tests.append(_not(_in_domain(values)))
    for name, value in request.query:
        if key := METADATA_FILTER.fullmatch(name):
            tests.append(_has_metadata(key[1], value))
    for stem, field in SUBSCRIBER_DATES.items():
        tests += _within(request, stem, field, include_end=stem != "date")
    for name in SUBSCRIBER_RANGES:
        tests += _ranges(request, name)
    return tests


def email_tests(request: Request) -> list[Test]:
    tests: list[Test] = []
    if request.values("ids"):
        tests.append(_has_id("id", request.values("ids")))
    if values := read_choices(request, "status", EMAIL_STATUSES):
        tests.append(_is_among("status", values))
    if values := read_choices(request, "-status", EMAIL_STATUSES):
        tests.append(_not(_is_among("status", values)))
    for name, allowed in EMAIL_CHOICES.items():
        if values := read_choices(request, name, allowed):
            tests.append(_is_among(name, values))
    if request.values("subject"):
        tests.append(_contains("subject", request.values("subject")[-1:]))
    for stem in EMAIL_DATES:
        tests += _within(request, stem, stem, include_end=False)
    return tests


def tag_tests(request: Request) -> list[Test]:
    return [_has_id("id", request.values("ids"))] if request.values("ids") else []


def _known_tags(request: Request, name: str, tags: Iterable[str]) -> list[str]:
    values = request.values(name)
    if not set(values) <= set(tags):
        raise refuse(400, "There is no such tag.", "invalid_tag")
    return values


def _within(request: Request, stem: str, field: str, *, include_end: bool) -> list[Test]:
    start, end = read_date(request, f"{stem}__start"), read_date(request, f"{stem}__end")

    def day(row: Row) -> str | None:
        return str(comparable(row[field]))[:10] if row.get(field) else None

    tests: list[Test] = []
    if start is not None:
        tests.append(lambda row: (found := day(row)) is not None and found >= start)
    if end is not None:
        last = end if include_end else None
        tests.append(lambda row: (found := day(row)) is not None and (found < end or found == last))
    return tests


def _ranges(request: Request, name: str) -> list[Test]:
    least, most = read_float(request, f"{name}__start"), read_float(request, f"{name}__end")
    tests: list[Test] = []
    if least is not None:
        tests.append(lambda row: row[name] is not None and row[name] >= least)
    if most is not None:
        tests.append(lambda row: row[name] is not None and row[name] <= most)
    return tests


def _has_id(field: str, values: list[str]) -> Test:
    wanted = {often_dashed(value) for value in values}
    return lambda row: row[field] is not None and often_dashed(row[field]) in wanted


def _is_among(field: str, values: list[Any]) -> Test:
    return lambda row: row[field] in values


def _contains(field: str, parts: list[str]) -> Test:
    return lambda row: any(part.lower() in row[field].lower() for part in parts)


def _tagged(names: list[str]) -> Test:
    return lambda row: any(name in row["tags"] for name in names)


def _has_metadata(key: str, value: str) -> Test:
    if value == "null":
        return lambda row: key not in row["metadata"]
    return lambda row: str(row["metadata"].get(key)) == value


def _in_domain(domains: list[str]) -> Test:
    return lambda row: row["email_address"].rpartition("@")[2].lower() in domains


def _not(test: Test) -> Test:
    return lambda row: not test(row)
