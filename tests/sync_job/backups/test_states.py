"""What is there to go back to, and which of it is meant by what somebody types."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import UsageError
from sync_job.backups.states import Kind, State, choose, list_states, moment_of
from tests.sync_job.backups.drill import Drill

BERLIN = ZoneInfo("Europe/Berlin")
DATABASE = "default/engagement.sqlite"


def state(kind: Kind, at: str, handle: str) -> State:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return State(kind, f"default/{handle}", int(handle) if handle.isdigit() else 7, moment, 1000, handle)


STATES = [
    state("live", "2026-08-22T09:00:10", "1000000000000005"),
    state("before restore", "2026-08-22T08:00:00", "before-restore-20260822T080000-0a1b2c3d"),
    state("version", "2026-08-21T22:30:00", "1000000000000004"),  # half past midnight on the 22nd in Berlin
    state("version", "2026-08-21T12:00:00", "1000000000000003"),
    state("daily", "2026-08-21T05:00:00", "2026-08-21"),
    state("daily", "2026-08-14T05:00:00", "2026-08-14"),
]


@pytest.mark.parametrize(
    ("wish", "handle"),
    [
        ("1000000000000003", "1000000000000003"),
        ("before-restore-20260822T080000-0a1b2c3d", "before-restore-20260822T080000-0a1b2c3d"),
        ("2026-08-21", "2026-08-21"),  # the copy of that very day
        ("2026-08-22", "1000000000000003"),  # its beginning in Berlin: half past midnight is too late
        ("2026-08-20", "2026-08-14"),
        ("2026-08-22 00:30", "1000000000000004"),
        ("2026-08-22 00:29:59", "1000000000000003"),
        ("2026-08-22T09:00:10Z", "1000000000000005"),
        ("2026-08-22T09:00:09+00:00", "1000000000000004"),  # not the copy made before a restore
        (" 2026-08-22 11:00:10 ", "1000000000000005"),
        ("2099-01-01", "1000000000000005"),
        ("2026-08-14T05:00:00Z", "2026-08-14"),
    ],
)
def test_the_newest_state_not_after_it_is_meant(wish: str, handle: str) -> None:
    assert choose(STATES, wish, BERLIN).handle == handle


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("2026-08-14T04:59:59Z", "the oldest is of 2026-08-14 07:00:00"),
        ("1000000000000009", "there is no generation 1000000000000009 any more"),
        ("20260821", "there is no generation 20260821"),
        ("before-restore-1", "no copy named before-restore-1"),
        ("yesterday", "write 2026-08-20, "),
        ("2026-02-30", "write 2026-08-20, "),
        ("", "write 2026-08-20, "),
        ("0001-01-01", "write 2026-08-20, "),  # before any time in UTC
    ],
)
def test_what_is_not_there_is_told_in_words(wish: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        choose(STATES, wish, BERLIN)
    assert "rapport backups" in refused.value.hint


def test_of_nothing_there_is_nothing_to_choose() -> None:
    with pytest.raises(UsageError, match="there is none"):
        choose([], "2026-08-20", BERLIN)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_understood_or_refused(wish: str) -> None:
    with suppress(UsageError):
        assert choose(STATES, wish, BERLIN) in STATES


@given(st.datetimes(datetime(2026, 8, 1), datetime(2026, 9, 1)))
def test_no_state_is_ever_after_the_time_asked_for(moment: datetime) -> None:
    wish = moment.isoformat(sep=" ", timespec="seconds")
    asked = moment_of(wish, BERLIN)
    before = [each for each in STATES if each.kind != "before restore" and each.at <= asked]
    if before:
        assert choose(STATES, wish, BERLIN) == max(before, key=lambda each: each.at)


def test_the_hour_that_comes_twice_is_its_first() -> None:
    assert moment_of("2026-10-25 02:30", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_folder_lists_its_live_store_and_its_copies(folder_drill: Drill) -> None:
    folder_drill.days(1)
    kept_as = folder_drill.restore("2026-08-20").kept_as
    bucket = folder_drill.world.bucket
    bucket.write("default/backups/notes.txt", b"mine")
    assert [(each.kind, each.handle) for each in list_states(bucket, "default")][-1] == (
        "daily",
        "2026-08-20",
    )
    kinds = sorted((each.kind, each.handle) for each in list_states(bucket, "default"))
    live = bucket.stat(DATABASE)
    assert live is not None
    assert kinds == [
        ("before restore", kept_as),
        ("daily", "2026-08-20"),
        ("daily", "2026-08-21"),
        ("live", str(live.generation)),
    ]


def test_a_cloud_lists_every_version_newest_first(cloud_drill: Drill) -> None:
    cloud_drill.days(2)
    states = list_states(cloud_drill.world.bucket, "default")
    assert [each.kind for each in states] == ["live", "daily", "version", "daily", "version", "daily"]
    assert [each.at.date().day for each in states] == [22, 22, 21, 21, 20, 20]
    assert states[0].handle == str(cloud_drill.world.generation())
    cloud_drill.world.bucket.delete(DATABASE)
    states = list_states(cloud_drill.world.bucket, "default")
    assert "live" not in {each.kind for each in states}
    assert len(states) == 6


def test_times_are_whole_seconds_as_they_are_shown(folder_drill: Drill) -> None:
    folder_drill.world.sync()
    for each in list_states(folder_drill.world.bucket, "default"):
        assert each.at.microsecond == 0
        assert timedelta(0) <= datetime.now(UTC) - each.at < timedelta(minutes=10)
