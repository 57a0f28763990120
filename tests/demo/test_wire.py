from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from demo import analytics, email, event, newsletter_row, stamp, subscriber, tag


def test_a_moment_is_spelled_in_utc_with_six_digits() -> None:
    berlin = timezone(timedelta(hours=2))
    assert stamp(datetime(2026, 8, 20, 14, 21, 9, 314, tzinfo=berlin)) == "2026-08-20T12:21:09.000314Z"
    assert stamp("2026-08-20") == "2026-08-20"


def test_every_row_gets_its_own_id() -> None:
    rows = [event(), event(), subscriber(), email(), tag(), newsletter_row()]
    assert len({row["id"] for row in rows}) == len(rows)
    prefixes = [row["id"].rpartition("_")[0] for row in rows]
    assert prefixes == ["ext_evt", "ext_evt", "sub", "em", "sub_tag", "news"]


def test_an_event_takes_rows_or_ids() -> None:
    ada, issue = subscriber(), email()
    assert event(subscriber=ada, email=issue["id"])["subscriber_id"] == ada["id"]
    assert event(subscriber=ada, email=issue["id"])["email_id"] == issue["id"]
    assert event("clicked", url="https://x.example")["metadata"] == {"url": "https://x.example"}


def test_a_subscriber_has_been_of_that_type_from_the_start() -> None:
    row = subscriber(type="premium")
    assert row["transitions"] == [{"date": row["creation_date"], "type": "premium"}]


@pytest.mark.parametrize(
    ("status", "counted", "dated"),
    [("sent", True, True), ("scheduled", False, True), ("draft", False, False)],
)
def test_only_what_was_sent_has_analytics(status: str, counted: bool, dated: bool) -> None:
    row = email(status=status)
    assert (row["analytics"] is not None) is counted
    assert (row["publish_date"] is not None) is dated


@pytest.mark.parametrize("make", [event, subscriber, email, tag, analytics, newsletter_row])
def test_a_misspelled_field_is_refused(make: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="no such field: sparkle"):
        make(sparkle=1)
