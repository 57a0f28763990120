"""What is older than the owner allows is of nobody, and stays so; totals hold."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo import Row, event, stamp, subscriber, write_export
from shared.project import Retention
from sync_job.counts import Counts
from sync_job.network import AddressHider
from sync_job.privacy.retention import apply_retention
from sync_job.session import Session
from tests.sync_job.exports.files import event_row, import_files, write_csv
from tests.sync_job.newsletters import SENT
from tests.sync_job.privacy.conftest import Call
from tests.sync_job.privacy.people import ANNA, BEN, SHARED_URL, assert_gone, assert_nothing_dangles, erase
from tests.sync_job.world import World

OF_NOBODY = "select count(*) from event_log where subscriber_id is null"
EVENTS = Retention(events_months=12)
PEOPLE = Retention(people_months=12)


def retain(world: World, retention: Retention, **asked: Any) -> Counts:
    hider = AddressHider(world.secret)

    def work(session: Session) -> None:
        session.store.tombstones.open(hider)
        apply_retention(session)

    return world.job(work, hider.fingerprint(), retention=retention, **asked).run().counts


def leave(world: World, row: Row) -> None:
    row.update(type="unsubscribed", unsubscription_date=stamp(world.now))
    row["transitions"].append({"date": stamp(world.now), "type": "unsubscribed"})
    world.newsletter.touch()


def settings(world: World, body: str) -> None:
    world.bucket.write("default/project.toml", body.encode())


def test_old_events_are_of_nobody_and_still_count(world: World) -> None:
    world.sync()
    assert retain(world, EVENTS).events_unlinked == 0
    world.later(days=366)
    before = world.query("select event_id, type, occurred_at, email_id, url from event_log order by 1")
    assert retain(world, EVENTS).events_unlinked == 8
    assert (
        world.query("select event_id, type, occurred_at, email_id, url from event_log order by 1") == before
    )
    assert world.one(OF_NOBODY) == 9
    assert world.one("select count(*) from addresses") == 0
    assert world.one("select count(*) from details") == 0
    assert world.query("select email from subscriber_list order by 1") == [(ANNA,), (BEN,)]
    assert_nothing_dangles(world)


def test_the_limit_is_a_calendar_day_of_utc(world: World) -> None:
    """Twelve months before 10 August noon is 10 August, midnight, a year earlier: what happened that day is kept."""
    world.sync()
    world.now = datetime(2027, 8, 10, 23, 59, tzinfo=UTC)
    assert retain(world, EVENTS).events_unlinked == 0
    world.now = datetime(2027, 8, 11, tzinfo=UTC)
    assert retain(world, EVENTS).events_unlinked == 8


def test_a_dry_run_counts_and_keeps(world: World) -> None:
    world.sync()
    world.later(days=366)
    leave(world, world.newsletter.subscribers[0])
    before = world.generation()
    assert retain(world, EVENTS, dry_run=True).events_unlinked == 8
    assert world.generation() == before
    assert world.one(OF_NOBODY) == 1


def test_doing_it_twice_changes_nothing(world: World) -> None:
    world.sync()
    world.later(days=366)
    retain(world, EVENTS)
    before = world.generation()
    assert retain(world, EVENTS).as_dict() == {}
    assert world.generation() == before


@pytest.mark.parametrize("still_set", [True, False])
def test_reading_the_feed_or_a_file_again_links_nothing_again(
    world: World, tmp_path: Path, still_set: bool
) -> None:
    world.sync()
    world.later(days=366)
    retain(world, EVENTS)
    late = event(
        "opened", subscriber=world.newsletter.subscribers[1], email=world.newsletter.emails[0], at=SENT
    )
    world.newsletter.events.append(late)
    world.newsletter.reissue_event_ids("em_evt")
    world.later(days=2)
    asked = {"retention": EVENTS} if still_set else {}
    world.sync(full=True, **asked)
    import_files(world, write_export(world.newsletter, "events", tmp_path / "events"))
    assert world.one("select count(*) from event_log") == 10
    assert world.one(OF_NOBODY) == 10


def test_a_longer_time_links_nothing_back_and_a_shorter_one_goes_on(world: World) -> None:
    world.sync()
    world.later(days=366)
    retain(world, EVENTS)
    assert retain(world, Retention(events_months=24)).as_dict() == {}
    world.sync(full=True, retention=Retention(events_months=24))
    assert world.one(OF_NOBODY) == 9
    world.newsletter.events.append(event("opened", subscriber=world.newsletter.subscribers[1], at=world.now))
    world.later(days=1)
    world.sync()
    world.later(days=40)
    assert retain(world, Retention(events_months=1)).events_unlinked == 1


def test_a_sync_does_it_at_its_end_and_uploads_no_more_than_needed(world: World) -> None:
    assert world.sync(retention=EVENTS).counts.events_unlinked == 0
    world.later(days=400)
    assert world.sync(retention=EVENTS).counts.events_unlinked == 8
    before = world.generation()
    world.later(minutes=15)
    assert world.sync(retention=EVENTS).counts.events_unlinked == 0
    assert world.generation() == before


def test_people_who_left_long_ago_are_forgotten(world: World) -> None:
    [anna, _] = world.newsletter.subscribers
    leave(world, anna)
    world.sync()
    world.later(days=365)
    assert retain(world, PEOPLE).as_dict() == {}
    world.later(days=1)
    counts = retain(world, PEOPLE)
    assert (counts.subscribers_forgotten, counts.events_unlinked) == (1, 5)
    assert_gone(world, anna)


@pytest.mark.parametrize(
    ("fields", "is_forgotten"),
    [
        ({"type": "unsubscribed", "unsubscription_date": stamp(SENT)}, True),
        ({"type": "undeliverable", "undeliverability_date": stamp(SENT)}, True),
        ({"type": "complained"}, True),
        ({"type": "blocked"}, True),
        ({"type": "removed"}, True),
        ({"type": "unactivated"}, True),  # never confirmed
        ({"type": "regular"}, False),
        ({"type": "regular", "unsubscription_date": stamp(SENT)}, False),  # was away, and is back
        ({"type": "paused"}, False),
        ({"type": "a word of tomorrow"}, False),
        ({"type": "unsubscribed", "unsubscription_date": stamp(SENT + timedelta(days=200))}, False),
    ],
)
def test_who_counts_as_having_left(world: World, fields: Row, is_forgotten: bool) -> None:
    world.newsletter.subscribers.append(subscriber("karl@example.com", at=SENT, **fields))
    world.now = SENT + timedelta(days=366)
    world.sync(retention=PEOPLE)
    there = world.query("select 1 from subscriber_list where email = 'karl@example.com'")
    assert there == ([] if is_forgotten else [(1,)])


def test_people_whom_the_provider_deleted_long_ago_are_forgotten(world: World) -> None:
    world.sync()
    anna = world.newsletter.subscribers.pop(0)
    world.later(days=2)
    world.sync(retention=PEOPLE)
    assert world.one("select count(*) from subscriber_list where deleted_at is not null") == 1
    world.later(days=370)
    assert world.sync(retention=PEOPLE).counts.subscribers_forgotten == 1
    assert_gone(world, anna)


def test_they_are_not_brought_back_by_the_list_the_feed_or_a_file(world: World, tmp_path: Path) -> None:
    [anna, _] = world.newsletter.subscribers
    leave(world, anna)
    files = [write_export(world.newsletter, each, tmp_path / each) for each in ("events", "subscribers")]
    files.append(write_csv(tmp_path / "old.csv", [{"email": ANNA, "subscriber_type": "regular", "tags": ""}]))
    files.append(write_csv(tmp_path / "more.csv", [event_row(ANNA, "2026-08-11 08:00:00+00:00")]))
    world.sync()
    world.later(days=370)
    assert world.sync(retention=PEOPLE).counts.subscribers_forgotten == 1
    for full in (False, True):
        world.later(days=2)
        counts = world.sync(full=full, retention=PEOPLE).counts
        assert (counts.subscribers_forgotten, counts.events_unlinked) == (0, 0)
        assert_gone(world, anna)
    import_files(world, *files)
    assert_gone(world, anna, events=10)


def test_who_is_on_the_list_again_is_welcome_and_linked_from_then_on(world: World) -> None:
    [anna, _] = world.newsletter.subscribers
    leave(world, anna)
    world.sync()
    world.later(days=370)
    world.sync(retention=PEOPLE)
    anna.update(type="regular", unsubscription_date=None)
    world.later(days=1)
    world.newsletter.events.append(event("clicked", subscriber=anna, at=world.now, url=SHARED_URL))
    world.newsletter.touch()
    world.later(days=1)
    world.sync(full=True, retention=PEOPLE)
    assert world.one("select count(*) from subscriber_list where email = ?", ANNA) == 1
    assert world.one("select count(*) from event_log where subscriber_email = ?", ANNA) == 1
    world.later(days=2)
    world.sync(full=True, retention=PEOPLE)
    assert world.one("select count(*) from event_log where subscriber_email = ?", ANNA) == 1
    leave(world, anna)
    world.later(days=370)
    assert world.sync(retention=PEOPLE).counts.subscribers_forgotten == 1
    assert_gone(world, anna, events=10)


def test_who_asked_to_be_erased_after_being_forgotten_does_not_come_back(world: World) -> None:
    [anna, _] = world.newsletter.subscribers
    leave(world, anna)
    world.sync()
    world.later(days=370)
    world.sync(retention=PEOPLE)
    assert erase(world).subscribers_erased == 0
    anna.update(type="regular", unsubscription_date=None)
    world.newsletter.touch()
    world.later(days=2)
    world.sync(full=True, retention=PEOPLE)
    assert_gone(world, anna)


def test_a_second_subscription_with_the_same_address_is_not_forgotten_with_the_first(world: World) -> None:
    [anna, _] = world.newsletter.subscribers
    leave(world, anna)
    world.newsletter.subscribers.append(subscriber(ANNA, at=SENT))
    world.sync()
    world.later(days=370)
    assert world.sync(retention=PEOPLE).counts.subscribers_forgotten == 1
    world.later(days=2)
    world.sync(full=True, retention=PEOPLE)
    assert world.query("select email, status from subscriber_list where email = ?", ANNA) == [
        (ANNA, "regular")
    ]


def test_the_command_says_what_it_does(world: World, call: Call) -> None:
    nothing = call("retention")
    assert nothing.stdout.startswith(
        "Everything is kept: project.toml has neither events_months nor people_months"
    )
    settings(world, "[retention]\nevents_months = 1\npeople_months = 2\n")
    assert call("retention").stdout == "There is nothing to forget: nothing was synced yet.\n"
    leave(world, world.newsletter.subscribers[0])
    world.sync()
    before = world.generation()
    dry = call("retention", "--dry-run")
    assert (dry.exception, dry.return_value) == (None, 0)
    assert dry.stdout.startswith("Dry run, nothing stored: events from before ")
    assert world.generation() == before
    done = call("retention")
    assert (done.exception, done.return_value) == (None, 0)
    assert "8 events were unlinked." in done.stdout
    assert "1 person is forgotten who left before " in done.stdout
    assert world.one("select count(*) from sync_runs where command = 'retention'") == 1
    assert world.last_run()["command"] == "sync"
    assert "0 people are forgotten" in call("retention").stdout


def test_a_fault_in_the_file_stops_it(world: World, call: Call) -> None:
    settings(world, "[retention]\nevents_months = 0\n")
    result = call("retention")
    assert getattr(result.exception, "exit_code", None) == 2
    assert "line 2" in str(result.exception)


def test_a_sync_from_the_command_line_reads_the_file(
    world: World, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUTTONDOWN_API_KEY", world.key)
    monkeypatch.setenv("BUTTONDOWN_API_URL", world.api.url)
    for row in world.newsletter.events[:3]:
        row["creation_date"] = "1985-01-01T00:00:00.000000Z"
    settings(world, "[retention]\nevents_months = 420\npeople_months = 1\n")
    assert "3 unlinked" in call("sync").stdout
    assert world.one(OF_NOBODY) == 4
