"""One copy a day, of how the day began; and old ones go, but nothing else does."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bucket import Bucket
from shared.bucket.folder import FolderBucket
from shared.project import Backups
from sync_job.backups.daily import DailyCopies, dated_copies
from sync_job.backups.thinning import days_to_keep
from sync_job.commands import closing_line
from tests.sync_job.backups.drill import Drill
from tests.sync_job.newsletters import opened_on
from tests.sync_job.world import DATABASE, World


def read_copy(world: World, name: str) -> bytes:
    return world.bucket.read(f"default/backups/{name}.sqlite")[0]


def test_the_copy_of_a_day_is_how_it_began(drill: Drill) -> None:
    world = drill.world
    drill.sync()
    world.later(hours=6)
    opened_on(world.newsletter, world.now)
    drill.sync()
    last_of_first_day = drill.body()
    assert drill.names() == ["backups/2026-08-20.sqlite"]
    world.later(days=1)
    for _ in range(3):
        opened_on(world.newsletter, world.now)
        drill.sync()
        world.later(hours=1)
    assert drill.names() == ["backups/2026-08-20.sqlite", "backups/2026-08-21.sqlite"]
    assert read_copy(world, "2026-08-21") == last_of_first_day


def test_the_first_day_has_nothing_before_and_keeps_what_the_first_run_brought(drill: Drill) -> None:
    drill.world.commit_at_every_page()
    drill.sync()
    assert drill.world.last_run()["counts"]["commits"] > 1
    assert read_copy(drill.world, "2026-08-20") == drill.body()


def test_the_day_is_that_of_utc(drill: Drill) -> None:
    drill.sync()
    drill.world.now = datetime(2026, 8, 21, 1, tzinfo=UTC)
    opened_on(drill.world.newsletter, drill.world.now)
    drill.sync()
    assert drill.names()[-1] == "backups/2026-08-21.sqlite"


def test_a_day_without_a_change_needs_no_copy(drill: Drill) -> None:
    drill.sync()
    drill.world.later(hours=12)
    drill.sync()
    assert drill.names() == ["backups/2026-08-20.sqlite"]


def test_a_file_that_lies_there_already_is_left_alone(drill: Drill) -> None:
    drill.sync()
    drill.world.later(days=1)
    drill.world.bucket.write("default/backups/2026-08-21.sqlite", b"put there by hand")
    opened_on(drill.world.newsletter, drill.world.now)
    drill.sync()
    assert read_copy(drill.world, "2026-08-21") == b"put there by hand"


def test_a_dry_run_copies_nothing(drill: Drill) -> None:
    drill.world.sync(dry_run=True)
    assert drill.names() == []


def test_a_copy_that_fails_is_told_and_the_run_is_done_all_the_same(cloud_drill: Drill) -> None:
    cloud_drill.sync()
    fake, world = cloud_drill.fake, cloud_drill.world
    assert fake is not None
    world.later(days=1)
    fake.now = world.now
    opened_on(world.newsletter, world.now)
    fake.on("POST", "/rewriteTo/", "403")
    report = world.sync()
    assert (report.outcome, report.exit_code, report.problems) == ("done", 0, [])
    [warning] = report.warnings
    assert "today's copy in default/backups could not be made" in warning
    assert "roles/storage.objectUser" in warning
    assert world.last_run()["problems"] == [warning]
    assert f"But {warning}" in closing_line(report)
    assert "Incomplete" not in closing_line(report)
    assert warning in world.said.getvalue()
    world.assert_true()


def test_a_rival_that_commits_first_costs_no_warning(cloud_drill: Drill) -> None:
    """Its generation may be gone, and the copy with it; the commit will lose as well, and all begins again."""
    cloud_drill.sync()
    fake, world = cloud_drill.fake, cloud_drill.world
    assert fake is not None
    fake.keeps_versions = False
    world.later(days=1)
    fake.now = world.now
    opened_on(world.newsletter, world.now)
    body = cloud_drill.body()
    fake.on("GET", "/o/.*2026-08-21.sqlite", lambda: fake.put(f"lists/{DATABASE}", body))
    report = world.sync()
    assert (report.outcome, report.warnings, report.counts.conflicts) == ("done", [], 1)
    assert cloud_drill.names() == ["backups/2026-08-20.sqlite", "backups/2026-08-21.sqlite"]
    world.assert_true()


def test_what_failed_before_a_conflict_and_not_again_is_no_warning(cloud_drill: Drill) -> None:
    cloud_drill.sync()
    fake, world = cloud_drill.fake, cloud_drill.world
    assert fake is not None
    world.later(days=1)
    fake.now = world.now
    opened_on(world.newsletter, world.now)
    body = cloud_drill.body()
    fake.on("POST", "/rewriteTo/", "403")
    fake.on("POST", "/upload/.*ifGenerationMatch=[1-9]", lambda: fake.put(f"lists/{DATABASE}", body))
    report = world.sync()
    assert (report.outcome, report.warnings, report.counts.conflicts) == ("done", [], 1)
    assert cloud_drill.names()[-1] == "backups/2026-08-21.sqlite"


@pytest.fixture
def bucket(tmp_path: Path) -> FolderBucket:
    return FolderBucket(tmp_path / "data")


def standing_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def set_tiers(bucket: Bucket, project: str, backups: Backups) -> None:
    tiers = "".join(f"{tier} = {most}\n" for tier, most in asdict(backups).items())
    bucket.write(f"{project}/project.toml", f"[backups]\n{tiers}".encode())


def test_a_project_file_with_a_mistake_costs_the_copy_and_says_so(bucket: FolderBucket) -> None:
    bucket.write("p/project.toml", b"[backups]\ndayly = 7\n")
    warnings: list[str] = []
    generation = bucket.write("p/engagement.sqlite", b"rows")
    DailyCopies(bucket, "p", standing_at(datetime(2026, 1, 1, tzinfo=UTC)), warnings.append).keep(generation)
    [warning] = warnings
    assert "did you mean daily?" in warning
    assert days_there(bucket) == []


def copies_of_days(bucket: FolderBucket, backups: Backups, days: list[date]) -> list[str]:
    """A run that changes something on each of these days; returns what went wrong."""
    warnings: list[str] = []
    set_tiers(bucket, "p", backups)
    for day in days:
        generation = bucket.write("p/engagement.sqlite", str(day).encode())
        noon = standing_at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        DailyCopies(bucket, "p", noon, warnings.append).keep(generation)
    return warnings


def days_there(bucket: FolderBucket) -> list[str]:
    return [str(day) for day, _ in dated_copies(bucket, "p")]


def test_after_a_year_of_days_there_are_seven_days_four_weeks_and_six_months(bucket: FolderBucket) -> None:
    year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert copies_of_days(bucket, Backups(), year) == []
    assert days_there(bucket) == [
        "2026-07-31",
        "2026-08-31",
        "2026-09-30",
        "2026-10-31",
        "2026-11-30",
        "2026-12-13",
        "2026-12-20",
        "2026-12-25",
        "2026-12-26",
        "2026-12-27",
        "2026-12-28",
        "2026-12-29",
        "2026-12-30",
        "2026-12-31",
    ]


def test_nothing_but_a_dated_copy_is_ever_removed(bucket: FolderBucket) -> None:
    others = [
        "p/backups/before-restore-20260101T000000-12345678.sqlite",
        "p/backups/2026-01-01.sqlite.old",
        "p/backups/2026-02-30.sqlite",
        "p/backups/26-01-01.sqlite",
        "p/backups/2026-01-01/2026-01-01.sqlite",
        "p/backups-old/2026-01-01.sqlite",
        "p/2026-01-01.sqlite",
        "q/backups/2026-01-01.sqlite",
    ]
    for name in others:
        bucket.write(name, b"not a daily copy")
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(40)]
    copies_of_days(bucket, Backups(2, 0, 0), days)
    assert days_there(bucket) == ["2026-02-08", "2026-02-09"]
    assert set(others) <= {each.name for each in bucket.list()}


def test_with_all_tiers_off_no_copy_is_made_and_none_is_removed(bucket: FolderBucket) -> None:
    copies_of_days(bucket, Backups(), [date(2026, 1, 1), date(2026, 1, 2)])
    copies_of_days(bucket, Backups(0, 0, 0), [date(2026, 1, 3)])
    assert days_there(bucket) == ["2026-01-01", "2026-01-02"]


def test_an_old_copy_that_cannot_be_removed_is_told(cloud_drill: Drill) -> None:
    fake, world = cloud_drill.fake, cloud_drill.world
    assert fake is not None
    warnings: list[str] = []
    set_tiers(world.bucket, "default", Backups(1, 0, 0))
    for day in (1, 2):
        generation = world.bucket.write(DATABASE, b"rows")
        fake.on("DELETE", "backups", "403")
        clock = standing_at(datetime(2026, 1, day, tzinfo=UTC))
        DailyCopies(world.bucket, "default", clock, warnings.append).keep(generation)
    [warning] = warnings
    assert warning.startswith("the old copy default/backups/2026-01-01.sqlite could not be removed")


def test_a_file_put_in_the_place_of_an_old_copy_is_not_removed(cloud_drill: Drill) -> None:
    fake, world = cloud_drill.fake, cloud_drill.world
    assert fake is not None
    old = "default/backups/2026-01-01.sqlite"
    world.bucket.write(old, b"old")
    generation = world.bucket.write(DATABASE, b"rows")
    fake.on("DELETE", "2026-01-01", lambda: fake.put(f"lists/{old}", b"somebody's"))
    warnings: list[str] = []
    set_tiers(world.bucket, "default", Backups(1, 0, 0))
    clock = standing_at(datetime(2026, 1, 2, tzinfo=UTC))
    DailyCopies(world.bucket, "default", clock, warnings.append).keep(generation)
    assert world.bucket.read(old)[0] == b"somebody's"
    assert warnings == []


DAYS = st.sets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=80)
TIERS = st.integers(0, 9)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def first_of_month(day: date) -> date:
    return day.replace(day=1)


@given(DAYS, TIERS, TIERS, TIERS)
def test_each_tier_keeps_the_newest_of_its_periods(
    days: set[date], daily: int, weekly: int, monthly: int
) -> None:
    kept = days_to_keep(days, Backups(daily, weekly, monthly))
    assert kept <= days
    newest = sorted(days, reverse=True)
    assert set(newest[:daily]) <= kept
    for most, begin in ((weekly, monday), (monthly, first_of_month)):
        periods = sorted({begin(day) for day in days}, reverse=True)[:most]
        assert {max(day for day in days if begin(day) == period) for period in periods} <= kept
    assert len(kept) <= daily + weekly + monthly
    if daily or weekly or monthly:
        assert set(newest[:1]) <= kept


@given(st.lists(st.integers(1, 20), min_size=1, max_size=60), TIERS, TIERS, TIERS)
def test_thinning_every_day_keeps_what_thinning_once_would(
    gaps: list[int], daily: int, weekly: int, monthly: int
) -> None:
    """What a later day needs was not thrown away on an earlier one."""
    backups = Backups(daily, weekly, monthly)
    day, there, every = date(2024, 1, 1), set[date](), set[date]()
    for gap in gaps:
        day += timedelta(days=gap)
        every.add(day)
        there = days_to_keep(there | {day}, backups)
    assert there == days_to_keep(every, backups)
