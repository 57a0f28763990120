from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from demo import Newsletter, dashed, make_newsletter
from demo.wire import Row
from demo.world.networks import GATEWAYS
from demo.world.people import RECEIVING
from tests.demo.conftest import NOON


def as_bytes(newsletter: Newsletter) -> bytes:
    rows = [newsletter.newsletter, newsletter.subscribers, newsletter.emails, newsletter.events]
    return json.dumps([*rows, newsletter.tags, newsletter.truth]).encode()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def sent(newsletter: Newsletter) -> list[Row]:
    return [row for row in newsletter.emails if row["status"] == "sent"]


def of_kind(newsletter: Newsletter, kind: str) -> list[Row]:
    return [row for row in newsletter.events if row["event_type"] == kind]


def untracked(newsletter: Newsletter) -> list[Row]:
    return [row for row in sent(newsletter) if row["analytics"]["opens"] == row["analytics"]["clicks"] == 0]


def test_the_same_arguments_give_the_same_bytes() -> None:
    one, same, other = (
        make_newsletter(until=NOON, subscribers=60, emails=12, seed=seed) for seed in (3, 3, 4)
    )
    assert as_bytes(one) == as_bytes(same)
    assert as_bytes(one) != as_bytes(other)


@pytest.mark.parametrize(("subscribers", "emails"), [(0, 0), (1, 0), (1, 1), (0, 3), (7, 2)])
def test_there_are_as_many_rows_as_asked_for(subscribers: int, emails: int) -> None:
    newsletter = make_newsletter(until=NOON, subscribers=subscribers, emails=emails)
    assert len(newsletter.subscribers) == subscribers
    assert len(sent(newsletter)) == emails
    assert sorted(row["status"] for row in newsletter.emails if row["status"] != "sent") == [
        "draft",
        "scheduled",
        "transactional",
    ]


def test_until_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        make_newsletter(until=datetime(2026, 8, 20))


def test_nothing_happens_later_than_until(world: Newsletter) -> None:
    last = NOON.isoformat().replace("+00:00", ".999999Z")
    assert max(row["creation_date"] for row in world.events) <= last
    for person in world.subscribers:
        dates = [person["creation_date"], *(step["date"] for step in person["transitions"])]
        assert max(dates) <= last
    (scheduled,) = (row for row in world.emails if row["status"] == "scheduled")
    assert scheduled["publish_date"] > last


def test_issues_come_weekly_in_the_morning_of_berlin(world: Newsletter) -> None:
    mornings = [moment(row["publish_date"]).astimezone(ZoneInfo("Europe/Berlin")) for row in sent(world)]
    assert {morning.hour for morning in mornings} <= {7, 9}  # nine when a day late
    assert Counter(morning.weekday() for morning in mornings).most_common(1)[0][0] == 3
    gaps = {round((b - a) / timedelta(days=1)) for a, b in zip(mornings, mornings[1:], strict=False)}
    assert gaps <= {6, 7, 8}
    assert NOON - mornings[-1] < timedelta(days=8)
    assert len({row["subject"] for row in sent(world)}) == 60


def test_ids_are_unique_and_mean_uuids(world: Newsletter) -> None:
    for rows in (world.events, world.subscribers, world.emails, world.tags):
        identifiers = [row["id"] for row in rows]
        assert len({dashed(identifier) for identifier in identifiers}) == len(identifiers)
        assert all(len(dashed(identifier)) == 36 for identifier in identifiers)


def test_the_list_looks_like_a_list(world: Newsletter) -> None:
    kinds = Counter(row["type"] for row in world.subscribers)
    assert kinds["regular"] > 0.6 * 700
    assert 0.08 * 700 < kinds["unsubscribed"] < 0.25 * 700
    assert 0.01 * 700 < kinds["unactivated"] < 0.08 * 700
    assert kinds["undeliverable"] > 3
    assert kinds["premium"] > 3
    assert len({row["source"] for row in world.subscribers}) >= 6
    named = Counter(tuple(sorted(row["metadata"].keys() - {"address"})) for row in world.subscribers)
    assert set(named) == {("first_name", "last_name"), ("first_name",), ("name",), ()}
    assert sum(row["country"] is None for row in world.subscribers) > 20
    assert all(
        row["email_address"].endswith((".example", ".com", ".org", ".net")) for row in world.subscribers
    )
    tags = {row["name"] for row in world.tags}
    assert len(tags) == 8
    assert all(set(row["tags"]) <= tags for row in world.subscribers)
    assert {None} < {row["description"] for row in world.tags}


def test_the_list_grows(world: Newsletter) -> None:
    deliveries = [row["analytics"]["deliveries"] for row in sent(world) if row["email_type"] == "public"]
    assert deliveries[-1] > 1.5 * deliveries[0] > 0


def test_some_moved_some_came_back_and_some_share_an_address(world: Newsletter) -> None:
    moved = [row for row in world.subscribers if row["email_transitions"]]
    assert moved
    for row in moved:
        (step,) = row["email_transitions"]
        assert step["new_email_address"] == row["email_address"] != step["old_email_address"]
    addresses = Counter(row["email_address"] for row in world.subscribers)
    assert sum(count > 1 for count in addresses.values()) >= 1


