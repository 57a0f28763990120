"""Events as Parquet: row for row what the database says, nobody's address, and no month written twice."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from report_builder.event_files import event_files, month_key, month_path
from report_builder.job import build_report
from report_builder.warehouse import open_warehouse
from shared.bucket.folder import FolderBucket
from tests.report_builder.conftest import Sites
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store

StoreOf = Callable[[str], Path | None]
COLUMNS = [
    "event_id", "source", "type", "occurred_at", "subscriber_id", "email_id", "email_subject", "url", "os",
    "browser", "network_class", "properties", "verdict", "reason",
]  # fmt: skip
OF_THE_VIEW = "event_id, source, type, occurred_at, subscriber_id, email_id, email_subject, url, properties"


def written(site: dict[str, bytes], folder: Path) -> str:
    """Puts the months into a folder; returns what DuckDB calls them all."""
    for path, body in site.items():
        if path.endswith(".parquet"):
            (folder / Path(path).name).write_bytes(body)
    return f"read_parquet('{folder}/*.parquet')"


@pytest.mark.parametrize("kind", ["demo", "full", "hostile", "one"])
def test_rows_are_those_of_the_view(site_of: Sites, store_of: StoreOf, tmp_path: Path, kind: str) -> None:
    months = written(site_of(kind), tmp_path)
    when = "strftime(occurred_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ')"
    read = OF_THE_VIEW.replace("occurred_at", when) + ", os, browser, network_class"
    found = []
    for *plain, properties, os, browser, network in duckdb.sql(f"select {read} from {months}").fetchall():
        own = {"os": os, "browser": browser, "network_class": network}
        known = {key: value for key, value in own.items() if value is not None}
        found.append((*plain, json.loads(properties or "{}") | known))
    expected = []
    with closing(sqlite3.connect(store_of(kind) or "")) as database:
        for *plain, properties in database.execute(f"select {OF_THE_VIEW} from event_log"):
            told = json.loads(properties)
            expected.append((*plain, {key: told[key] for key in told if key not in ("address", "network")}))
    assert len(found) > 2
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_verdicts_are_those_of_the_report(site_of: Sites, tmp_path: Path) -> None:
    months = written(site_of("demo"), tmp_path)
    found = duckdb.sql(
        f"select type, verdict, reason, count(*) from {months} where verdict is not null group by all"
    )
    counts = json.loads(site_of("demo")["data/counts.json"])
    acts = {"open": "subscriber.opened", "click": "subscriber.clicked"}
    expected = {(acts[v["act"]], v["verdict"], v["reason"]): v["events"] for v in counts["verdicts"]}
    assert {tuple(row[:3]): row[3] for row in found.fetchall()} == expected
    assert len(expected) > 5


def test_columns_are_documented_and_the_months_listed(site_of: Sites, tmp_path: Path) -> None:
    site = site_of("demo")
    months = written(site, tmp_path)
    assert [row[0] for row in duckdb.sql(f"describe select * from {months}").fetchall()] == COLUMNS
    listed = json.loads(site["data/events.json"])["months"]
    assert [each["path"] for each in listed] == sorted(path for path in site if path.endswith(".parquet"))
    for each in listed:
        file = f"'{tmp_path / Path(each['path']).name}'"
        month = "strftime(occurred_at at time zone 'UTC', '%Y-%m')"
        bounds = f"count(*), min({month}), max({month})"
        assert duckdb.sql(f"select {bounds} from {file}").fetchone() == (
            each["events"], each["month"], each["month"],
        )  # fmt: skip
    assert sum(each["events"] for each in listed) == json.loads(site["data/counts.json"])["events"]


def test_nobodys_address_is_in_them(site_of: Sites, store_of: StoreOf, tmp_path: Path) -> None:
    months = written(site_of("demo"), tmp_path)
    text = " ".join(map(str, duckdb.sql(f"select columns(*)::varchar from {months}").fetchall()))
    with closing(sqlite3.connect(store_of("demo") or "")) as database:
        emails = [email for (email,) in database.execute("select email from subscribers where email <> ''")]
        hashes = [digest for (digest,) in database.execute("select lower(hex(address)) from addresses")]
    assert len(emails) > 100 < len(hashes)
    assert not [each for each in (*emails, *hashes) if each in text]


def test_the_same_events_give_the_same_bytes(
    store_of: StoreOf, site_of: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = duckdb.connect
    for threads in (1, 3):

        def with_threads(name: str, config: dict[str, Any], threads: int = threads) -> Any:
            return connect(name, config={**config, "threads": threads})

        monkeypatch.setattr(duckdb, "connect", with_threads)
        with open_warehouse(store_of("full")) as warehouse:
            files = event_files(warehouse, warehouse.event_months(), {}).files
        assert files == {path: body for path, body in site_of("full").items() if path in files}
        assert len(files) > 5


def monthly_store(path: Path) -> Store:
    """Three people and three emails, a month apart; everybody got them, and opened the day after."""
    store = Store(path)
    people = [store.subscriber() for _ in range(3)]
    for number in range(3):
        sent = NOW_MS - (70 - 30 * number) * DAY
        email = store.email(f"Letter {number}", sent)
        for person in people:
            store.event("subscriber.delivered", sent + person, person, email)
            store.event("subscriber.opened", sent + DAY + person * 600_000, person, email)
    store.run()
    return store


@pytest.mark.parametrize(
    ("change", "months"),
    [
        ("select 1", []),
        ("update emails set subject = 'Renamed' where id = 2", ["2026-10"]),
        ("update events set subscriber = null where email = 1 and subscriber = 1", ["2026-09"]),
        ("delete from events where email = 3 and subscriber = 2", ["2026-11"]),
        ("update events set id = randomblob(16) where email = 2 and subscriber = 2 and kind = 1", ["2026-10"]),
        # another program, another verdict: of all months, for they share it
        ("update agents set browser = 'python-requests'", ["2026-09", "2026-10", "2026-11"]),
        ("update subscribers set name = 'Somebody', email = 'new@example.com'", []),
    ],
)  # fmt: skip
def test_only_months_that_changed_are_written(tmp_path: Path, change: str, months: list[str]) -> None:
    bucket = FolderBucket(tmp_path)
    (tmp_path / "p").mkdir()
    store = monthly_store(tmp_path / "p" / "engagement.sqlite")
    first = build_report(bucket, "p", NOW)
    assert first.files == first.published.written
    before = generations(bucket)
    assert sorted(before) == ["2026-09", "2026-10", "2026-11"]
    store.database.execute(change)
    store.insert("subscribers", uuid=b"0" * 16, email="late@example.com", created_ms=NOW_MS)
    store.run(NOW_MS - 60_000)
    store.done()
    again = build_report(bucket, "p", NOW)
    after = generations(bucket)
    assert again.published.written > 0
    assert again.published.written + again.published.unchanged == again.files
    assert [month for month in after if after[month] != before[month]] == months
    with open_warehouse(tmp_path / "p" / "engagement.sqlite") as warehouse:
        whole = event_files(warehouse, warehouse.event_months(), {}).files
    assert {path: bucket.read(f"p/site/{path}")[0] for path in whole} == whole


def generations(bucket: FolderBucket) -> dict[str, int]:
    return {Path(stat.name).stem: stat.generation for stat in bucket.list("p/site/data/events/")}


def test_a_month_somebody_touched_or_that_is_gone_is_put_right(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path)
    (tmp_path / "p").mkdir()
    store = monthly_store(tmp_path / "p" / "engagement.sqlite")
    build_report(bucket, "p", NOW)
    body = bucket.read("p/site/data/events/2026-10.parquet")[0]
    bucket.write("p/site/data/events/2026-09.parquet", b"spoilt")
    bucket.delete("p/site/data/events/2026-10.parquet")
    store.database.execute("delete from events where email = 3")
    store.run(NOW_MS - 60_000)
    store.done()
    build_report(bucket, "p", NOW)
    assert bucket.read("p/site/data/events/2026-10.parquet")[0] == body
    assert bucket.read("p/site/data/events/2026-09.parquet")[0] != b"spoilt"
    assert sorted(generations(bucket)) == ["2026-09", "2026-10"]  # nothing happened in November any more


def test_a_copy_elsewhere_has_the_months_but_no_way_to_the_database(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path / "data")
    (tmp_path / "data" / "p").mkdir(parents=True)
    monthly_store(tmp_path / "data" / "p" / "engagement.sqlite").done()
    build_report(bucket, "p", NOW)
    build_report(bucket, "p", NOW, tmp_path / "out")
    link = b'href="data/engagement.sqlite"'
    assert link in bucket.read("p/site/status.html")[0]
    assert link not in (tmp_path / "out" / "status.html").read_bytes()
    assert (tmp_path / "out" / "data" / "events" / "2026-09.parquet").is_file()


def test_months_have_names_that_sort() -> None:
    assert month_key(2026 * 12 + 10) == "2026-11"
    assert month_path(2026 * 12) == "data/events/2026-01.parquet"
    assert Counter(month_key(2025 * 12 + n)[:4] for n in range(24)) == {"2025": 12, "2026": 12}


def test_an_empty_project_has_no_months(site_of: Sites) -> None:
    site = site_of("empty")
    assert json.loads(site["data/events.json"])["months"] == []
    assert not [path for path in site if path.endswith(".parquet")]
    assert b"nothing to download yet" in site["status.html"]
