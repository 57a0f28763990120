"""Every labelled sequence through the real queries. The labels say who did it; the rules have to find out."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.report_builder.verdicts import doubts, machines, people
from tests.report_builder.verdicts.oracle import judge_plainly
from tests.report_builder.verdicts.relations import judge
from tests.report_builder.verdicts.sequences import Case, Doubt

CASES: tuple[Case | Doubt, ...] = (*people.CASES, *machines.CASES, *doubts.CASES)
ESCAPES = [case for case in CASES if isinstance(case, Case) and case.escapes]
CAUGHT = [case for case in CASES if case not in ESCAPES]


def name_of(case: Case | Doubt) -> str:
    return case.name


def found(case: Case | Doubt) -> dict[int, str]:
    scene = (case.story if isinstance(case, Case) else case.one).scene
    judged = judge(scene)
    assert judged == judge_plainly(scene), "the oracle sees it in another way"
    return {number: verdict for number, (verdict, _) in judged.items()}


@pytest.mark.parametrize("case", CAUGHT, ids=name_of)
def test_verdict_is_what_made_it(case: Case | Doubt) -> None:
    assert found(case) == case.labels


@pytest.mark.parametrize("case", ESCAPES, ids=name_of)
def test_machine_that_passes_as_a_person_is_known_to(case: Case) -> None:
    """These are the price of not calling people machines; a rule that catches one is welcome to move it."""
    assert set(found(case).values()) == {"human"}
    assert (
        "human" not in set(case.labels.values())
        or "others" in case.name
        or len(set(case.labels.values())) > 1
    )


def test_the_set_is_large_and_mixed() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60
    makers = Counter(label for case in CASES for label in set(case.labels.values()))
    assert makers["unknown"] == len(doubts.CASES) >= 15
    assert min(makers["human"], makers["scanner"]) >= 20
    assert makers["proxy"] >= 8
