from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from demo import Newsletter
from demo.wire import Row
from demo.world.networks import GATEWAYS
from tests.demo.world.readers import moment, of_kind


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
