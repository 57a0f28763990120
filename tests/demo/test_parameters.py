from __future__ import annotations

from typing import Any

import pytest

from demo import Newsletter
from tests.demo.conftest import Visit
from tests.demo.worlds import make_small


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


def test_undeclared_parameters_are_ignored_unless_told_otherwise(visit: Visit) -> None:
    api, client = visit(make_small())
    asked = "/events?creation_date__gt=2026-03-05"
    assert client.get(asked).json()["count"] == 7
    api.faults.strict_params = True
    reply = client.get(asked)
    assert (reply.status_code, reply.json()["detail"][0]["loc"]) == (422, ["query", "creation_date__gt"])
    assert client.get("/events?page_size=3&page=1&ordering=creation_date").status_code == 200
    assert client.get("/subscribers?page_size=100").status_code == 422
