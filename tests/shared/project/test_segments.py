"""Segments as an owner writes them: what is understood, and how every mistake is told."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bucket.folder import FolderBucket
from shared.errors import SettingsError
from shared.project import AllOf, AnyOf, Condition, Not, Rule, Segment, read_project
from shared.project.conditions import KINDS
from shared.project.faults import Faults
from shared.project.segments import read_segments


def read(folder: Path, text: str) -> tuple[Segment, ...]:
    bucket = FolderBucket(folder)
    bucket.write("p/project.toml", text.encode())
    return read_project(bucket, "p").segments


def rule_of(folder: Path, rule: str) -> Rule:
    (segment,) = read(folder, f'[[segment]]\nname = "S"\nrule = {rule}\n')
    return segment.rule


def told(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        read(folder, text)
    return [fault.removeprefix("project.toml ") for fault in refused.value.faults]


def test_the_example_that_teaches_it(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        [[segment]]
        name = "  VIPs gone   quiet "
        rule = { all = [
            { tag = "vip" }, { not = { acted_within_days = 60 } },
            { any = [ {source = "form"}, {stage = "dormant"} ] },
        ] }
        """,
    )
    vip = Condition("tag", ("vip",))
    late = Not(Condition("acted_within_days", (60,)))
    either = AnyOf((Condition("source", ("form",)), Condition("stage", ("dormant",))))
    assert found == (Segment("VIPs gone quiet", AllOf((vip, late, either))),)


@pytest.mark.parametrize(
    ("rule", "meant"),
    [
        ('{ tag = "a" }', Condition("tag", ("a",))),
        ('{ tag = ["a", "b", "a"] }', Condition("tag", ("a", "b"))),
        ('{ tag = "a", source = "b" }', AllOf((Condition("tag", ("a",)), Condition("source", ("b",))))),
        ("{ joined_since = 2026-01-31 }", Condition("joined_since", (date(2026, 1, 31),))),
        ('{ joined_since = "2026-01-31" }', Condition("joined_since", (date(2026, 1, 31),))),
        ('{ stage = ["New", "lost"] }', Condition("stage", ("new", "lost"))),
        ("{ subscribed = false }", Condition("subscribed", (False,))),
        ("{ stars = [4, 5] }", Condition("stars", (4, 5))),
        (
            '{ not = { tag = "a", stars = 1 } }',
            Not(AllOf((Condition("tag", ("a",)), Condition("stars", (1,))))),
        ),
    ],
)
def test_short_forms(tmp_path: Path, rule: str, meant: Rule) -> None:
    assert rule_of(tmp_path, rule) == meant


def test_a_condition_knows_its_line(tmp_path: Path) -> None:
    rule = rule_of(tmp_path, '{ any = [\n{ tag = "a" },\n\n{ tag = "a" },\n] }')
    assert isinstance(rule, AnyOf)
    assert [each.line for each in rule.rules if isinstance(each, Condition)] == [4, 6]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ('{ tga = "a" }', "line 3: tga is not a condition; did you mean tag?"),
        ('{ zzzzz = "a" }', "line 3: zzzzz is not a condition; known here: tag, status"),
        ("{ tag = 7 }", "line 3: tag must be text in quotes, or a list"),
        ('{ tag = " " }', "line 3: tag must be text in quotes"),
        ("{ tag = [] }", "line 3: tag has an empty list, which fits nobody: name at least one"),
        ('{ tag = ["a", 7] }', "line 3: tag must be text"),
        ('{ stage = "dormnt" }', "there is no such stage; did you mean dormant?"),
        ('{ stage = "zz" }', "there is no such stage; known here: new, champion"),
        ("{ score_at_least = 101 }", "score_at_least must be a whole number from 0 to 100, without quotes"),
        ('{ score_at_least = "50" }', "without quotes"),
        ("{ score_at_least = true }", "must be a whole number"),
        ("{ score_at_least = 1.5 }", "must be a whole number"),
        ("{ score_at_least = [1, 2] }", "takes one value and no list"),
        ("{ stars = [5, 6] }", "stars must be a whole number from 1 to 5"),
        ("{ acted_within_days = 0 }", "from 1 to 36,500"),
        ('{ joined_since = "2026-02-30" }', "joined_since must be a day such as 2026-01-31"),
        ("{ joined_since = 2026-01-31T10:00:00 }", "must be a day"),
        ("{ left_before = 20260131 }", "must be a day"),
        ('{ subscribed = "yes" }', "subscribed must be true or false, without quotes"),
        ("{ all = [] }", "all must be a list of at least one rule"),
        ('{ any = { tag = "a" } }', "any must be a list of at least one rule"),
        ('{ any = ["a"] }', "a rule is a table in braces"),
        ("{ not = [] }", "a rule is a table in braces"),
        ("{ }", "an empty rule would fit everybody"),
        ('"vip"', "a rule is a table in braces"),
        ("{ score_at_least = 50, score_at_most = 40 }", "score_at_least = 50 and score_at_most = 40 together fit"),
        ('{ all = [\n{ joined_since = 2026-02-01 },\n{ tag = "x", joined_before = "2026-02-01" } ] }',
         "line 5: joined_since = 2026-02-01 and joined_before = 2026-02-01 together fit nobody"),
        ("{ left_since = 2026-02-01, left_before = 2025-02-01 }", "together fit nobody"),
        ("{ quiet_for_days = 60, acted_within_days = 60 }", "together fit nobody"),
        ('{ any = [{ tag = "a" }, { score_at_least = 2, score_at_most = 1 }] }', "together fit nobody"),
        ("{ not = { score_at_least = 2, score_at_most = 1 } }", "together fit nobody"),
        ('{ all = [{ stage = "new" }, { stage = ["lost", "dormant"] }] }', "nobody has two of stage at once"),
    ],
)  # fmt: skip
def test_a_faulty_rule_is_told_by_its_line(tmp_path: Path, rule: str, fault: str) -> None:
    (only,) = told(tmp_path, f'[[segment]]\nname = "S"\nrule = {rule}\n')
    assert fault in only


