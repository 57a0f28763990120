from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo import Faults
from tests.demo.conftest import Visit
from tests.demo.worlds import make_small


def test_pages_are_linked_on_the_clients_own_host_with_all_parameters(visit: Visit) -> None:
    api, client = visit(make_small(5))
    localhost = str(client.base_url).replace("127.0.0.1", "localhost")
    first = client.get(f"{localhost}events?ordering=creation_date&page_size=2&event_type=opened")
    asked = f"{localhost}events?ordering=creation_date&page_size=2&event_type=opened&page="
    assert first.json()["next"] == f"{asked}2"
    assert first.json()["previous"] is None
    assert first.headers["Link"] == f'<{asked}2>; rel="next"'
    second = client.get(first.json()["next"])
    assert (second.json()["next"], second.json()["previous"]) == (f"{asked}3", f"{asked}1")
    assert second.headers["Link"] == f'<{asked}3>; rel="next", <{asked}1>; rel="prev"'
    third = client.get(second.json()["next"]).json()
    assert (third["next"], third["count"], len(third["results"])) == (None, 5, 1)
    assert len(api.requests) == 3


def test_following_next_gives_every_row_once(visit: Visit) -> None:
    newsletter = make_small(23)
    _, client = visit(newsletter)
    seen, url = [], "/events?page_size=5"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert seen == [row["id"] for row in reversed(newsletter.events)]


def test_an_exact_multiple_has_no_empty_last_page(visit: Visit) -> None:
    _, client = visit(make_small(4))
    assert client.get("/events?page_size=2&page=2").json()["next"] is None


@pytest.mark.parametrize(
    ("past_end", "status", "rows"), [("empty", 200, 0), ("404", 404, 0), ("last", 200, 1)]
)
def test_past_the_end(visit: Visit, past_end: Any, status: int, rows: int) -> None:
    _, client = visit(make_small(5), Faults(past_end=past_end))
    reply = client.get("/events?page_size=2&page=4")
    assert reply.status_code == status
    assert len(reply.json().get("results", [])) == rows


def page(client: httpx.Client, query: str = "page_size=2") -> Any:
    return client.get(f"/events?{query}").json()


def test_next_can_be_dropped_everywhere(visit: Visit) -> None:
    _, client = visit(make_small(5), Faults(drop_next=True))
    reply = client.get("/events?page_size=2")
    assert "next" not in reply.json()
    assert "Link" not in reply.headers


def test_next_can_lead_to_another_host(visit: Visit) -> None:
    _, client = visit(make_small(5), Faults(next_host="https://elsewhere.example"))
    assert page(client)["next"] == "https://elsewhere.example/v1/events?page_size=2&page=2"


def test_next_can_forget_the_parameters(visit: Visit) -> None:
    _, client = visit(make_small(5), Faults(next_forgets_params=True))
    assert page(client)["next"].endswith("/v1/events?page=2")


def test_next_can_repeat_the_page(visit: Visit) -> None:
    _, client = visit(make_small(5), Faults(repeat_next=True))
    assert page(client, "page_size=2&page=2")["next"].endswith("page_size=2&page=2")
    assert page(client, "page_size=2&page=3")["next"] is None


def test_next_can_go_on_for_ever(visit: Visit) -> None:
    _, client = visit(make_small(5), Faults(endless_next=True, past_end="last"))
    beyond = page(client, "page_size=2&page=40")
    assert beyond["next"].endswith("page=41")
    assert beyond["results"] == page(client, "page_size=2&page=3")["results"]


def test_count_can_lie_or_be_missing(visit: Visit) -> None:
    api, client = visit(make_small(5), Faults(count_delta=-3))
    assert page(client)["count"] == 2
    api.faults.drop_count = True
    assert "count" not in page(client)


def test_pages_can_be_smaller_than_asked_for(visit: Visit) -> None:
    _, client = visit(make_small(5), Faults(largest_page=2))
    assert [len(page(client, f"page_size=4&page={number}")["results"]) for number in (1, 2, 3)] == [2, 2, 1]
    assert page(client, "page_size=4&page=2")["next"].endswith("page=3")


def test_large_pages_can_be_refused(visit: Visit) -> None:
    _, client = visit(make_small(5), Faults(refuse_page_above=3))
    assert client.get("/events?page_size=4").status_code == 422
    assert client.get("/events?page_size=3").status_code == 200


def test_large_pages_can_be_too_slow(visit: Visit) -> None:
    _, client = visit(make_small(5), Faults(slow_page_above=3, slow_seconds=30))
    with pytest.raises(httpx.ReadTimeout):
        client.get("/events?page_size=4", timeout=0.2)
    with pytest.raises(httpx.ReadTimeout):
        client.get("/events?page_size=4&expand=subscriber", timeout=0.2)
    assert client.get("/events?page_size=3", timeout=2).status_code == 200
