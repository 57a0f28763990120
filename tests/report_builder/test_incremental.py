"""A report is built again only for what is new: the same data costs next to nothing and changes one small file."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.fresh import add_hour
from report_builder import inputs as inputs_module
from report_builder import job, rows
from report_builder.build import build, build_site
from report_builder.inputs import moment_of
from report_builder.publish import MANIFEST
from report_builder.reading import Reading
from report_builder.warehouse import open_warehouse
from shared.bucket.folder import FolderBucket
from shared.last_run import LastRun, looked_ms, read_last_run
from tests.report_builder.judged import World
from tests.report_builder.stores import NOW, NOW_MS
from tests.report_builder.test_publish import Interrupted, Watched

HOUR = timedelta(hours=1)
SITE = "weekly/site/"
STATUS_ONLY = [f"write {SITE}data/status.json", f"write {SITE}{MANIFEST}"]


@pytest.fixture
def bucket(tmp_path: Path, store_of: Callable[[str], Path | None]) -> FolderBucket:
    store = store_of("full")
    assert store is not None
    (tmp_path / "data" / "weekly").mkdir(parents=True)
    shutil.copy(store, tmp_path / "data" / "weekly" / "engagement.sqlite")
    return FolderBucket(tmp_path / "data")


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An entry for each time that pages are made."""
    made: list[str] = []

    def note(reading: Reading) -> dict[str, bytes]:
        made.append("built")
        return build_site(reading)

    monkeypatch.setattr(job, "build_site", note)
    return made


def ran(bucket: FolderBucket, end: datetime, outcome: str = "done") -> None:
    """A run that found nothing new leaves only this."""
    note = {"outcome": outcome, "started_at": end.isoformat(), "finished_at": end.isoformat(), "problems": []}
    bucket.write("weekly/last_run.json", json.dumps(note).encode())


def written(bucket: FolderBucket, now: datetime) -> list[str]:
    """What a build of now does to the site."""
    watched = Watched(bucket.root)
    job.build_report(watched, "weekly", now)
    return [step for step in watched.log if SITE in step]


def test_without_new_data_only_the_freshness_is_written(bucket: FolderBucket, builds: list[str]) -> None:
    written(bucket, NOW)
    assert written(bucket, NOW + HOUR) == []
    ran(bucket, NOW + HOUR)
    assert written(bucket, NOW + HOUR) == STATUS_ONLY
    assert written(bucket, NOW + 2 * HOUR) == []
    ran(bucket, NOW + 2 * HOUR, "failed")
    assert written(bucket, NOW + 2 * HOUR) == STATUS_ONLY
    assert builds == ["built"]


def test_made_from_scratch_it_would_be_the_same(bucket: FolderBucket) -> None:
    """The shortcut is only that: every other byte would come out as it is."""
    path, end = bucket.root / "weekly" / "engagement.sqlite", NOW + 3 * HOUR
    sites = []
    for now, run in ((NOW, None), (end, LastRun(finished_ms=int(end.timestamp() * 1000), outcome="done"))):
        with open_warehouse(path) as warehouse:
            sites.append(build(warehouse, now, last_run=run))
    first, later = sites
    assert first.keys() == later.keys()
    assert [name for name in first if first[name] != later[name]] == ["data/status.json"]


@pytest.mark.parametrize("touched", ["store", "settings", "code", "day", "page", "stray page"])
def test_anything_new_is_built(
    bucket: FolderBucket, builds: list[str], monkeypatch: pytest.MonkeyPatch, touched: str
) -> None:
    written(bucket, NOW)
    now = NOW + HOUR
    if touched == "store":
        with closing(sqlite3.connect(bucket.root / "weekly" / "engagement.sqlite")) as database, database:
            database.execute("update project_facts set value = 'Renamed' where name = 'newsletter_name'")
    elif touched == "settings":
        rule = b'[[segment]]\nname = "Clickers"\nrule = { clicked_any_of_last = 1 }\n'
        bucket.write("weekly/project.toml", rule)
    elif touched == "code":
        monkeypatch.setattr(inputs_module, "OUR_CODE", ("report_builder",))
    elif touched == "day":
        now = NOW + 6 * HOUR
        ran(bucket, now)
    else:
        bucket.write(f"{SITE}{'index' if touched == 'page' else 'stray'}.html", b"edited")
    assert written(bucket, now)
    assert builds == ["built", "built"]
    assert written(bucket, now + timedelta(minutes=1)) == []
    assert builds == ["built", "built"]


