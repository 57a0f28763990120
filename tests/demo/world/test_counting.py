from __future__ import annotations

from collections import defaultdict

from demo import Newsletter
from tests.demo.world.readers import sent


def test_analytics_agree_with_the_events(world: Newsletter) -> None:
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in world.events:
        if row["email_id"]:
            people[row["email_id"], row["event_type"]].add(row["subscriber_id"] or row["id"])
    names = {
        "deliveries": "delivered",
        "opens": "opened",
        "clicks": "clicked",
        "temporary_failures": "bounced",
        "permanent_failures": "rejected",
        "unsubscriptions": "unsubscribed",
        "complaints": "complained",
        "replies": "replied",
    }
    for row in sent(world):
        counted = row["analytics"]
        assert {name: counted[name] for name in names} == {
            name: len(people[row["id"], kind]) for name, kind in names.items()
        }
        assert (
            sum(item["count"] for item in counted["permanent_failure_breakdown"])
            == (counted["permanent_failures"])
        )
        assert counted["recipients"] >= counted["deliveries"]
        assert {"page_views_30", "page_views_7"} <= counted.keys()


def test_the_counters_of_people_agree_with_the_events(world: Newsletter) -> None:
    mails: dict[tuple[str, str], set[str]] = defaultdict(set)
    last: dict[tuple[str, str], str] = {}
    for row in world.events:
        key = (row["subscriber_id"], row["event_type"])
        mails[key].add(row["email_id"] or row["automation_id"])
        last[key] = max(last.get(key, ""), row["creation_date"])
    for row in world.subscribers:
        delivered, opened, clicked = (
            len(mails[row["id"], kind]) for kind in ("delivered", "opened", "clicked")
        )
        assert (row["delivered_count"], row["open_count"], row["clicked_count"]) == (
            delivered,
            opened,
            clicked,
        )
        assert row["open_rate"] == (round(opened / delivered, 4) if delivered else None)
        assert row["last_open_date"] == last.get((row["id"], "opened"))
        assert row["last_click_date"] == last.get((row["id"], "clicked"))
    assert any(row["open_rate"] is None for row in world.subscribers)