def test_transitions_end_in_the_present_type(world: Newsletter) -> None:
    for row in world.subscribers:
        steps = row["transitions"]
        dates = [step["date"] for step in steps]
        assert steps[-1]["type"] == row["type"]
        assert dates == sorted(dates)
        assert dates[0] == row["creation_date"]
        assert all(one["type"] != other["type"] for one, other in zip(steps, steps[1:], strict=False))
        assert (row["unsubscription_date"] is not None) == (row["type"] == "unsubscribed")
        assert (row["undeliverability_date"] is not None) == (row["type"] == "undeliverable")
        if row["type"] in {"unsubscribed", "undeliverable"}:
            assert dates[-1] == (row["unsubscription_date"] or row["undeliverability_date"])


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


def test_leaving_by_mail_names_the_issue(world: Newsletter) -> None:
    people = {row["id"]: row for row in world.subscribers}
    for kind, status in (("unsubscribed", "unsubscribed"), ("complained", "complained")):
        for row in of_kind(world, kind):
            assert row["email_id"] is not None
            if row["subscriber_id"] in people:
                steps = people[row["subscriber_id"]]["transitions"]
                assert {"date": row["creation_date"], "type": status} in steps


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


def test_every_open_and_click_has_a_truth_and_nothing_else_has(world: Newsletter) -> None:
    expected = {row["id"] for kind in ("opened", "clicked") for row in of_kind(world, kind)}
    assert set(world.truth) == expected
    assert set(world.truth.values()) == {"human", "apple_proxy", "google_proxy", "scanner"}


def test_proxies_and_scanners_look_like_themselves(world: Newsletter) -> None:
    addresses = {gateway.address for gateway in GATEWAYS.values()}
    for row in world.events:
        origin = row["metadata"]
        match world.truth.get(row["id"]):
            case "apple_proxy":
                assert origin["ip_address"].startswith("17.")
                assert (origin["os"], origin["browser"]) == ("", "")
            case "google_proxy":
                assert origin["ip_address"].startswith("66.249.")
            case "scanner":
                assert origin["ip_address"] in addresses
            case "human":
                assert not origin["ip_address"].startswith("17.")
                assert origin["ip_address"] not in addresses
            case _:
                assert "ip_address" not in origin


def test_a_scanner_follows_every_link_in_one_sweep(world: Newsletter) -> None:
    delivered = {
        (row["subscriber_id"], row["email_id"]): row["creation_date"] for row in of_kind(world, "delivered")
    }
    bodies = {row["id"]: row["body"] for row in world.emails}
    sweeps: dict[tuple[str, str], list[Row]] = defaultdict(list)
    readers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in of_kind(world, "clicked"):
        if world.truth[row["id"]] == "scanner":
            sweeps[row["subscriber_id"], row["email_id"]].append(row)
            readers[row["email_id"], row["metadata"]["ip_address"]].add(row["subscriber_id"])
    assert sweeps
    for pair, rows in sweeps.items():
        times = [moment(row["creation_date"]) for row in rows]
        assert max(times) - min(times) <= timedelta(seconds=2)
        assert timedelta(0) < min(times) - moment(delivered[pair]) < timedelta(minutes=6)
        assert {f"({row['metadata']['url']})" in bodies[pair[1]] for row in rows} == {True}
        assert len(rows) == bodies[pair[1]].count("](")
    assert max(map(len, readers.values())) >= 3  # several people of a company share the address


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
    off = untracked(world)
    assert len(off) == 3
    for row in off:
        assert row["analytics"]["deliveries"] > 0
        kinds = {event["event_type"] for event in world.events if event["email_id"] == row["id"]}
        assert kinds.isdisjoint({"opened", "clicked"})


def test_links_come_back_with_another_campaign(world: Newsletter) -> None:
    campaigns = defaultdict(set)
    for row in of_kind(world, "clicked"):
        page, _, query = row["metadata"]["url"].partition("?")
        campaigns[page].add(query)
    assert max(map(len, campaigns.values())) > 10
    assert any("unsubscribe" in query for queries in campaigns.values() for query in queries)


def test_replies_carry_private_words(world: Newsletter) -> None:
    replies = of_kind(world, "replied")
    assert replies
    for row in replies:
        assert row["metadata"].keys() == {"from", "subject", "text", "html"}
        assert row["metadata"]["text"] in row["metadata"]["html"]


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


def test_the_default_world_has_two_years_of_believable_size() -> None:
    newsletter = make_newsletter(until=datetime(2026, 8, 20, 12, tzinfo=UTC))
    assert (len(newsletter.subscribers), len(sent(newsletter))) == (3000, 100)
    assert 200_000 < len(newsletter.events) < 300_000
    shares = Counter(row["event_type"] for row in newsletter.events)
    assert shares["delivered"] > 0.5 * len(newsletter.events)
    first = moment(newsletter.subscribers[0]["creation_date"])
    assert timedelta(days=700) < NOON - first < timedelta(days=735)
