"""An erased person is in no byte of the store, is brought back by nobody, and every event still counts."""

import itertools
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from demo import Row, dashed, event, stamp, subscriber, write_export
from demo.exports import Collection
from demo.messages import Request
from shared.errors import GenerationConflict
from sync_job.network import AddressHider
from sync_job.privacy.erasure import Erasure, erase_again
from sync_job.privacy.tombstones import Tombstones
from tests.sync_job.conftest import Found
from tests.sync_job.exports.files import event_row, import_files, write_csv
from tests.sync_job.newsletters import SENT
from tests.sync_job.privacy.people import (
    ANNA,
    BEFORE_ANNA,
    BEN,
    PERSONAL_URL,
    SHARED_URL,
    assert_gone,
    assert_nothing_dangles,
    erase,
    make_anna,
    make_newsletter_with_anna,
    open_again,
    traces_of,
)
from tests.sync_job.world import DATABASE, World

OF_NOBODY = "select count(*) from event_log where subscriber_id is null"


@pytest.fixture
def anna(world: World) -> Row:
    return world.newsletter.subscribers[0]


@pytest.mark.parametrize("address", [ANNA, BEFORE_ANNA, f" {ANNA.upper()} "])
def test_no_byte_tells_of_an_erased_person(world: World, anna: Row, address: str) -> None:
    world.sync()
    kept = world.raw()
    assert all(trace.lower() in kept.lower() for trace in traces_of(anna)[:5])
    before = world.query("select event_id, type, occurred_at, email_id from event_log order by 1")
    counts = erase(world, address)
    assert (counts.subscribers_erased, counts.events_unlinked) == (1, 5)
    assert_gone(world, anna)
    assert world.query("select event_id, type, occurred_at, email_id from event_log order by 1") == before
    assert world.one(OF_NOBODY) == 6
    assert world.query("select email, tags from subscriber_list") == [(BEN, '["vip"]')]


def test_bytes_of_earlier_days_go_as_well(world: World, anna: Row) -> None:
    """What was changed before has left its bytes in the file, where no row holds them: not every SQLite wipes them."""
    world.sync()
    store = open_again(world, world.bucket.read(DATABASE)[0])
    store.database.execute("pragma secure_delete = off").close()
    for note in ("anyuta " * 3000, ""):
        store.database.execute("update subscribers set metadata = json_set(metadata, '$.note', ?)", (note,))
    store.database.close()
    world.bucket.write(DATABASE, (world.folder / "restored.sqlite").read_bytes())
    assert world.query("select 1 from subscribers where metadata like '%anyuta%'") == []
    assert b"anyuta" in world.raw()
    erase(world)
    assert b"anyuta" not in world.raw()
    assert_gone(world, anna)


def test_a_link_that_nobody_else_followed_goes_and_others_stay(world: World) -> None:
    world.sync()
    erase(world)
    clicks = world.query(
        "select url, subscriber_email from event_log where type = 'subscriber.clicked' order by 1, 2"
    )
    assert clicks == [(None, None), (SHARED_URL, None), (SHARED_URL, BEN)]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/?to=anna.oblonsky%40Example.net&x=1",
        "https://example.com/anna.karenina@example.com.",
        "mailto:anna.karenina@example.com",
        "https://example.com/go?to=https%3A%2F%2Fexample.com%2F%3Fwho%3Danna.karenina%2540example.com",
        "https://example.com/unsubscribe/{dashed}",
        "https://example.com/u?s={typed}#top",
    ],
)
def test_a_link_that_names_them_goes_though_others_followed_it(world: World, anna: Row, url: str) -> None:
    url = url.format(dashed=dashed(anna["id"]).upper(), typed=anna["id"])
    for who in world.newsletter.subscribers:
        world.newsletter.events.append(event("clicked", subscriber=who, at=SENT, url=url))
    world.sync()
    assert world.one("select count(*) from event_log where url = ?", url) == 2
    erase(world)
    assert_gone(world, anna, events=11)
    assert world.one("select count(*) from event_log where url is null and type = 'subscriber.clicked'") == 3


@pytest.mark.parametrize("full", [False, True])
def test_a_sync_does_not_bring_them_back(world: World, anna: Row, full: bool) -> None:
    world.sync()
    erase(world)
    world.later(days=2)
    report = world.sync(full=full)
    assert report.outcome == "done"
    assert report.counts.events_new == 0
    assert_gone(world, anna)
    world.newsletter.events.append(
        event("opened", subscriber=anna, email=world.newsletter.emails[0], at=world.now)
    )
    world.newsletter.events.append(
        event("clicked", subscriber=anna, email=world.newsletter.emails[0], at=world.now, url=PERSONAL_URL)
    )
    world.later(days=2)
    world.sync(full=full)
    assert_gone(world, anna, events=11)
    assert world.one(OF_NOBODY) == 8


