"""The queries as files: one statement each, a header that says what a row is, and portable."""

import re
from pathlib import Path

import pytest
from sqlglot.errors import UnsupportedError

from report_builder import scoring, verdicts, warehouse
from tests.report_builder.portable import ENGINES, faults, parameters, translated

BUILDER = Path(__file__).parents[2] / "report_builder"
QUERIES = sorted((BUILDER / "queries").rglob("*.sql"))
DERIVED = [BUILDER / "relations" / f"{name}.sql" for name in (*warehouse.DERIVED, *scoring.RELATIONS)]
KEYWORDS = re.compile(r"\b(SELECT|FROM|WHERE|GROUP|ORDER|JOIN|WITH|CASE|COUNT|MAX|MIN|AND|OR)\b")
TABLES = BUILDER / "relations" / "schema.sql"  # load.sql and exports/ are DuckDB's: they read SQLite


def name_of(path: Path) -> str:
    return path.relative_to(BUILDER).as_posix()


@pytest.mark.parametrize("path", [*QUERIES, *DERIVED], ids=name_of)
def test_query_says_what_a_row_is_and_is_lower_case(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.match(r"-- (A row|One row)", text), "the header says what a row is"
    assert not KEYWORDS.search(re.sub(r"--.*", "", text))
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("path", [*QUERIES, *DERIVED], ids=name_of)
def test_query_stays_portable(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", [TABLES, *QUERIES, *DERIVED], ids=name_of)
def test_query_can_be_translated(path: Path, engine: str, caplog: pytest.LogCaptureFixture) -> None:
    text = path.read_text("utf-8")
    written = ";".join(translated(text, engine))
    assert [record.getMessage() for record in caplog.records] == []
    assert parameters(written, ENGINES[engine]) == parameters(text)


@pytest.mark.parametrize(
    ("engine", "sql"),
    [
        ("spark", "select regexp_extract(a, 'x', 1, 'q') as b from t"),
        ("bigquery", "select regexp_replace(a, 'x', '', 'g') as b from t"),
    ],
)
def test_translation_tells_what_it_cannot(engine: str, sql: str) -> None:
    with pytest.raises(UnsupportedError):
        translated(sql, engine)


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("select * from events", "named"),
        ("select a from t order by a", "nulls"),
        ("select row_number() over (order by a desc) as n from t", "nulls"),
        ("select a / b as r from t", "double"),
        ("select a * 0.5 as h from t", "decimal"),
        ("select date_diff('hour', a, b) as h from t", "days"),
        ("select list(a) as l from t", "outside"),
        ("select median(a) as m from t", "outside"),
        ("select arg_max(a, b) as m from t", "outside"),
        ("select regexp_replace(a, 'x', '') as m from t", "outside"),
        ("select a || b as c from t", "DPipe"),
        ("select d + interval 7 day as e from t", "Interval"),
        ("select a, count(*) as n from t group by all", "group by all"),
        ("select a from t union by name select b from u", "by name"),
        ("select a + 1 as b, b + 1 as c from t", "reused"),
        ("select a from t left join u on t.b < u.b", "equality"),
        ("select coalesce(a, 0) as a, count(*) as n from t group by a", "of that name"),
        ("select b, max(a) as a from t group by b having a > 1", "of that name"),
        ("select distinct on (a) a, b from t", "distinct"),
        ("select 1 as a; select 2 as a", "one statement"),
        ("select a from t qualify row_number() over (order by a nulls last) = 1", "Qualify"),
    ],
)
def test_lint_refuses_what_engines_read_differently(sql: str, fault: str) -> None:
    assert any(fault in found for found in faults(sql)), faults(sql)


def test_lint_accepts_the_subset() -> None:
    assert (
        faults(
            "with a as (select day, count(distinct case when kind = 'x' then person end) as people from events "
            "where day between $first and $last group by day) "
            "select day, cast(people as double) / nullif(people, 0) as share from a order by day nulls last limit 3"
        )
        == []
    )


def test_every_query_is_used() -> None:
    source = "".join(path.read_text("utf-8") for path in BUILDER.rglob("*.py"))
    steps = {f"verdicts/{name}" for name in verdicts.ORDER}
    names = [name for name in (name_of(path)[8:-4] for path in QUERIES) if name not in steps]
    asked_by_name = [name for name in names if f'"{name.partition("/")[0]}/' in source]
    unused = [name for name in asked_by_name if f'"{name}"' not in source]
    assert len(asked_by_name) > 20
    assert unused == []
