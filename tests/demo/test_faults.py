from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from demo import Accident, Faults, Request, event
from tests.demo.conftest import Visit
from tests.demo.worlds import MORNING, make_small


def test_an_accident_strikes_the_nth_request_for_its_path(visit: Visit) -> None:
    _, client = visit(make_small(), Faults().on(path="/events", request=2, times=2, status=503))
    paths = ["/events", "/tags", "/events", "/tags", "/events?page=2", "/events"]
    assert [client.get(path).status_code for path in paths] == [200, 200, 503, 200, 503, 200]


def test_an_accident_can_strike_any_path_and_every_time(visit: Visit) -> None:
    api, client = visit(make_small(), Faults(script=[Accident("/subscribers/*", first=None, status=500)]))
    assert [client.get("/subscribers/x").status_code for _ in range(3)] == [500, 500, 500]
    assert client.get("/subscribers").status_code == 200
    api.faults.on(status=502)
    assert [client.get(path).status_code for path in ("/tags", "/tags")] == [502, 200]


def test_of_two_accidents_the_first_counts(visit: Visit) -> None:
    _, client = visit(make_small(), Faults().on(path="/events", status=500).on(path="/events", status=502))
    assert [client.get("/events").status_code for _ in range(2)] == [500, 200]


def test_429_tells_when_to_come_back(visit: Visit) -> None:
    _, client = visit(
        make_small(), Faults().on(status=429, retry_after=7, headers={"X-RateLimit-Remaining": "0"})
    )
    reply = client.get("/events")
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "7")
    assert reply.headers["X-RateLimit-Remaining"] == "0"
    assert reply.headers["X-RateLimit-Limit"] == "600"


def test_rate_headers_can_be_missing(visit: Visit) -> None:
    _, client = visit(make_small(), Faults(rate_headers=False))
    assert not [name for name in client.get("/events").headers if name.startswith("x-ratelimit")]


def test_409_has_no_body_and_500_has_one(visit: Visit) -> None:
    _, client = visit(make_small(), Faults().on(status=409).on(request=2, status=500))
    assert client.get("/events").content == b""
    assert "detail" in client.get("/events").json()


def test_a_connection_is_reset(visit: Visit) -> None:
    api, client = visit(make_small(), Faults().on(reset=True))
    with pytest.raises(httpx.ReadError):
        client.get("/events")
    assert api.requests[0].status is None
    assert client.get("/events").status_code == 200


def test_a_reply_comes_too_late(visit: Visit) -> None:
    _, client = visit(make_small(), Faults().on(delay=30))
    with pytest.raises(httpx.ReadTimeout):
        client.get("/events", timeout=0.2)
    assert client.get("/events").status_code == 200


def test_a_short_delay_only_delays(visit: Visit) -> None:
    _, client = visit(make_small(), Faults().on(delay=0.05))
    assert len(client.get("/events").json()["results"]) == 7


def test_a_body_is_cut_short(visit: Visit) -> None:
    _, client = visit(make_small(), Faults().on(truncate=True))
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/events")


def test_a_body_is_something_else(visit: Visit) -> None:
    faults = Faults().on(body=b"<html>oops</html>").on(request=2, body=b'["a list"]').on(request=3, body=b"")
    _, client = visit(make_small(), faults)
    with pytest.raises(json.JSONDecodeError):
        client.get("/events").json()
    assert client.get("/events").json() == ["a list"]
    reply = client.get("/events")
    assert (reply.status_code, reply.content) == (200, b"")


def test_the_world_changes_between_pages(visit: Visit) -> None:
    newsletter = make_small(4)

    def publish(request: Request) -> None:
        if request.value("page") == "2":
            newsletter.events.append(event(at=MORNING + timedelta(days=1)))

    _, client = visit(newsletter, Faults(before_response=publish))
    pages = [client.get(f"/events?page_size=2&page={number}").json() for number in (1, 2, 3)]
    seen = [row["id"] for page in pages for row in page["results"]]
    assert len(seen) == 5
    assert len(set(seen)) == 4  # the row that slipped to the next page came twice
    assert [page["count"] for page in pages] == [4, 5, 5]


@pytest.mark.parametrize(
    ("style", "spelled"),
    [
        ("exact", "2026-03-05T06:30:00.250000Z"),
        ("seconds", "2026-03-05T06:30:00Z"),
        ("offset", "2026-03-05T06:30:00.250000+00:00"),
        ("naive", "2026-03-05T06:30:00.250000"),
    ],
)
def test_timestamps_are_spelled_as_told(visit: Visit, style: Any, spelled: str) -> None:
    newsletter = make_small(0)
    moment = MORNING + timedelta(milliseconds=250)
    newsletter.events = [event(at=moment, subscriber=newsletter.subscribers[0])]
    newsletter.subscribers[0]["transitions"][0]["date"] = "2026-03-05T06:30:00.250000Z"
    _, client = visit(newsletter, Faults(timestamps=style))
    (row,) = client.get("/events?expand=subscriber").json()["results"]
    assert row["creation_date"] == spelled
    assert row["subscriber"]["transitions"][0]["date"] == spelled
    assert client.get("/subscribers").json()["results"][0]["transitions"][0]["date"] == spelled


def test_unknown_fields_appear_on_every_row(visit: Visit) -> None:
    newsletter = make_small(1)
    _, client = visit(newsletter, Faults(extra_fields={"sparkle": True}))
    for path in ("/events", "/subscribers", "/emails"):
        assert client.get(path).json()["results"][0]["sparkle"] is True
    assert "sparkle" not in newsletter.events[0]
