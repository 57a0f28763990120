"""Two implementations of the same rules, one fast and one plain, agree on whatever happens."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from report_builder.verdicts import REASONS
from tests.report_builder.verdicts.chance import draw_scene
from tests.report_builder.verdicts.oracle import differences, judge_plainly
from tests.report_builder.verdicts.relations import Judged, Scene, judge
from tests.report_builder.verdicts.worlds import TUNED_ON, made, scene_of

EMAILS = 40  # in one run of the queries, which costs far more than one email


def disagreements(seed: int) -> tuple[list[str], Judged]:
    """The queries judge all emails at once; the oracle looks at one after the other."""
    rng = Random(seed)
    domains = {reader: rng.choice(("a.example", "b.example")) for reader in range(1, 8)}
    if rng.random() < 0.5:
        domains = dict.fromkeys(domains, "a.example")
    parts = [Scene(draw_scene(rng, email, email * 1000), domains) for email in range(1, EMAILS + 1)]
    judged = judge(Scene([each for part in parts for each in part.happenings], domains))
    found: list[str] = []
    for part in parts:
        found += differences(judged, judge_plainly(part), part.acts)
    return found, judged


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**63))
def test_queries_and_oracle_agree_on_whatever_happens(seed: int) -> None:
    found, _ = disagreements(seed)
    assert found == []


def test_chance_meets_every_rule() -> None:
    """Agreement means little about a rule that was never met."""
    met: set[tuple[str, str]] = set()
    for seed in range(6):
        found, judged = disagreements(seed)
        assert found == []
        met |= {(reason, verdict) for verdict, reason in judged.values()}
    assert met == {(reason.key, reason.verdict) for reason in REASONS}


def test_queries_and_oracle_agree_on_a_made_up_newsletter() -> None:
    scene, _ = scene_of(made(TUNED_ON[0], subscribers=60, emails=6))
    assert differences(judge(scene), judge_plainly(scene), scene.acts) == []
