from __future__ import annotations

from demo import Newsletter
from demo.world.people import RECEIVING
from tests.demo.world.readers import of_kind, sent


def test_only_people_on_the_list_get_mail(world: Newsletter) -> None:
    people = {row["id"]: row for row in world.subscribers}
    issues = {row["id"]: row for row in sent(world)}
    for row in of_kind(world, "delivered"):
        person, issue = people.get(row["subscriber_id"]), issues.get(row["email_id"])
        if person is None or issue is None:
            continue
        before = [step for step in person["transitions"] if step["date"] <= issue["publish_date"]]
        assert before, "nobody gets an issue sent before they came"
        assert before[-1]["type"] in RECEIVING


def test_some_events_belong_to_no_email_or_nobody(world: Newsletter) -> None:
    known = {row["id"] for row in world.subscribers}
    automatic = [row for row in world.events if row["automation_id"]]
    assert {row["email_id"] is None for row in automatic} == {True, False}
    assert sum(row["subscriber_id"] is None for row in world.events) == 6
    dangling = {row["subscriber_id"] for row in world.events} - known - {None}
    assert len(dangling) >= 5
    rejected, bounced = of_kind(world, "rejected"), of_kind(world, "bounced")
    assert {row["metadata"]["code"] for row in rejected} == {"hard_bounce"}
    assert len({row["metadata"]["code"] for row in bounced}) > 2
