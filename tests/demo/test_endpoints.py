from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from demo import Faults, Newsletter, analytics, dashed, email, event, subscriber, tag
from tests.demo.conftest import Visit
from tests.demo.worlds import MORNING, make_small


def ids(reply: httpx.Response) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [row["id"] for row in reply.json()["results"]]


def names(reply: httpx.Response) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [row["email_address"].partition("@")[0] for row in reply.json()["results"]]


def day(number: int) -> datetime:
    return datetime(2026, 3, number, 12, tzinfo=UTC)


@pytest.fixture
def people() -> Newsletter:
    return Newsletter(
        subscribers=[
            subscriber(
                "ada@acme.example",
                at=day(1),
                tags=["vip", "data"],
                open_rate=0.9,
                metadata={"city": "Lyon"},
                utm_source="forum",
                referrer_url="https://forum.example/t/9",
            ),
            subscriber(
                "ben@post.example", at=day(2), tags=["data"], open_rate=0.1, type="premium", source="api"
            ),
            subscriber(
                "cleo@post.example",
                at=day(3),
                type="unsubscribed",
                unsubscription_date=day(9),
                unsubscription_reason="Too many emails",
            ),
            subscriber(
                "dan@mail.example", at=day(4), type="undeliverable", undeliverability_reason="hard_bounce"
            ),
        ],
        tags=[tag("vip"), tag("data")],
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "dan cleo ben ada"),
        ("ordering=creation_date", "ada ben cleo dan"),
        ("ordering=-open_rate", "ada ben cleo dan"),
        ("ordering=open_rate", "ben ada cleo dan"),
        ("ordering=metadata:city", "ada ben cleo dan"),
        ("type=premium&type=unsubscribed", "cleo ben"),
        ("-type=regular&-type=undeliverable", "cleo ben"),
        ("tag=vip", "ada"),
        ("tag=vip&tag=data", "ben ada"),
        ("-tag=data", "dan cleo"),
        ("source=api", "ben"),
        ("domain=post.example", "cleo ben"),
        ("-domain=post.example", "dan ada"),
        ("email_address=ACME", "ada"),
        ("referrer_url=forum.example", "ada"),
        ("utm_source=forum", "ada"),
        ("undeliverability_reason=hard_bounce", "dan"),
        ("unsubscription_reason=Too many emails", "cleo"),
        ("open_rate__start=0.1&open_rate__end=0.5", "ben"),
        ("metadata['city']=Lyon", "ada"),
        ("metadata['city']=null", "dan cleo ben"),
        ("date__start=2026-03-02&date__end=2026-03-04", "cleo ben"),
        ("unsubscription_date__start=2026-03-09&unsubscription_date__end=2026-03-09", "cleo"),
        ("last_open_date__start=2026-03-09", ""),
        ("creation_date__gt=2026-03-02", "dan cleo ben ada"),
        ("page_size=1", "dan cleo ben ada"),
    ],
)
def test_subscribers_are_filtered_and_ordered(
    visit: Visit, people: Newsletter, query: str, expected: str
) -> None:
    _, client = visit(people)
    assert names(client.get(f"/subscribers?{query}")) == expected.split()


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/subscribers?ordering=shoe_size", 400, "invalid_ordering"),
        ("/subscribers?tag=nobody", 400, "invalid_tag"),
        ("/subscribers?-tag=nobody", 400, "invalid_tag"),
        ("/subscribers?type=friend", 422, "enum"),
        ("/subscribers?date__start=yesterday", 422, "date_from_datetime_parsing"),
        ("/subscribers?date__start=20260302", 422, "date_from_datetime_parsing"),
        ("/subscribers?open_rate__start=high", 422, "float_parsing"),
        ("/events?event_type=sent", 422, "enum"),
        ("/events?ordering=event_type", 422, "enum"),
        ("/events?expand=subscriber,email", 422, "enum"),
        ("/events?page_size=0", 422, "greater_than_equal"),
        ("/events?page_size=5001", 422, "less_than_equal"),
        ("/events?page_size=many", 422, "int_parsing"),
        ("/events?page=0", 422, "greater_than_equal"),
        ("/tags?page_size=1001", 422, "less_than_equal"),
        ("/emails?ordering=colour", 422, "enum"),
        ("/emails?excluded_fields=subject", 422, "enum"),
        ("/emails?status=lost", 422, "enum"),
    ],
)
def test_wrong_parameters_are_refused(
    visit: Visit, people: Newsletter, path: str, status: int, code: str
) -> None:
    _, client = visit(people)
    reply = client.get(path)
    body: Any = reply.json()
    found = body["detail"][0]["type"] if isinstance(body["detail"], list) else body["code"]
    assert (reply.status_code, found) == (status, code)
    if status == 422:
        assert body["detail"][0]["loc"] == ["query", path.partition("?")[2].partition("=")[0]]


