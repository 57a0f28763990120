"""The README tells the truth: its commands exist, its settings are ours, its queries run and answer."""

import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

import rapport
from demo import make_newsletter, serve
from shared.bucket import open_bucket
from shared.log import Log
from shared.project import STAGES, read_project
from shared.project.conditions import KINDS
from shared.settings import Secret, Settings
from sync_job.job import SyncJob
from sync_job.network import AddressHider
from sync_job.session import Plan
from sync_job.sources.buttondown.api import ButtondownApi, connect
from sync_job.sources.buttondown.source import ButtondownSource

README = (Path(__file__).parent.parent / "README.md").read_text()
CHANGELOG = (Path(__file__).parent.parent / "CHANGELOG.md").read_text()
QUERIES = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    """A small demo newsletter, synced."""
    folder = tmp_path_factory.mktemp("readme")
    newsletter = make_newsletter(until=datetime(2026, 8, 1, tzinfo=UTC), subscribers=60, emails=12)
    with serve(newsletter, key="k") as api:
        client = connect(api.url, Secret("k"))
        hider = AddressHider(Secret("s" * 32))
        source = ButtondownSource(ButtondownApi(client), hider)
        log = Log((folder / "log").open("w"), readable=False)
        report = SyncJob(
            open_bucket(str(folder)), "default", source.sync, Plan(), hider.fingerprint(), log
        ).run()
        client.close()
        log._stream.close()
    assert report.outcome == "done", report.problems
    return sqlite3.connect(folder / "default" / "engagement.sqlite")


def test_five_queries_are_shown() -> None:
    assert len(QUERIES) >= 5


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_every_query_answers(store: sqlite3.Connection, query: str) -> None:
    assert store.execute(query).fetchall()


def test_every_documented_view_has_exactly_these_columns(store: sqlite3.Connection) -> None:
    views = README.partition("## The SQLite file")[2]
    rows = re.findall(r"^\| `(\w+_l\w+)` \| (.*) \|$", views, re.MULTILINE)
    assert [view for view, _ in rows] == ["event_log", "subscriber_list", "email_list"]
    for view, told in rows:
        without_asides = re.sub(r"\([^)]*\)", "", told)
        columns = [each[0] for each in store.execute(f"select * from {view} limit 0").description]
        assert re.findall(r"`(\w+)`", without_asides) == columns


def test_every_command_of_the_readme_exists_and_none_is_missing() -> None:
    told = set(re.findall(r"`?rapport (\w+)", README))
    assert told == set(rapport.DOORS)


def test_every_setting_is_documented() -> None:
    told = set(re.findall(r"^\| `((?:RAPPORT|BUTTONDOWN)_\w+)`", README, re.MULTILINE))
    names = {"bucket_url": "RAPPORT_BUCKET", "project": "RAPPORT_PROJECT", "secret": "RAPPORT_SECRET"}
    assert told == {names.get(each) or _variable(each) for each in Settings.__dataclass_fields__}


def test_the_project_file_of_the_readme_is_read_and_every_condition_documented(tmp_path: Path) -> None:
    (project_file,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    bucket = open_bucket(str(tmp_path))
    bucket.write("p/project.toml", project_file.encode())
    assert len(read_project(bucket, "p").segments) == 2
    assert len(read_project(bucket, "p").notes) == 1
    (table,) = re.findall(r"\n\| condition \|.*?\n\n", README, re.DOTALL)
    assert [
        key for row in table.strip().splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[1])
    ] == list(KINDS)
    assert set(STAGES) <= set(re.findall(r"`(\w+)`", table))


def test_changelog_begins_with_what_is_not_released_yet() -> None:
    assert re.findall(r"^## (\S+)", CHANGELOG, re.MULTILINE)[0] == "Unreleased"


def _variable(name: str) -> str:
    return name.upper() if name.startswith("buttondown") else f"RAPPORT_{name.upper()}"
