from __future__ import annotations

from collections import Counter

from demo import Newsletter


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


def test_some_moved_some_came_back_and_some_share_an_address(world: Newsletter) -> None:
    moved = [row for row in world.subscribers if row["email_transitions"]]
    assert moved
    for row in moved:
        (step,) = row["email_transitions"]
        assert step["new_email_address"] == row["email_address"] != step["old_email_address"]
    addresses = Counter(row["email_address"] for row in world.subscribers)
    assert sum(count > 1 for count in addresses.values()) >= 1
