from __future__ import annotations

from datetime import timedelta

import httpx

from demo import Faults, Newsletter, dashed, event, subscriber
from tests.demo.conftest import Visit
from tests.demo.worlds import MORNING, make_small


def names(reply: httpx.Response) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [row["email_address"].partition("@")[0] for row in reply.json()["results"]]


def ids(reply: httpx.Response) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [row["id"] for row in reply.json()["results"]]


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


def test_missing_permissions_answer_403_with_or_without_a_body(visit: Visit) -> None:
    _, client = visit(make_small(), Faults(denied={"events"}, denied_silently={"tags"}))
    events, tags = client.get("/events"), client.get("/tags")
    assert (events.status_code, "code" in events.json()) == (403, True)
    assert (tags.status_code, tags.content) == (403, b"")
    assert client.get("/accounts/me").status_code == 200
