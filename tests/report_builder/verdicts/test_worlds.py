"""How well the rules find out who did it, on made-up newsletters that nobody looked at while choosing them."""

from __future__ import annotations

from functools import cache

import pytest

from report_builder.verdicts import Limits
from tests.report_builder.verdicts.hardship import harden
from tests.report_builder.verdicts.relations import judge
from tests.report_builder.verdicts.worlds import UNSEEN, Tally, made, scene_of, tally

NEVER = 10**9
NO_BURST = Limits(burst_links=NEVER, slow_burst_links=NEVER)
NO_SWEEP = Limits(burst_links=NEVER, slow_burst_links=NEVER, coverage_percent=NEVER)
CROWD_ALONE = Limits(
    burst_links=NEVER, slow_burst_links=NEVER, coverage_percent=NEVER, instant_click_ms=-NEVER
)
ENOUGH = 20  # claims of a rule before its share means anything


@cache
def plain() -> Tally:
    return tally(UNSEEN)


@cache
def hard() -> Tally:
    found = Tally()
    for seed in UNSEEN:
        scene, truth = scene_of(made(seed))
        scene = harden(scene, truth, seed)
        found.add(scene, truth, judge(scene))
    return found


def test_human_clicks_are_found_and_nothing_else_is_called_one() -> None:
    assert (plain().precision("clicked", "human") or 0) >= 0.95
    assert plain().recall("clicked", "human") >= 0.95
    assert plain().recall("clicked", "scanner") >= 0.95


def test_opens_are_told_apart() -> None:
    for verdict in ("human", "proxy", "scanner"):
        assert (plain().precision("opened", verdict) or 0) >= 0.95
        assert plain().recall("opened", verdict) >= 0.95


@pytest.mark.parametrize("world", [plain, hard], ids=["plain", "hard"])
def test_no_rule_is_mostly_wrong(world: object) -> None:
    assert callable(world)
    found: Tally = world()
    assert len(found.rules()) >= 7
    for kind, verdict, reason in found.rules():
        right = found.precision(kind, verdict, reason=reason)
        assert right is not None
        assert right >= 0.8, f"{reason} is right in {right:.0%} of its claims about {kind}"


def test_harder_worlds_cost_machines_and_not_people() -> None:
    """Filters that hide may stay unknown; people are lost only where their events were erased (4 in 100)."""
    assert (hard().precision("clicked", "human") or 0) >= 0.95
    assert hard().recall("clicked", "human") >= 0.93
    lost = [key for key in hard().counts if key[1] == "human" and key[0] == "clicked" and key[2] != "human"]
    assert {(verdict, reason) for _, _, verdict, reason in lost} <= {("unknown", "erased")}


@pytest.mark.parametrize(
    ("without", "reason"),
    [(NO_BURST, "coverage"), (NO_SWEEP, "instant"), (CROWD_ALONE, "crowd")],
    ids=["coverage", "instant", "crowd"],
)
def test_rules_in_the_shadow_of_others_are_right_as_well(without: Limits, reason: str) -> None:
    """The first match hides the later rules: each is measured with those before it switched off."""
    found = tally(UNSEEN, without)
    assert found.sum(kind="clicked", reason=reason) >= ENOUGH
    assert (found.precision("clicked", "scanner", reason=reason) or 0) >= 0.8
    assert (found.precision("clicked", "human") or 0) >= 0.8
    assert found.recall("clicked", "human") >= 0.95
