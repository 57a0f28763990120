from __future__ import annotations

import itertools

from demo import Newsletter


def test_transitions_end_in_the_present_type(world: Newsletter) -> None:
    for row in world.subscribers:
        steps = row["transitions"]
        dates = [step["date"] for step in steps]
        assert steps[-1]["type"] == row["type"]
        assert dates == sorted(dates)
        assert dates[0] == row["creation_date"]
        assert all(one["type"] != other["type"] for one, other in itertools.pairwise(steps))
        assert (row["unsubscription_date"] is not None) == (row["type"] == "unsubscribed")
        assert (row["undeliverability_date"] is not None) == (row["type"] == "undeliverable")
        if row["type"] in {"unsubscribed", "undeliverable"}:
            assert dates[-1] == (row["unsubscription_date"] or row["undeliverability_date"])