def test_a_sync_that_finds_nothing_new_uploads_nothing(world: World) -> None:
    world.sync()
    erase(world)
    world.later(days=2)
    world.sync()
    before = world.generation()
    world.later(minutes=15)
    world.sync()
    assert world.generation() == before


def test_reissued_ids_are_still_the_same_events(world: World, anna: Row) -> None:
    world.sync()
    erase(world)
    world.newsletter.reissue_event_ids("em_evt")
    world.later(days=2)
    world.sync(full=True)
    assert_gone(world, anna)


@pytest.mark.parametrize("options", [{}, {"same_ids": True}, {"legacy": True}], ids=str)
def test_an_import_does_not_bring_them_back(
    world: World, anna: Row, tmp_path: Path, options: dict[str, Any]
) -> None:
    collections: tuple[Collection, ...] = ("events", "emails", "subscribers")
    paths = [write_export(world.newsletter, each, tmp_path / each, **options) for each in collections]
    world.sync()
    erase(world)
    report = import_files(world, *paths)
    new = 12 if "legacy" in options else 0  # kinds of events that the API does not tell
    assert report.counts.events_new == new
    assert_gone(world, anna, events=9 + new)


@pytest.mark.parametrize("url", [PERSONAL_URL, "https://example.com/?token=5f2c"])
def test_a_file_without_a_name_brings_back_neither_the_event_nor_its_link(
    world: World, anna: Row, tmp_path: Path, url: str
) -> None:
    """Buttondown's export has no address for people who were deleted there."""
    [click] = [row for row in world.newsletter.events if row["metadata"].get("url") == PERSONAL_URL]
    click["metadata"]["url"] = url
    world.sync()
    erase(world)
    world.newsletter.subscribers.remove(anna)
    events = write_export(world.newsletter, "events", tmp_path / "events")
    assert import_files(world, events).counts.events_new == 0
    assert_gone(world, anna)
    assert world.one("select count(*) from event_log where url = ?", url) == 0


def test_events_of_a_file_that_names_them_by_address_alone_come_of_nobody(
    world: World, anna: Row, tmp_path: Path
) -> None:
    world.sync()
    erase(world)
    rows = [
        event_row(ANNA, "2026-08-11 08:00:00+00:00", event_type="opened"),
        event_row(BEFORE_ANNA.upper(), "2026-02-01 08:00:00+00:00", event_type="opened"),
        event_row(BEN, "2026-08-11 08:00:00+00:00", event_type="opened"),
    ]
    people = write_csv(tmp_path / "people.csv", [{"email": ANNA, "subscriber_type": "regular", "tags": ""}])
    import_files(world, write_csv(tmp_path / "e.csv", rows), people)
    assert_gone(world, anna, events=12)
    assert world.one("select count(*) from event_log where subscriber_email = ?", BEN) == 4


def test_somebody_known_from_a_file_alone_is_recognised_by_address_in_the_list(
    found: Found, tmp_path: Path
) -> None:
    """The id that the list tells was not known when they were erased."""
    world = found(make_newsletter_with_anna())
    [anna, _] = world.newsletter.subscribers
    import_files(world, write_csv(tmp_path / "e.csv", [event_row(ANNA, event_type="opened")]))
    assert erase(world).subscribers_erased == 1
    world.later(minutes=5)
    world.sync()
    assert_gone(world, anna, events=10)
    world.later(days=2)
    world.sync(full=True)
    assert_gone(world, anna, events=10)


def test_an_event_that_names_them_by_id_before_any_list_does(found: Found, tmp_path: Path) -> None:
    """The list is refused at first, so the event makes up a placeholder; the list then shows who it is."""
    world = found(make_newsletter_with_anna())
    [anna, _] = world.newsletter.subscribers
    import_files(world, write_csv(tmp_path / "e.csv", [event_row(ANNA, event_type="opened")]))
    erase(world)
    world.later(minutes=5)
    world.api.faults.on(path="/subscribers", request=None, status=403)
    world.sync()
    world.api.faults.script.clear()
    world.later(days=2)
    world.sync()
    assert_gone(world, anna, events=10)


def test_an_expanded_person_in_an_event_is_not_looked_at(world: World, anna: Row) -> None:
    world.sync()
    erase(world)
    row = event("opened", subscriber=anna, email=world.newsletter.emails[0], at=world.now)
    row["subscriber"] = dict(anna)
    world.newsletter.events.append(row)
    world.later(days=1)
    world.sync()
    assert_gone(world, anna, events=10)