def test_an_interrupted_publish_is_no_reason_to_skip(bucket: FolderBucket) -> None:
    written(bucket, NOW)
    ran(bucket, NOW + HOUR)
    with pytest.raises(Interrupted):  # between the file and the manifest
        job.build_report(Watched(bucket.root, steps=2), "weekly", NOW + HOUR)
    bucket.delete("weekly/leases/report_builder.json")
    assert f"write {SITE}data/status.json" in written(bucket, NOW + HOUR)
    assert written(bucket, NOW + HOUR) == []


def test_a_copy_in_a_folder_is_not_made_again_either(
    bucket: FolderBucket, builds: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    job.build_report(bucket, "weekly", NOW, out)
    (out / "mine.txt").write_text("mine")
    again = job.build_report(bucket, "weekly", NOW + HOUR, out)
    assert (again.published.written, builds) == (0, ["built"])
    assert (out / "mine.txt").exists()


def run_at(text: str, outcome: str = "done", command: str = "sync") -> LastRun | None:
    run = {"outcome": outcome, "finished_at": text, "command": command}
    return read_last_run(json.dumps(run).encode())


@pytest.mark.parametrize(
    ("run", "moment"),
    [
        (None, "2026-11-18T15:00:00Z"),
        (run_at("2026-11-18T18:00:00Z"), "2026-11-18T15:00:00Z"),  # the same day
        (run_at("2026-11-18T23:30:00Z"), "2026-11-18T23:00:00Z"),  # after midnight in Berlin
        (run_at("2026-11-20T10:00:00Z"), "2026-11-19T23:00:00Z"),
        (run_at("2026-11-20T10:00:00Z", "failed"), "2026-11-18T15:00:00Z"),
        (run_at("2026-11-20T10:00:00Z", command="restore"), "2026-11-18T15:00:00Z"),  # asked nobody for news
        (run_at("2027-01-01T10:00:00Z"), "2026-11-20T23:00:00Z"),  # a clock that is wrong
    ],
)
def test_the_moment_of_a_report_moves_with_data_and_days(run: LastRun | None, moment: str) -> None:
    synced = datetime(2026, 11, 18, 15, tzinfo=UTC)
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    found = moment_of(int(synced.timestamp() * 1000), run, now, "Europe/Berlin")
    assert found == datetime.fromisoformat(moment)


def test_the_moment_is_never_after_now_and_needs_a_run() -> None:
    assert moment_of(NOW_MS + 5_000, None, NOW, "UTC") == NOW
    assert moment_of(None, None, NOW, "UTC") == NOW
    assert looked_ms(None, None, NOW) is None


def test_an_email_states_its_newest_event(world: World) -> None:
    newest: dict[int, int] = {}
    for event in world.events:
        if event.email is not None:
            newest[event.email] = max(newest.get(event.email, 0), event.at)
    found = world.warehouse.rows(rows.NewestEvent, "email/newest")
    assert {row.email_id: row.newest_ms for row in found} == newest


def test_a_thousand_events_write_few_objects(bucket: FolderBucket) -> None:
    """Of a small list, where everybody does something; the benchmark asserts the same of 100,000 people."""
    until = datetime(2026, 11, 18, 18, tzinfo=UTC)
    job.build_report(bucket, "weekly", until)
    before = {stat.name.removeprefix(SITE): stat.generation for stat in bucket.list(SITE)}
    add_hour(bucket.root / "weekly" / "engagement.sqlite", events=1_000, since=until)
    made = job.build_report(bucket, "weekly", until + HOUR).published
    after = {stat.name.removeprefix(SITE): stat.generation for stat in bucket.list(SITE)}
    changed = [name for name in after if after[name] != before.get(name)]
    assert len(changed) == made.written + 1  # the manifest
    assert 100 < made.written <= 200


def test_one_event_writes_the_pages_it_is_on(bucket: FolderBucket) -> None:
    until = datetime(2026, 11, 18, 18, tzinfo=UTC)
    job.build_report(bucket, "weekly", until)
    before = {stat.name.removeprefix(SITE): stat.generation for stat in bucket.list(SITE)}
    add_hour(bucket.root / "weekly" / "engagement.sqlite", events=1, since=until)
    job.build_report(bucket, "weekly", until + HOUR)
    after = {stat.name.removeprefix(SITE): stat.generation for stat in bucket.list(SITE)}
    changed = [name for name in after if after[name] != before.get(name)]
    assert (
        len([name for name in changed if name.startswith("subscribers/")]) <= 3
    )  # scores move with the list's mean
    assert len([name for name in changed if name.startswith("emails/")]) <= 2
    assert not {"subscriber.html", "definitions.html", "data/people/names.json"} & set(changed)
    assert {"index.html", "status.html", "data/status.json"} <= set(changed)
