from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from demo import Newsletter
from tests.demo.conftest import NOON
from tests.demo.world.readers import moment, of_kind, sent


def test_issues_come_weekly_in_the_morning_of_berlin(world: Newsletter) -> None:
    mornings = [moment(row["publish_date"]).astimezone(ZoneInfo("Europe/Berlin")) for row in sent(world)]
    assert {morning.hour for morning in mornings} <= {7, 9}  # nine when a day late
    assert Counter(morning.weekday() for morning in mornings).most_common(1)[0][0] == 3
    gaps = {round((b - a) / timedelta(days=1)) for a, b in itertools.pairwise(mornings)}
    assert gaps <= {6, 7, 8}
    assert NOON - mornings[-1] < timedelta(days=8)
    assert len({row["subject"] for row in sent(world)}) == 60


def test_links_come_back_with_another_campaign(world: Newsletter) -> None:
    campaigns = defaultdict(set)
    for row in of_kind(world, "clicked"):
        page, _, query = row["metadata"]["url"].partition("?")
        campaigns[page].add(query)
    assert max(map(len, campaigns.values())) > 10
    assert any("unsubscribe" in query for queries in campaigns.values() for query in queries)