def test_who_signs_up_anew_is_a_new_subscriber(world: World, tmp_path: Path) -> None:
    world.sync()
    world.newsletter.subscribers.pop(0)
    erase(world)
    world.later(days=1)
    back = subscriber(ANNA, at=world.now)
    world.newsletter.subscribers.append(back)
    world.newsletter.events.append(
        event("opened", subscriber=back, email=world.newsletter.emails[0], at=world.now)
    )
    world.later(days=2)
    world.sync()
    assert world.query("select email, tags from subscriber_list order by email") == [
        (ANNA, "[]"),
        (BEN, '["vip"]'),
    ]
    assert world.one("select count(*) from event_log where subscriber_email = ?", ANNA) == 1
    rows = [
        event_row(ANNA, "2026-08-11 08:00:00+00:00"),
        event_row(ANNA, f"{world.now:%Y-%m-%d %H:%M:%S}+00:00"),
    ]
    import_files(world, write_csv(tmp_path / "e.csv", [{**row, "event_type": "opened"} for row in rows]))
    assert world.one("select count(*) from event_log where subscriber_email = ?", ANNA) == 2
    assert world.one("select count(*) from event_log") == 12
    world.later(days=1)
    assert erase(world).subscribers_erased == 1
    world.later(days=2)
    world.sync(full=True)
    assert ANNA.encode() not in world.bucket.read(DATABASE)[0]


def test_an_address_may_pass_to_somebody_who_was_there_all_along(world: World, anna: Row) -> None:
    world.sync()
    world.newsletter.subscribers.remove(anna)
    erase(world)
    world.later(days=10)
    ben = world.newsletter.subscribers[0]
    ben["email_address"] = ANNA
    ben["email_transitions"] = [
        {"date": stamp(world.now), "old_email_address": BEN, "new_email_address": ANNA}
    ]
    world.newsletter.touch()
    world.later(days=2)
    world.sync()
    assert world.query("select email, deleted_at from subscriber_list") == [(ANNA, None)]


def test_everybody_who_has_or_had_the_address_is_erased(world: World) -> None:
    world.newsletter.subscribers.append(subscriber(BEFORE_ANNA, at=SENT))
    world.sync()
    assert erase(world, BEFORE_ANNA).subscribers_erased == 2
    assert world.query("select email from subscriber_list") == [(BEN,)]


def test_an_address_that_somebody_else_has_too_does_not_erase_them(world: World) -> None:
    """Anna had an address that is Ben's as well: she is erased by the one that is hers alone."""
    world.newsletter.subscribers[0]["email_transitions"][0]["old_email_address"] = BEN
    world.sync()
    erase(world)
    world.later(days=2)
    world.sync(full=True)
    assert world.query("select email, deleted_at from subscriber_list") == [(BEN, None)]
    store = open_again(world, world.bucket.read(DATABASE)[0])
    assert erase_again(store, store.tombstones) == 0
    store.database.close()


def test_erasing_again_is_harmless(world: World, anna: Row) -> None:
    world.sync()
    erase(world)
    before = world.generation()
    assert erase(world).subscribers_erased == 0
    assert world.generation() == before
    assert_gone(world, anna)


def test_another_secret_recognises_nobody_and_is_refused(world: World) -> None:
    world.sync()
    erase(world)
    assert not Tombstones(
        list(open_again(world, world.bucket.read(DATABASE)[0]).tombstones),
        AddressHider(type(world.secret)("another secret, of forty characters....")),
    ).of_address(ANNA)


def test_a_run_that_cannot_recognise_the_erased_stops(world: World) -> None:
    world.sync()
    erase(world)
    stones = Tombstones(open_again(world, world.bucket.read(DATABASE)[0]).tombstones)
    with pytest.raises(RuntimeError, match="open"):
        stones.of_address(ANNA)


@pytest.mark.parametrize("is_full", [False, True])
def test_an_erasure_during_a_sync_wins(world: World, anna: Row, is_full: bool) -> None:
    """It commits while the sync walks: the sync loses the race and goes on from the store without her."""
    world.sync()
    world.newsletter.events.append(
        event("opened", subscriber=anna, email=world.newsletter.emails[0], at=world.now)
    )
    world.later(days=2)
    moments: list[Request] = []

    def interrupt(request: Request) -> None:
        if request.path == "/events" and not moments:
            moments.append(request)
            erase_without_lease(world)

    world.api.faults.before_response = interrupt
    report = world.sync(full=is_full)
    assert moments
    assert report.counts.conflicts == 1
    assert_gone(world, anna, events=10)


