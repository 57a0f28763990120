"""The rules as files and as a list: portable, complete, explained; and what they say about readings."""

from __future__ import annotations

import logging
import re
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from report_builder.verdicts import (
    ORDER,
    REASONS,
    RESULTS,
    RULE_VERSION,
    VERDICTS,
    Limits,
    find_reason,
    steps,
)
from tests.report_builder.portable import faults
from tests.report_builder.verdicts.relations import Scene, load, run
from tests.report_builder.verdicts.sequences import (
    APPLE_PROXY,
    FILTER,
    HOUR,
    MINUTE,
    PERSON,
    START,
    STORIES,
    Maker,
    Story,
)

FOLDER = Path(__file__).parents[3] / "report_builder" / "queries" / "verdicts"
FILES = sorted(FOLDER.glob("*.sql"))
PAGE_QUERIES = {"by_reason"}
KEYWORDS = re.compile(r"\b(SELECT|FROM|WHERE|GROUP|ORDER|JOIN|WITH|CASE|WHEN|AS|AND|OR|OVER)\b")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rule_is_one_portable_statement_whose_header_says_what_a_row_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("-- A row is ")
    assert not KEYWORDS.search(re.sub(r"--.*", "", text))
    assert max(map(len, text.splitlines())) <= 120
    assert faults(text) == []


@pytest.mark.parametrize("dialect", ["spark", "bigquery"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rule_becomes_another_engines_sql_without_a_warning(
    path: Path, dialect: str, caplog: pytest.LogCaptureFixture
) -> None:
    text = path.read_text("utf-8")
    with caplog.at_level(logging.WARNING, "sqlglot"):
        (made,) = sqlglot.transpile(
            text, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False
        )
    assert caplog.records == []
    again = sqlglot.parse_one(made, read=dialect)
    given = sqlglot.parse_one(text, read="duckdb")
    for kind in (exp.Join, exp.CTE, exp.Window):
        assert len(list(again.find_all(kind))) == len(list(given.find_all(kind)))
    names = set(re.findall(r"\$(\w+)", re.sub(r"--.*", "", text)))
    assert set(re.findall(r"[:@](\w+)", made)) == names


def test_every_file_is_run_or_asked_for() -> None:
    assert {path.stem for path in FILES} == set(ORDER) | PAGE_QUERIES
    assert [step.name for step in steps()] == list(ORDER)
    assert set(RESULTS) <= set(ORDER)


def test_every_limit_is_used() -> None:
    named = {name for step in steps() for name in step.parameters}
    assert named == {*asdict(Limits()), "implied", "rule_version"}


def test_reasons_are_explained_once() -> None:
    assert len({(reason.key, reason.verdict) for reason in REASONS}) == len(REASONS)
    assert {reason.verdict for reason in REASONS} == set(VERDICTS)
    for reason in REASONS:
        assert reason.sentence.endswith(".")
        assert find_reason(reason.key, reason.verdict) is reason
    with pytest.raises(KeyError):
        find_reason("burst", "human")


def test_limits_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="slow"):
        Limits(burst_ms=20_000)


Reading = tuple[int | None, int, int | None, int, int]


def readings(story: Story, *, implied: bool = True) -> dict[int, Reading]:
    """Reader to (opened, is implied, clicked, raw opens, is hidden), times from the sending on."""
    with duckdb.connect(":memory:") as connection:
        load(connection, story.scene)
        run(connection, implied=implied)
        rows = connection.execute(
            "select subscriber_id, opened_ms, is_implied, clicked_ms, raw_opens, is_hidden from readings"
        ).fetchall()
    return {
        reader: (opened and opened - START, flag, clicked and clicked - START, raw, hidden)
        for reader, opened, flag, clicked, raw, hidden in rows
    }


def test_click_and_reply_imply_an_open_unless_switched_off() -> None:
    story = Story({1: 0, 2: 0, 3: 0})
    story.clicks(PERSON, HOUR).replies(2 * HOUR, reader=2).opens(PERSON, 2 * HOUR, 3).clicks(
        PERSON, HOUR, reader=3
    )
    assert readings(story) == {
        1: (HOUR, 1, HOUR, 0, 0),
        2: (2 * HOUR, 1, None, 0, 0),
        3: (HOUR, 0, HOUR, 1, 0),
    }
    assert readings(story, implied=False) == {
        1: (None, 0, HOUR, 0, 0), 2: (None, 0, None, 0, 0), 3: (2 * HOUR, 0, HOUR, 1, 0)
    }  # fmt: skip


def test_machines_imply_nothing_and_hide_the_reader() -> None:
    story = Story({1: 0, 2: 0, 3: 0})
    story.follows(FILTER, MINUTE).opens(APPLE_PROXY, HOUR, 2).opens(Maker("human", None), HOUR, 3)
    assert readings(story) == {1: (None, 0, None, 0, 1), 2: (None, 0, None, 1, 1), 3: (None, 0, None, 1, 1)}


def test_verdicts_carry_the_version_of_the_rules_and_change_no_event() -> None:
    story = Story().opens(PERSON, HOUR).follows(FILTER, MINUTE)
    with duckdb.connect(":memory:") as connection:
        load(connection, story.scene)
        before = connection.execute("select * from events order by all").fetchall()
        run(connection)
        assert connection.execute("select distinct rule_version from judged").fetchall() == [(RULE_VERSION,)]
        assert connection.execute("select * from events order by all").fetchall() == before


def test_filtered_events_are_counted_by_reason() -> None:
    story = Story({1: 0, 2: 0}).opens(PERSON, HOUR).follows(FILTER, MINUTE).opens(APPLE_PROXY, HOUR, 2)
    with duckdb.connect(":memory:") as connection:
        load(connection, story.scene)
        run(connection)
        rows = connection.execute((FOLDER / "by_reason.sql").read_text("utf-8")).fetchall()
    assert rows == [
        ("click", "scanner", "burst", 6, 1, 1),
        ("open", "human", "open", 1, 1, 1),
        ("open", "proxy", "apple_relay", 1, 1, 1),
    ]


def test_one_browser_stays_one_when_the_list_of_networks_changes() -> None:
    """The store then holds it twice; a crowd with one browser must still be seen as such."""
    story = Story(dict.fromkeys(range(1, 7), 0), {reader: f"firm-{reader}.example" for reader in range(1, 7)})
    for reader in range(1, 7):
        story.clicks(FILTER, reader * 9 * MINUTE, STORIES[0], reader)
    with duckdb.connect(":memory:") as connection:
        load(connection, story.scene)
        connection.execute("insert into agents select agent_id + 1, os, browser, network_class from agents")
        connection.execute("update events set agent_id = 2 where subscriber_id > 3")
        run(connection)
        assert connection.execute("select distinct verdict, reason from judged").fetchall() == [
            ("scanner", "crowd")
        ]


def test_nothing_happened_yet() -> None:
    with duckdb.connect(":memory:") as connection:
        load(connection, Scene([]))
        run(connection)
        assert connection.execute("select * from judged").fetchall() == []
        assert connection.execute("select * from readings").fetchall() == []