@pytest.mark.parametrize(
    "rule",
    [
        "{ score_at_least = 50, score_at_most = 50 }",
        "{ quiet_for_days = 30, acted_within_days = 60 }",
        "{ any = [{ score_at_least = 50 }, { score_at_most = 40 }] }",
        '{ all = [{ stage = "new" }, { stage = ["new", "lost"] }] }',
        '{ all = [{ tag = "a" }, { tag = "b" }] }',
        "{ joined_since = 2026-01-01, joined_before = 2026-01-02 }",
    ],
)
def test_what_can_be_is_no_contradiction(tmp_path: Path, rule: str) -> None:
    rule_of(tmp_path, rule)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[segment]\nname = "a"', "line 1: a segment begins with [[segment]] on a line of its own"),
        ("segment = 3", "line 1: a segment begins with [[segment]]"),
        ('[[segments]]\nname = "a"', "line 1: [segments] is not a setting; did you mean segment?"),
        ('[[segment]]\nrule = { tag = "a" }', "line 1: this segment has no name"),
        ('[[segment]]\nname = "a"', "line 1: this segment has no rule: add one, such as"),
        ('[[segment]]\nname = "a"\ntag = "b"\nrule = { tag = "a" }', "line 3: tag belongs into the rule"),
        ('[[segment]]\nname = "a"\nnme = "b"\nrule = { tag = "a" }', "line 3: nme is nothing a segment has; did you"),
        ('[[segment]]\nname = 7\nrule = { tag = "a" }', "line 2: name must be text in quotes"),
        (f'[[segment]]\nname = "{"a" * 61}"\nrule = {{ tag = "a" }}', "at most 60 characters"),
        ('[[segment]]\nname = "\\u0007"\nrule = { tag = "a" }', "line 2: name must be text"),
        ('[[segment]]\nname = "A b"\nrule = { tag = "a" }\n[[segment]]\nname = "a  B"\nrule = { tag = "a" }',
         "line 5: the name “a B” is taken by the segment in line 2: give another"),
    ],
)  # fmt: skip
def test_a_faulty_segment_is_told_by_its_line(tmp_path: Path, text: str, fault: str) -> None:
    (only,) = told(tmp_path, text)
    assert fault in only


def test_all_faults_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = (
        "[privacy]\nno_traking = 1\n[[segment]]\nname = 'a'\nrule = { any = [\n{ tga = 'x' },\n{ stage = 'old' } ] }\n"
        "[[segment]]\nrule = { score_at_least = 'a' }\n"
    )
    places = [fault.split(":")[0] for fault in told(tmp_path, text)]
    assert places == ["line 2", "line 6", "line 7", "line 8", "line 9"]


def test_a_file_nested_without_end_is_refused(tmp_path: Path) -> None:
    text = "[[segment]]\nname = 'a'\nrule = " + "{ not = " * 50_000 + "{}" + "}" * 50_000
    with pytest.raises(SettingsError, match="nested too deeply"):
        read(tmp_path, text)


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.dates()
    | st.datetimes(),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from([*KINDS, "all", "any", "not", "tga"]), below, max_size=3)
    ),
    max_leaves=12,
)


class Everywhere(dict[Any, int]):
    def __missing__(self, path: Any) -> int:
        return 1


@given(st.lists(st.dictionaries(st.sampled_from(["name", "rule", "x"]), junk, max_size=3), max_size=3) | junk)
def test_nothing_is_dropped_in_silence(tables: Any) -> None:
    """Either every segment is understood, or there is a fault."""
    faults = Faults(Everywhere())
    found = read_segments(tables, ("segment",), faults)
    assert faults.told() or len(found) == len(tables)