def test_a_sync_during_an_erasure_wins_and_the_erasure_begins_again(world: World, anna: Row) -> None:
    world.sync()
    world.newsletter.events.append(
        event("opened", subscriber=anna, email=world.newsletter.emails[0], at=world.now)
    )
    world.later(days=2)
    hider = AddressHider(world.secret)
    erasure, rounds = Erasure(ANNA, hider), itertools.count()

    def work(session: object) -> None:
        erasure.run(session)  # type: ignore[arg-type]
        if next(rounds) == 0:
            world.bucket.delete("default/leases/sync_job.json")
            world.sync()

    counts = world.job(work, hider.fingerprint()).run().counts
    assert counts.conflicts == 1
    assert (counts.subscribers_erased, counts.events_unlinked) == (1, 6)
    assert_gone(world, anna, events=10)


def erase_without_lease(world: World) -> None:
    """Another process that took no notice of the lease, in a thread of its own as SQLite wants it."""
    world.bucket.delete("default/leases/sync_job.json")
    failed: list[BaseException] = []

    def run() -> None:
        try:
            erase(world)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not failed, failed


def test_giving_up_after_too_many_lost_races_erases_nothing_and_says_so(world: World) -> None:
    world.sync()
    hider = AddressHider(world.secret)
    erasure = Erasure(ANNA, hider)

    def work(session: object) -> None:
        erasure.run(session)  # type: ignore[arg-type]
        world.bucket.write(DATABASE, world.bucket.read(DATABASE)[0])

    with pytest.raises(GenerationConflict):
        world.job(work, hider.fingerprint()).run()
    assert world.one("select count(*) from subscriber_list where email = ?", ANNA) == 1


def test_a_restored_copy_is_erased_again(world: World, anna: Row) -> None:
    world.sync()
    old = world.bucket.read(DATABASE)[0]
    erase(world)
    newer = open_again(world, world.bucket.read(DATABASE)[0])
    stones = Tombstones.read(newer.database, AddressHider(world.secret))
    newer.database.close()
    restored = open_again(world, old)
    assert erase_again(restored, stones) == 1
    assert erase_again(restored, stones) == 0
    restored.database.close()
    world.bucket.write(DATABASE, (world.folder / "restored.sqlite").read_bytes())
    assert_gone(world, anna)
    world.later(days=2)
    world.sync(full=True)
    assert_gone(world, anna)


def test_a_restored_copy_that_knows_them_by_address_alone(world: World, anna: Row, tmp_path: Path) -> None:
    import_files(world, write_csv(tmp_path / "e.csv", [event_row(BEFORE_ANNA, event_type="opened")]))
    old = world.bucket.read(DATABASE)[0]
    world.sync()
    erase(world)
    newer = open_again(world, world.bucket.read(DATABASE)[0])
    stones = Tombstones.read(newer.database, AddressHider(world.secret))
    newer.database.close()
    restored = open_again(world, old)
    assert erase_again(restored, stones) == 1
    restored.database.close()
    world.bucket.write(DATABASE, (world.folder / "restored.sqlite").read_bytes())
    assert_gone(world, anna, events=1)


def test_every_table_about_people_is_emptied_also_one_that_comes_later(world: World, anna: Row) -> None:
    world.sync()
    store = open_again(world, world.bucket.read(DATABASE)[0])
    store.database.execute("create table later (who integer references subscribers, what text) strict")
    store.database.execute("insert into later select id, 'found-by-chance' from subscribers")
    store.database.close()
    world.bucket.write(DATABASE, (world.folder / "restored.sqlite").read_bytes())
    erase(world)
    assert world.one("select count(*) from later") == 1
    assert_nothing_dangles(world)


def test_somebody_who_is_back_under_a_known_id_stays_unknown(world: World, anna: Row) -> None:
    world.sync()
    erase(world)
    world.later(days=30)
    anna["creation_date"] = stamp(world.now - timedelta(days=1))
    world.newsletter.touch()
    world.sync(full=True)
    assert_gone(world, anna)


def test_a_person_without_events_and_one_without_anything_else(found: Found) -> None:
    world = found(make_newsletter_with_anna())
    world.newsletter.events.clear()
    world.newsletter.subscribers[:] = [make_anna(), subscriber(BEN)]
    world.sync()
    assert erase(world, BEN).events_unlinked == 0
    assert erase(world).events_unlinked == 0
    assert world.one("select count(*) from subscriber_list") == 0
    assert_nothing_dangles(world)
