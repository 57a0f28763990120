"""The glossary: complete, in plain words, and easy to find one's way in."""

import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from report_builder.define_command import define
from report_builder.definitions import BY_KEY, DEFINITIONS, Definition, find, plain
from report_builder.render import NotDefined, definition

BUILDER = Path(__file__).parents[2] / "report_builder"
UNITS = {
    "count", "share", "points", "seconds", "days", "months", "score", "stars", "ratio", "per cent", "colour",
    "yes or no", "as the metric compared",
}  # fmt: skip
GROUPS = ("Headline", "Delivery", "Opens", "Clicks", "Timing", "Readers", "List", "Comparison")
JARGON = re.compile(r"\b(verdict = |null|SQL|event_type|denominator|boolean|regex|HMAC|UA)\b")


@pytest.mark.parametrize("each", DEFINITIONS, ids=lambda each: each.key)
def test_definition_is_complete_and_plain(each: Definition) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", each.key)
    for text in (each.name, each.formula, each.numerator, each.caveat, each.source):
        assert text == text.strip() != ""
    assert each.unit in UNITS
    assert each.caveat.endswith(".")
    assert not each.formula.endswith(".")
    assert not JARGON.search(" ".join((each.formula, each.numerator, each.denominator or "", each.caveat)))
    if each.unit == "share":
        assert each.denominator
        assert each.minimum_sample or each.key in ("verdict", "filtered_clicks", "filtered_opens")


@pytest.mark.parametrize("each", DEFINITIONS, ids=lambda each: each.key)
def test_every_definition_has_a_query(each: Definition) -> None:
    assert (BUILDER / f"{each.query}.sql").is_file()


def test_what_is_not_defined_cannot_be_shown() -> None:
    assert definition("click_rate").name == "Human click rate"
    with pytest.raises(NotDefined, match="no_such_metric"):
        definition("no_such_metric")


def test_minimums_are_numbers() -> None:
    assert (BY_KEY["click_rate"].minimum, BY_KEY["engaged_readers"].minimum) == (30, 0)


def test_keys_and_names_are_unique_and_groups_stay_together() -> None:
    for what in ("key", "name"):
        assert max(Counter(plain(getattr(each, what)) for each in DEFINITIONS).values()) == 1
    assert tuple(dict.fromkeys(each.group for each in DEFINITIONS)) == GROUPS
    order = [GROUPS.index(each.group) for each in DEFINITIONS]
    assert order == sorted(order)


def test_headline_comes_first_and_opens_are_three_numbers() -> None:
    assert [each.key for each in DEFINITIONS[:2]] == ["click_rate", "engaged_readers"]
    assert {"open_rate", "estimated_openers", "open_rate_raw"} <= {each.key for each in DEFINITIONS}


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("click_rate", "click_rate"),
        ("CTR", "click_rate"),
        ("  Human   CLICK rate ", "click_rate"),
        ("ctor", "click_to_open_rate"),
        ("click-to-open rate", "click_to_open_rate"),
        ("open rate", "open_rate"),
        ("Open rate (raw)", "open_rate_raw"),
        ("mpp", "proxy_opens"),
        ("churn", "monthly_churn"),
        ("half-life", "half_life"),
        ("wilson", "normal_range"),
        ("heatmap", "send_time_heatmap"),
        ("quick rat", "quick_ratio"),
        ("bounce rate", "permanent_failure_rate"),
    ],
)
def test_people_find_what_they_mean(asked: str, key: str) -> None:
    found = find(asked)
    assert found.definition is not None, found.suggestions
    assert found.definition.key == key


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [
        ("clik rate", "Human click rate"),
        ("unsubscribe rat", "Unsubscribe rate"),
        ("open", "Open rate (measured)"),
    ],
)
def test_a_near_miss_is_met_with_suggestions_or_the_right_one(asked: str, suggested: str) -> None:
    found = find(asked)
    assert suggested in (found.definition.name if found.definition else found.suggestions)


@pytest.mark.parametrize("asked", ["", "  ", "?!", "zzzzqqq"])
def test_nothing_like_it(asked: str) -> None:
    found = find(asked)
    assert found.definition is None
    assert found.suggestions == ()


@given(st.sampled_from(DEFINITIONS), st.sampled_from((str.upper, str.lower, str.title)))
def test_every_key_and_name_leads_home(each: Definition, spell: object) -> None:
    assert callable(spell)
    for name in (each.key, each.name, each.key.replace("_", "-")):
        assert find(spell(name)).definition == each


@given(st.text(max_size=40))
def test_anything_may_be_asked(asked: str) -> None:
    found = find(asked)
    assert found.definition is None or found.suggestions == ()


def test_command_prints_one_metric() -> None:
    done = CliRunner().invoke(define, ["open", "rate"])
    assert done.exit_code == 0
    assert done.output.startswith("Open rate (measured)\n  human openers divided by measurable recipients.\n")
    for label in ("Counts", "Divided by", "Unit", "At least", "Beware", "Source", "Also called"):
        assert f"\n  {label}" in done.output
    assert max(map(len, done.output.splitlines())) <= 88


def test_command_lists_all() -> None:
    done = CliRunner().invoke(define, [])
    assert done.exit_code == 0
    for each in DEFINITIONS:
        assert f"  {each.name}  " in done.output
    assert all(f"\n{group}\n" in f"\n{done.output}" for group in GROUPS)


def test_command_helps_after_a_typo() -> None:
    done = CliRunner().invoke(define, ["clik", "rate"])
    assert done.exit_code == 2
    assert "There is no metric called 'clik rate'. Did you mean" in done.output
    assert "Human click rate" in done.output
