from __future__ import annotations

import re

import pytest

from demo import Newsletter, dashed
from demo.wire import Row
from tests.demo.conftest import Visit
from tests.demo.worlds import make_small

UUID_ONLY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def spellings(rows: list[Row]) -> list[str]:
    names = ("id", "subscriber_id", "email_id", "automation_id", "subscriber_import_id")
    return [row[name] for row in rows for name in names if row.get(name)]


@pytest.mark.parametrize("path", ["/events", "/subscribers", "/emails", "/tags", "/newsletters"])
def test_ids_are_spelled_by_version(visit: Visit, world: Newsletter, path: str) -> None:
    _, client = visit(world)
    new, old, unknown = (
        client.get(path, headers=headers).json()["results"]
        for headers in (
            {"X-API-Version": "2026-01-01"},
            {"X-API-Version": "2025-06-01"},
            {"X-API-Version": "someday"},
        )
    )
    assert not any(UUID_ONLY.fullmatch(text) for text in spellings(new))
    assert all(UUID_ONLY.fullmatch(text) for text in spellings(old))
    assert [dashed(text) for text in spellings(new)] == spellings(old)
    assert unknown == new == client.get(path).json()["results"]


def test_a_pinned_version_yields_to_the_header(visit: Visit) -> None:
    newsletter = make_small()
    newsletter.api_version = "2025-06-01"
    _, client = visit(newsletter)
    pinned = client.get("/subscribers").json()["results"][0]["id"]
    asked = client.get("/subscribers", headers={"X-API-Version": "2026-04-01"}).json()["results"][0]["id"]
    assert (pinned, asked) == (dashed(asked), newsletter.subscribers[0]["id"])


def test_expanded_rows_are_spelled_by_version_too(visit: Visit) -> None:
    newsletter = make_small(1)
    _, client = visit(newsletter)
    page = client.get("/events?expand=subscriber", headers={"X-API-Version": "2025-06-01"}).json()
    (row,) = page["results"]
    assert row["subscriber"]["id"] == row["subscriber_id"] == dashed(newsletter.subscribers[0]["id"])
    assert row["email"] is None
