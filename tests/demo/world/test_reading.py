from __future__ import annotations

from datetime import timedelta

from demo import Newsletter
from tests.demo.world.readers import moment, of_kind, sent


def test_leaving_by_mail_names_the_issue(world: Newsletter) -> None:
    people = {row["id"]: row for row in world.subscribers}
    for kind, status in (("unsubscribed", "unsubscribed"), ("complained", "complained")):
        for row in of_kind(world, kind):
            assert row["email_id"] is not None
            if row["subscriber_id"] in people:
                steps = people[row["subscriber_id"]]["transitions"]
                assert {"date": row["creation_date"], "type": status} in steps


def test_human_opens_decay_after_sending(world: Newsletter) -> None:
    published = {row["id"]: moment(row["publish_date"]) for row in sent(world)}
    waits = [
        moment(row["creation_date"]) - published[row["email_id"]]
        for row in of_kind(world, "opened")
        if world.truth[row["id"]] == "human" and row["email_id"] in published
    ]
    assert min(waits) > timedelta(0)
    day = sum(wait < timedelta(days=1) for wait in waits) / len(waits)
    week = sum(wait < timedelta(days=7) for wait in waits) / len(waits)
    assert 0.5 < day < week
    assert week > 0.9


def test_nobody_is_seen_where_tracking_was_off(world: Newsletter) -> None:
    off = [row for row in sent(world) if row["analytics"]["opens"] == row["analytics"]["clicks"] == 0]
    assert len(off) == 3
    for row in off:
        assert row["analytics"]["deliveries"] > 0
        kinds = {event["event_type"] for event in world.events if event["email_id"] == row["id"]}
        assert kinds.isdisjoint({"opened", "clicked"})


def test_replies_carry_private_words(world: Newsletter) -> None:
    replies = of_kind(world, "replied")
    assert replies
    for row in replies:
        assert row["metadata"].keys() == {"from", "subject", "text", "html"}
        assert row["metadata"]["text"] in row["metadata"]["html"]
