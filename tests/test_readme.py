"""README and docs tell the truth: their queries run and answer, their settings are ours and read without a fault."""

import re
import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from demo import make_newsletter, serve
from report_builder.job import build_report
from shared.bucket import Bucket, open_bucket
from shared.log import Log
from shared.project import STAGES, read_project
from shared.project.conditions import KINDS
from shared.project.settings import SECTIONS
from shared.settings import Secret, Settings
from sync_job.job import SyncJob
from sync_job.network import AddressHider
from sync_job.session import Plan
from sync_job.sources.buttondown.api import ButtondownApi, connect
from sync_job.sources.buttondown.source import ButtondownSource
from tests.documents import DOCUMENTS, README, TOGETHER, blocks, section

NOW = datetime(2026, 8, 1, tzinfo=UTC)
QUERIES = sorted(set(blocks("sql")))
SETTINGS = DOCUMENTS["docs/settings.md"]


class Asked(dict[str, str]):
    """An empty environment that remembers which variables were looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.names.append(name)
        return default


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Bucket:
    """A small demo newsletter, synced, and its report."""
    folder = tmp_path_factory.mktemp("readme")
    newsletter = make_newsletter(until=NOW, subscribers=60, emails=12)
    bucket = open_bucket(str(folder))
    with serve(newsletter, key="k") as api, (folder / "log").open("w") as log:
        client = connect(api.url, Secret("k"))
        hider = AddressHider(Secret("s" * 32))
        source = ButtondownSource(ButtondownApi(client), hider)
        report = SyncJob(
            bucket, "default", source.sync, Plan(), hider.fingerprint(), Log(log, readable=False)
        ).run()
        client.close()
    assert report.outcome == "done", report.problems
    build_report(bucket, "default", NOW)
    return bucket


@pytest.fixture(scope="module")
def store(bucket: Bucket) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(Path(bucket.url) / "default" / "engagement.sqlite")) as database:
        yield database


def test_five_queries_are_shown() -> None:
    assert len(QUERIES) >= 5


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_every_query_answers(store: sqlite3.Connection, query: str) -> None:
    assert store.execute(query).fetchall()


def test_every_documented_view_has_exactly_these_columns(store: sqlite3.Connection) -> None:
    views = section("docs/data.md", "## The SQLite file")
    rows = re.findall(r"^\| `(\w+_l\w+)` \| (.*) \|$", views, re.MULTILINE)
    assert [view for view, _ in rows] == ["event_log", "subscriber_list", "email_list"]
    for view, told in rows:
        columns = [each[0] for each in store.execute(f"select * from {view} limit 0").description]
        assert re.findall(r"`(\w+)`", _without_asides(told)) == columns


def test_every_data_file_of_a_report_is_told_of_and_there(bucket: Bucket) -> None:
    table = section("docs/data.md", "## The report's data")
    told = set(
        re.findall(r"`([a-z0-9-]+\.json)`", " ".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)))
    )
    paths = [each.name.removeprefix("default/site/data/") for each in bucket.list("default/site/data/")]
    made = {path for path in paths if path.endswith(".json") and "/" not in path}
    assert {re.sub(r"^overview-\w+", "overview-13", path) for path in made} == told


def test_the_query_over_parquet_answers_and_its_columns_are_told(bucket: Bucket) -> None:
    (query,) = re.findall(r'duckdb -c "(.*?)"', TOGETHER, re.DOTALL)
    published = "rapport-data/default/site/data/events/*.parquet"
    assert published in query
    files = f"{bucket.url}/default/site/data/events/*.parquet"
    with duckdb.connect() as database:
        assert database.execute(query.replace(published, files)).fetchall()
        described = database.execute(f"describe select * from '{files}'").fetchall()
    (row,) = re.findall(r"`events/<month>.parquet` \| (.*?)\. People", TOGETHER)
    told = re.findall(r"`(\w+)`", _without_asides(row))
    assert told == [column[0] for column in described]


def test_nothing_lies_in_the_bucket_that_is_not_told_of(bucket: Bucket) -> None:
    (layout,) = [block for block in blocks("", README) if "engagement.sqlite" in block]
    told = re.findall(r"^<project>/(\S+)  ", layout, re.MULTILINE)
    objects = [each.name.removeprefix("default/") for each in bucket.list("default/")]
    assert {"engagement.sqlite", "last_run.json", "site/index.html"} <= set(objects)
    for name in objects:
        assert any(name == each or (each.endswith("/") and name.startswith(each)) for each in told), name


def test_every_variable_that_is_read_is_told_of_and_no_other() -> None:
    asked = Asked()
    Settings.read(asked)
    table = re.findall(r"^\| `((?:RAPPORT|BUTTONDOWN)_\w+)` \|", SETTINGS, re.MULTILINE)
    assert sorted(table) == sorted(set(asked.names))
    anywhere = set(re.findall(r"\b(?:RAPPORT|BUTTONDOWN)_[A-Z_]+\b", TOGETHER))
    assert anywhere == set(table)


def test_the_defaults_that_are_told_are_those_that_count() -> None:
    defaults = dict(re.findall(r"^\| `(\w+)` \| `?([^|` ]+)`? \|", SETTINGS, re.MULTILINE))
    assert defaults["RAPPORT_BUCKET"] == Settings.bucket_url
    assert defaults["RAPPORT_PROJECT"] == Settings.project
    assert defaults["RAPPORT_OVERLAP_DAYS"] == str(Settings.overlap_days)
    assert defaults["BUTTONDOWN_API_URL"] == Settings.buttondown_api_url


@pytest.mark.parametrize("wanted", ["as it is", "with the keys that are remarks"])
def test_the_project_file_has_every_section_and_is_read_without_a_fault(tmp_path: Path, wanted: str) -> None:
    (given,) = blocks("toml")
    if wanted != "as it is":
        given, remarks = re.subn(r"^# (\w+ = )", r"\1", given, flags=re.MULTILINE)
        assert remarks == 2
    bucket = open_bucket(str(tmp_path))
    bucket.write("p/project.toml", given.encode())
    read = read_project(bucket, "p")
    assert (len(read.segments), len(read.notes)) == (2, 1)
    parsed: Mapping[str, object] = tomllib.loads(given)
    assert set(parsed) == set(SECTIONS)
    linked = re.findall(r"^\| `\[+(\w+)\]+` \|", SETTINGS, re.MULTILINE)
    assert linked == list(parsed)


def test_every_condition_of_a_segment_is_told_of() -> None:
    table = section("docs/settings.md", "## Segments").partition("\n| condition |")[2]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert [key for row in rows for key in re.findall(r"`(\w+)`", row)] == list(KINDS)
    assert set(STAGES) <= set(re.findall(r"`(\w+)`", table))


def _without_asides(text: str) -> str:
    return re.sub(r"\([^)]*\)", "", text)