def test_a_person_is_found_by_every_spelling(visit: Visit, people: Newsletter) -> None:
    _, client = visit(people)
    row = people.subscribers[1]
    uuid = dashed(row["id"])
    for word in (row["id"], uuid, f"sub_{uuid}", "ben@post.example", "BEN@post.example"):
        assert client.get(f"/subscribers/{word}").json()["id"] == row["id"]
        if "@" not in word:
            assert names(client.get("/subscribers", params={"ids": [word]})) == ["ben"]


def test_a_deleted_person_is_not_found(visit: Visit, people: Newsletter) -> None:
    _, client = visit(people)
    gone = people.subscribers.pop(1)
    assert client.get(f"/subscribers/{gone['id']}").status_code == 404
    assert client.get("/subscribers/ben@post.example").status_code == 404
    assert names(client.get("/subscribers")) == ["dan", "cleo", "ada"]


def test_lists_without_a_page_size_give_a_hundred(visit: Visit) -> None:
    rows = [subscriber(f"reader{number}@mail.example") for number in range(205)]
    _, client = visit(Newsletter(subscribers=rows))
    sizes = [len(ids(client.get(f"/subscribers?page={page}&page_size=7"))) for page in (1, 2, 3, 4)]
    assert sizes == [100, 100, 5, 0]


def test_events_come_five_hundred_at_a_time_newest_first(visit: Visit) -> None:
    newsletter = make_small(501)
    _, client = visit(newsletter)
    expected = [row["id"] for row in reversed(newsletter.events)]
    assert ids(client.get("/events")) == expected[:500]
    assert ids(client.get("/events?page=2")) == expected[500:]
    assert ids(client.get("/events?page_size=5000&ordering=creation_date")) == expected[::-1]


def test_odd_timestamps_are_ordered_by_time(visit: Visit) -> None:
    spelled = [
        "2026-03-05T06:30:00.5Z",
        "2026-03-05T06:30:00",
        "2026-03-05T08:29:59+02:00",
        "2026-03-05T06:31Z",
    ]
    _, client = visit(Newsletter(events=[event(at=text) for text in spelled]))
    rows = client.get("/events?ordering=creation_date").json()["results"]
    assert [row["creation_date"] for row in rows] == [spelled[number] for number in (2, 1, 0, 3)]


def test_equal_times_keep_their_order(visit: Visit) -> None:
    newsletter = Newsletter(events=[event(at=MORNING) for _ in range(5)])
    _, client = visit(newsletter)
    expected = [row["id"] for row in newsletter.events]
    assert ids(client.get("/events?ordering=creation_date")) == expected
    assert ids(client.get("/events")) == expected[::-1]


def test_events_are_filtered_by_kind_person_email_and_automation(visit: Visit) -> None:
    newsletter = make_small(2)
    ada, issue = newsletter.subscribers[0], newsletter.emails[0]
    later = MORNING + timedelta(hours=1)
    other = event("clicked", subscriber=ada, at=later, automation_id="aut_60zzq000008008000000000001")
    newsletter.events += [other, event("delivered", email=issue, at=later + timedelta(hours=1))]
    _, client = visit(newsletter)
    openings = [row["id"] for row in reversed(newsletter.events[:2])]
    delivered = newsletter.events[3]["id"]
    assert ids(client.get("/events?event_type=opened")) == openings
    assert ids(client.get("/events", params={"subscriber_id": dashed(ada["id"])})) == [other["id"], *openings]
    assert ids(client.get("/events", params={"email_id": issue["id"]})) == [delivered, *openings]
    automation = dashed("aut_60zzq000008008000000000001")
    assert ids(client.get("/events", params={"automation_id": automation})) == [other["id"]]
    both = {"email_id": issue["id"], "event_type": "delivered"}
    assert ids(client.get("/events", params=both)) == [delivered]


def test_an_unknown_kind_of_event_is_listed_but_cannot_be_asked_for(visit: Visit) -> None:
    _, client = visit(Newsletter(events=[event("teleported")]))
    assert client.get("/events").json()["results"][0]["event_type"] == "teleported"
    assert client.get("/events?event_type=teleported").status_code == 422


