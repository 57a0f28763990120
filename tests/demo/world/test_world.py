from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from demo import Newsletter, dashed, make_newsletter
from tests.demo.conftest import NOON
from tests.demo.world.readers import moment, sent


def as_bytes(newsletter: Newsletter) -> bytes:
    rows = [newsletter.newsletter, newsletter.subscribers, newsletter.emails, newsletter.events]
    return json.dumps([*rows, newsletter.tags, newsletter.truth]).encode()


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


def test_ids_are_unique_and_mean_uuids(world: Newsletter) -> None:
    for rows in (world.events, world.subscribers, world.emails, world.tags):
        identifiers = [row["id"] for row in rows]
        assert len({dashed(identifier) for identifier in identifiers}) == len(identifiers)
        assert all(len(dashed(identifier)) == 36 for identifier in identifiers)


def test_the_list_grows(world: Newsletter) -> None:
    deliveries = [row["analytics"]["deliveries"] for row in sent(world) if row["email_type"] == "public"]
    assert deliveries[-1] > 1.5 * deliveries[0] > 0


def test_the_default_world_has_two_years_of_believable_size() -> None:
    newsletter = make_newsletter(until=datetime(2026, 8, 20, 12, tzinfo=UTC))
    assert (len(newsletter.subscribers), len(sent(newsletter))) == (3000, 100)
    assert 200_000 < len(newsletter.events) < 300_000
    shares = Counter(row["event_type"] for row in newsletter.events)
    assert shares["delivered"] > 0.5 * len(newsletter.events)
    first = moment(newsletter.subscribers[0]["creation_date"])
    assert timedelta(days=700) < NOON - first < timedelta(days=735)


def test_another_process_makes_the_same_world() -> None:
    program = (
        "import sys, json; from datetime import UTC, datetime; from demo import make_newsletter;"
        "n = make_newsletter(until=datetime(2026, 8, 20, 12, tzinfo=UTC), subscribers=60, emails=12);"
        "sys.stdout.write(json.dumps([n.newsletter, n.subscribers, n.emails, n.events, n.tags, n.truth]))"
    )
    here = as_bytes(make_newsletter(until=NOON, subscribers=60, emails=12))
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment)
    assert there.stdout == here
