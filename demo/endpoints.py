"""One function per endpoint: a visit in, a reply out."""

from __future__ import annotations

import re

from demo import filters
from demo.enums import EMAIL_ORDERINGS, EVENT_EXPANSIONS, EVENT_TYPES
from demo.filters import Test
from demo.ids import often_dashed
from demo.messages import Reply, document, refuse
from demo.newsletter import Newsletter
from demo.ordering import order
from demo.parameters import read_choice, read_choices, read_number
from demo.visit import Visit
from demo.wire import Row

EVENT_FILTERS = ("email_id", "automation_id", "subscriber_id")
SUBSCRIBER_ORDERING = re.compile(
    r"-?(creation_date|open_rate|click_rate|undeliverability_date|upgrade_date|metadata:.+)"
)


def answer_ping(visit: Visit) -> Reply:
    return document({})


def show_account(visit: Visit) -> Reply:
    return document(visit.newsletter.account)


def list_newsletters(visit: Visit) -> Reply:
    return visit.page([visit.newsletter.newsletter], 100)


def list_tags(visit: Visit) -> Reply:
    size = read_number(visit.request, "page_size", 100, 1, 1000)
    rows = _passing(visit.newsletter.tags, filters.tag_tests(visit.request))
    return visit.page(order(rows, "creation_date"), size)


def show_tag(visit: Visit) -> Reply:
    return visit.single(visit.find(visit.newsletter.tags, visit.words[0]))


def list_emails(visit: Visit) -> Reply:
    ordering = read_choice(visit.request, "ordering", EMAIL_ORDERINGS, "creation_date") or ""
    without = read_choices(visit.request, "excluded_fields", {"body"})
    rows = _passing(visit.newsletter.emails, filters.email_tests(visit.request))
    return visit.page(order(rows, ordering), 100, without=without)


def show_email(visit: Visit) -> Reply:
    return visit.single(visit.find(visit.newsletter.emails, visit.words[0]))


def show_email_analytics(visit: Visit) -> Reply:
    row = visit.find(visit.newsletter.emails, visit.words[0])
    if row is None:
        raise refuse(404, "Not found.")
    return document(row["analytics"] or {})


def list_subscribers(visit: Visit) -> Reply:
    ordering = visit.request.value("ordering") or "-creation_date"
    if not SUBSCRIBER_ORDERING.fullmatch(ordering):
        raise refuse(400, "Subscribers cannot be ordered by that.", "invalid_ordering")
    names = [row["name"] for row in visit.newsletter.tags]
    tests = filters.subscriber_tests(visit.request, names)
    rows = visit.newsletter.select("subscribers", ordering, lambda rows: order(rows, ordering))
    return visit.page(_passing(rows, tests), 100)


def show_subscriber(visit: Visit) -> Reply:
    rows, wanted = visit.newsletter.subscribers, visit.words[0]
    if "@" in wanted:
        row = next((row for row in reversed(rows) if row["email_address"].lower() == wanted.lower()), None)
    else:
        row = visit.find(rows, wanted)
    return visit.single(row)


def list_events(visit: Visit) -> Reply:
    request = visit.request
    ordering = read_choice(request, "ordering", {"creation_date", "-creation_date"}, "-creation_date") or ""
    kind = read_choice(request, "event_type", EVENT_TYPES, None)
    size = read_number(request, "page_size", 500, 1, 5000)
    expansions = read_choices(request, "expand", EVENT_EXPANSIONS)
    wanted = {name: often_dashed(value) for name in EVENT_FILTERS if (value := request.value(name))}

    def choose(rows: list[Row]) -> list[Row]:
        if kind:
            rows = [row for row in rows if row["event_type"] == kind]
        for name, value in wanted.items():
            rows = [row for row in rows if row[name] and often_dashed(row[name]) == value]
        return order(rows, ordering)

    key = (ordering, kind, *wanted.items())
    rows = visit.newsletter.select("events", key, choose)
    if not expansions:
        return visit.page(rows, size)
    return visit.page(rows, size, change=lambda rows: _expand(visit.newsletter, rows, expansions))


def show_event(visit: Visit) -> Reply:
    row = visit.find(visit.newsletter.events, visit.words[0])
    expansions = read_choices(visit.request, "expand", EVENT_EXPANSIONS)
    return visit.single(_expand(visit.newsletter, [row], expansions)[0] if row else None)


def _expand(newsletter: Newsletter, rows: list[Row], expansions: list[str]) -> list[Row]:
    known = {
        "subscriber": {often_dashed(row["id"]): row for row in newsletter.subscribers},
        "email": {often_dashed(row["id"]): row for row in newsletter.emails},
    }
    expanded = []
    for row in rows:
        row = dict(row)
        for name in expansions:
            if name in known and row[f"{name}_id"]:
                row[name] = known[name].get(often_dashed(row[f"{name}_id"]))
        expanded.append(row)
    return expanded


def _passing(rows: list[Row], tests: list[Test]) -> list[Row]:
    return [row for row in rows if all(test(row) for test in tests)] if tests else rows