def test_events_are_expanded_only_where_asked(visit: Visit) -> None:
    newsletter = make_small(1)
    newsletter.events.append(event(subscriber="sub_60zzq000008008000000000009", at=MORNING))
    newsletter.events.append(event(at=MORNING))
    _, client = visit(newsletter)
    query = "expand=subscriber&expand=email&ordering=creation_date"
    rows = client.get(f"/events?{query}").json()["results"]
    assert rows[0]["subscriber"] == newsletter.subscribers[0]
    assert rows[0]["email"]["body"] == newsletter.emails[0]["body"]
    assert [row["subscriber"] for row in rows[1:]] == [None, None]
    single = client.get(f"/events/{newsletter.events[0]['id']}?expand=subscriber").json()
    assert (single["subscriber"]["id"], single["email"]) == (newsletter.subscribers[0]["id"], None)
    assert newsletter.events[0]["subscriber"] is None
    assert client.get("/events/ext_evt_nothing").status_code == 404


@pytest.fixture
def issues() -> Newsletter:
    return Newsletter(
        emails=[
            email("Beta", at=day(1), status="sent", analytics=analytics(opens=5), source="api"),
            email("Alpha", at=day(2), status="draft"),
            email("Gamma", at=day(3), status="scheduled", email_type="premium"),
        ]
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "Beta Alpha Gamma"),
        ("ordering=-creation_date", "Gamma Alpha Beta"),
        ("ordering=subject", "Alpha Beta Gamma"),
        ("ordering=-publish_date", "Gamma Beta Alpha"),
        ("ordering=opens", "Beta Alpha Gamma"),
        ("status=draft&status=scheduled", "Alpha Gamma"),
        ("-status=draft", "Beta Gamma"),
        ("source=api", "Beta"),
        ("email_type=premium", "Gamma"),
        ("subject=PHA", "Alpha"),
        ("publish_date__start=2026-03-02", "Gamma"),
        ("creation_date__end=2026-03-03", "Beta Alpha"),
    ],
)
def test_emails_are_filtered_and_ordered(visit: Visit, issues: Newsletter, query: str, expected: str) -> None:
    _, client = visit(issues)
    rows = client.get(f"/emails?{query}").json()["results"]
    assert [row["subject"] for row in rows] == expected.split()


def test_the_body_can_be_left_out(visit: Visit, issues: Newsletter) -> None:
    _, client = visit(issues)
    rows = client.get("/emails?excluded_fields=body").json()["results"]
    assert all("body" not in row and "subject" in row for row in rows)
    assert "body" in client.get(f"/emails/{issues.emails[0]['id']}").json()


def test_emails_and_tags_are_found_by_id(visit: Visit, issues: Newsletter, people: Newsletter) -> None:
    _, client = visit(issues)
    wanted = [dashed(issues.emails[2]["id"]), issues.emails[0]["id"]]
    assert ids(client.get("/emails", params={"ids": wanted})) == [issues.emails[n]["id"] for n in (0, 2)]
    assert client.get(f"/emails/{wanted[1]}/analytics").json()["opens"] == 5
    assert client.get("/emails/em_nothing/analytics").status_code == 404
    _, client = visit(people)
    second = people.tags[1]["id"]
    assert ids(client.get("/tags", params={"ids": [second]})) == [second]
    assert ids(client.get("/tags?page_size=1&page=2")) == [second]
    assert client.get(f"/tags/{dashed(second)}").json()["name"] == "data"


def test_undeclared_parameters_are_ignored_unless_told_otherwise(visit: Visit) -> None:
    api, client = visit(make_small())
    asked = "/events?creation_date__gt=2026-03-05"
    assert len(ids(client.get(asked))) == 7
    api.faults.strict_params = True
    reply = client.get(asked)
    assert (reply.status_code, reply.json()["detail"][0]["loc"]) == (422, ["query", "creation_date__gt"])
    assert client.get("/events?page_size=3&page=1&ordering=creation_date").status_code == 200
    assert client.get("/subscribers?page_size=100").status_code == 422


def test_missing_permissions_answer_403_with_or_without_a_body(visit: Visit) -> None:
    _, client = visit(make_small(), Faults(denied={"events"}, denied_silently={"tags"}))
    events, tags = client.get("/events"), client.get("/tags")
    assert (events.status_code, "code" in events.json()) == (403, True)
    assert (tags.status_code, tags.content) == (403, b"")
    assert client.get("/accounts/me").status_code == 200
