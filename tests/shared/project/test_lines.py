"""Places in a TOML text: the paths are those of what tomllib reads, and the lines are where they stand."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.project.lines import Path, line_numbers

DOCUMENT = """\
# comment with [brackets] and = signs
title = "a # b \\" [c]"   # 2

[privacy]                 # 4
no_tracking = 'x = "y"'   # 5
long = \"\"\"
[not.a.table]
tag = "nothing"
"quoted\\""\"\"\"
other = '''
it's''' # 10

[[segment]]               # 13
name = "One"
rule = { all = [          # 15
    { tag = "vip", not = { "stage" = "new" } },   # comment ] }
    # another
    { any = [{ tag = "vip" },

       { joined_since = 2026-01-01 }] },          # 20
] }

[[segment]]               # 23
name = "Two"
[segment.rule]            # 25
tag = "vip"
at = 2026-01-01 07:32:00  # 27
not.deep.tag = ["a",
  "b"]                    # 29
"""


def test_lines_of_a_document_with_everything() -> None:
    lines = line_numbers(DOCUMENT)
    expected: dict[Path, int] = {
        ("title",): 2,
        ("privacy",): 4,
        ("privacy", "no_tracking"): 5,
        ("privacy", "long"): 6,
        ("privacy", "other"): 10,
        ("segment",): 13,
        ("segment", 0): 13,
        ("segment", 0, "rule"): 15,
        ("segment", 0, "rule", "all", 0, "tag"): 16,
        ("segment", 0, "rule", "all", 0, "not", "stage"): 16,
        ("segment", 0, "rule", "all", 1, "any", 0, "tag"): 18,
        ("segment", 0, "rule", "all", 1, "any", 1, "joined_since"): 20,
        ("segment", 1): 23,
        ("segment", 1, "rule", "tag"): 26,
        ("segment", 1, "rule", "at"): 27,
        ("segment", 1, "rule", "not", "deep"): 28,
        ("segment", 1, "rule", "not", "deep", "tag", 1): 29,
    }
    assert {path: lines[path] for path in expected} == expected
    assert set(lines) == set(paths(tomllib.loads(DOCUMENT)))


def test_windows_line_ends_count_once() -> None:
    assert line_numbers("a = 1\r\n\r\nb = 2\r\n") == {("a",): 1, ("b",): 3}


@pytest.mark.parametrize("text", ["", "\n\n", "# only words", "   "])
def test_nothing_is_nowhere(text: str) -> None:
    assert line_numbers(text) == {}


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, below in entries:
        yield from paths(below, (*path, key))


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{quoted(key)} = {written(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[ # ]\n" + "".join(f"{written(each)},\n" for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else quoted(value)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


keys = st.text("ab.]#=\"' ", max_size=4)
scalars = st.integers() | st.booleans() | st.text("a'\"\\#[]{},= ", max_size=6)
values = st.recursive(
    scalars,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(keys, below, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(keys, values, max_size=4), st.lists(st.dictionaries(keys, values, max_size=3), max_size=3)
)
def test_whatever_is_read_has_a_line(head: dict[str, Any], tables: list[dict[str, Any]]) -> None:
    text = "".join(f"{quoted(key)} = {written(value)}\n" for key, value in head.items())
    for table in tables:
        text += "[[zzz]]\n" + "".join(f"{quoted(key)} = {written(value)}\n" for key, value in table.items())
    document = tomllib.loads(text)
    lines = line_numbers(text)
    assert set(lines) == set(paths(document))
    rows = text.split("\n")
    for path, line in lines.items():
        if isinstance(path[-1], str) and path != ("zzz",):
            assert quoted(path[-1]) in rows[line - 1]
