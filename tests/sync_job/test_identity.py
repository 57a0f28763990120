"""One event is stored once, whatever its id is called; two events are two, however alike they are."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from demo import Faults, Newsletter, Row, dashed, email, event, subscriber, type_id
from sync_job.statements import statement
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT, make_small, opened_on
from tests.sync_job.world import World, ids


def old_looking(events: int = 9) -> Newsletter:
    newsletter = make_small(events)
    newsletter.reissue_event_ids("em_evt")
    return newsletter


def aliases(world: World) -> int:
    return int(world.one("select count(*) from event_aliases"))


def test_all_ids_reissued_leaves_every_event_once_under_its_new_id(found: Found) -> None:
    world = found(old_looking(), Faults(largest_page=3))
    world.sync()
    old = set(world.events())
    world.newsletter.reissue_event_ids("ext_evt")
    world.later(hours=1)
    report = world.sync()
    assert report.outcome == "done"
    assert (report.counts.events_new, report.counts.events_paired) == (0, 9)
    assert set(world.events()).isdisjoint(old)
    assert aliases(world) == 9
    world.assert_true()
    generation = world.generation()
    world.later(hours=1)
    world.sync()
    assert world.generation() == generation


def test_ids_that_were_replaced_may_be_served_again(found: Found) -> None:
    newsletter = old_looking()
    world = found(newsletter)
    world.sync()
    old = [dict(row) for row in newsletter.events]
    newsletter.reissue_event_ids("ext_evt")
    world.later(hours=1)
    world.sync()
    stored = world.events()
    new, newsletter.events = newsletter.events, old
    for _ in range(2):
        world.later(hours=1)
        report = world.sync(full=True)
        assert (report.counts.events_new, report.counts.events_paired) == (0, 0)
        assert world.events() == stored
    newsletter.events = new
    world.later(hours=1)
    world.sync(full=True)
    assert world.events() == stored
    assert aliases(world) == 9


def test_ids_reissued_twice_lead_to_the_newest(found: Found) -> None:
    newsletter = old_looking()
    world = found(newsletter)
    world.sync()
    first = [dict(row) for row in newsletter.events]
    for prefix in ("ext_evt", "future_evt"):
        newsletter.reissue_event_ids(prefix)
        world.later(hours=1)
        world.sync()
        world.assert_true()
    newsletter.events = first
    stored = world.events()
    world.later(hours=1)
    world.sync(full=True)
    assert world.events() == stored


def test_new_events_that_came_with_the_new_ids_are_new(found: Found) -> None:
    world = found(old_looking())
    world.sync()
    world.newsletter.reissue_event_ids("ext_evt")
    world.later(hours=1)
    opened_on(world.newsletter, world.now)
    report = world.sync()
    assert (report.counts.events_new, report.counts.events_paired) == (1, 9)
    world.assert_true()


def test_ids_reissued_in_the_middle_of_the_first_walk(found: Found) -> None:
    world = found(old_looking(20), Faults(largest_page=4))

    def reissue(request: Any) -> None:
        if request.path == "/events" and request.value("page") == "3" and not done:
            done.append(request)
            world.newsletter.reissue_event_ids("ext_evt")

    done: list[Any] = []
    world.api.faults.before_response = reissue
    assert world.sync().outcome == "done"
    world.assert_true()


def test_two_ids_of_one_kind_are_two_events(found: Found) -> None:
    newsletter = make_small(0)
    for _ in range(3):
        opened_on(newsletter, SENT)
    world = found(newsletter)
    assert world.sync().counts.events_new == 3
    world.assert_true()


def test_two_equal_events_are_paired_one_to_one(found: Found) -> None:
    newsletter = make_small(0)
    for _ in range(3):
        opened_on(newsletter, SENT)
    newsletter.reissue_event_ids("em_evt")
    world = found(newsletter)
    world.sync()
    newsletter.reissue_event_ids("ext_evt")
    opened_on(newsletter, SENT)
    world.later(hours=1)
    report = world.sync()
    assert (report.counts.events_paired, report.counts.events_new) == (3, 1)
    world.assert_true()


@pytest.mark.parametrize(
    "difference",
    [
        {"event_type": "clicked"},
        {"subscriber_id": None},
        {"email_id": None},
        {"creation_date": "2026-08-10T06:30:00.001000Z"},
        {"metadata": {"url": "https://example.com/"}},
        {"automation_id": "aut_0f3rpkrjtt95w8y3gh48sm8nb6"},
    ],
)
def test_events_that_differ_in_anything_are_two(found: Found, difference: Row) -> None:
    newsletter = make_small(0)
    opened_on(newsletter, SENT)
    newsletter.reissue_event_ids("em_evt")
    world = found(newsletter)
    world.sync()
    newsletter.events[0] = {**newsletter.events[0], **difference}
    newsletter.reissue_event_ids("ext_evt")
    world.later(hours=1)
    world.sync()
    assert len(world.events()) == 2


def test_the_browser_and_the_address_do_not_make_another_event(found: Found) -> None:
    newsletter = make_small(0)
    row = opened_on(newsletter, SENT)
    row["metadata"] = {"client_os": "iOS", "ip_address": "203.0.113.9"}
    newsletter.reissue_event_ids("em_evt")
    world = found(newsletter)
    world.sync()
    row["metadata"] = {"os": "iOS 19"}
    newsletter.reissue_event_ids("ext_evt")
    world.later(hours=1)
    world.sync()
    world.assert_true()


@pytest.mark.parametrize("spelling", ["typeid", "uuid", "upper", "prefixed uuid"])
def test_an_id_in_any_spelling_is_the_same_person_and_email(found: Found, spelling: str) -> None:
    number = uuid4()
    spelled = {
        "typeid": type_id("sub", number),
        "uuid": str(number),
        "upper": str(number).upper(),
        "prefixed uuid": f"sub_{number}",
    }[spelling]
    newsletter = make_small(0)
    newsletter.subscribers[0]["id"] = type_id("sub", number)
    newsletter.events.append(event("opened", subscriber=spelled, email=newsletter.emails[0], at=SENT))
    world = found(newsletter)
    world.sync()
    assert world.query("select subscriber_id, subscriber_email from event_log") == [
        (str(number), "reader0@example.com")
    ]


def test_bare_uuids_and_type_ids_of_one_event_are_one(found: Found) -> None:
    world = found(make_small(5))
    world.sync()
    for row in world.newsletter.events:
        row["id"] = dashed(row["id"])
    world.later(hours=1)
    report = world.sync()
    assert report.counts.events_new == 0
    world.assert_true()


def test_an_id_that_is_no_uuid_is_kept_in_the_details(found: Found) -> None:
    newsletter = make_small(0)
    for name in ("event 5", "ext_evt_ilou0000000000000000000000", "ext_evt_zzzzzzzzzzzzzzzzzzzzzzzzzz"):
        newsletter.events.append(event("opened", at=SENT, id=name))
    world = found(newsletter)
    world.sync()
    rows = world.query("select event_id, properties ->> 'id' from event_log order by 2")
    assert [text for _, text in rows] == [
        "event 5",
        "ext_evt_ilou0000000000000000000000",
        "ext_evt_zzzzzzzzzzzzzzzzzzzzzzzzzz",
    ]
    assert {UUID(event_id).version for event_id, _ in rows} == {5}
    generation = world.generation()
    world.later(hours=1)
    world.sync()
    assert world.generation() == generation


@pytest.mark.parametrize("name", ["subscriber_id", "email_id"])
def test_what_was_unknown_becomes_known_and_stays_so(world: World, name: str) -> None:
    row = world.newsletter.events[2]
    known, row[name] = row[name], None
    world.sync()
    world.assert_true()
    row[name] = known
    world.later(hours=1)
    report = world.sync()
    assert report.counts.events_completed == 1
    world.assert_true()
    stored = world.events()
    row[name] = None
    world.later(hours=1)
    report = world.sync(full=True)
    assert report.counts.events_completed == 0
    assert world.events() == stored


def test_events_of_nobody_and_of_strangers_are_kept(found: Found) -> None:
    newsletter = make_small(0)
    stranger, lost = subscriber("stranger@example.com"), email("Lost")
    newsletter.events += [
        event("opened", at=SENT),
        event("opened", subscriber=stranger, email=lost, at=SENT),
        event("clicked", subscriber=stranger, at=SENT, url="https://example.com/?a=1"),
    ]
    world = found(newsletter)
    world.sync()
    world.assert_true()
    assert ids([stranger]) <= {row[0] for row in world.query("select subscriber_id from subscriber_list")}


def test_times_are_cut_to_milliseconds_not_rounded(found: Found) -> None:
    newsletter = make_small(0)
    newsletter.events.append(event("opened", at="2026-08-20T14:21:09.314999Z"))
    world = found(newsletter)
    world.sync()
    assert world.one("select occurred_at from event_log") == "2026-08-20T14:21:09.314Z"


def test_a_clock_that_goes_on_by_microseconds_moves_nothing(found: Found) -> None:
    newsletter = make_small(0)
    opened_on(newsletter, SENT + timedelta(microseconds=1))
    opened_on(newsletter, SENT + timedelta(microseconds=2))
    world = found(newsletter)
    world.sync()
    assert len(world.events()) == 2


def test_looking_for_moved_events_goes_through_them_once(found: Found) -> None:
    """There is no index by id: asked for each suspect, 20,000 of them among 200,000 events took minutes."""
    world = found(make_small())
    world.sync()
    assert world.events()  # which leaves a snapshot
    with closing(sqlite3.connect(world.folder / "snapshot.sqlite")) as database:
        database.execute(
            "create temp table suspects (occurred_ms integer, id blob, primary key (id, occurred_ms)) without rowid"
        )
        plan = [row[3] for row in database.execute(f"explain query plan {statement('find_moved_suspects')}")]
    assert [step for step in plan if step.startswith("SCAN")] == ["SCAN e"]
