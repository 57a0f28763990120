"""An import adds only what exceeds what is stored; the order of importing and syncing makes no difference."""

import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from demo import Newsletter, dashed, email, event, make_newsletter, subscriber, write_export
from shared.errors import ForeignDataError
from shared.settings import Secret
from tests.sync_job.conftest import Found
from tests.sync_job.exports.files import (
    api_events,
    event_counts,
    event_row,
    exported,
    import_files,
    sync,
    write_csv,
    write_json,
)
from tests.sync_job.newsletters import SENT
from tests.sync_job.world import NOON, World

COLLECTIONS = ("events", "subscribers", "emails")


def write_exports(world: World, name: str = "export", **options: Any) -> list[Path]:
    return [
        write_export(world.newsletter, each, world.folder / f"{name}-{each}", **options)  # type: ignore[arg-type]
        for each in COLLECTIONS
    ]


def test_an_export_alone_fills_a_new_project(world: World) -> None:
    report = import_files(world, *write_exports(world))
    assert (report.outcome, report.exit_code, report.problems) == ("done", 0, [])
    assert (report.counts.events_new, report.counts.subscribers_new, report.counts.emails_new) == (7, 2, 1)
    assert world.people().keys() == {dashed(row["id"]) for row in world.newsletter.subscribers}
    assert world.query(
        "select distinct subscriber_email, email_subject, source from event_log order by 1"
    ) == [
        ("reader0@example.com", "Issue 1", "buttondown"),
        ("reader1@example.com", "Issue 1", "buttondown"),
    ]
    world.assert_sound()


def test_importing_the_same_file_twice_changes_nothing(world: World) -> None:
    paths = write_exports(world)
    import_files(world, *paths)
    before = world.generation()
    report = import_files(world, *paths)
    assert (report.outcome, report.counts.events_new, report.counts.commits) == ("done", 0, 0)
    assert world.generation() == before


@pytest.mark.parametrize("same_ids", [False, True])
@pytest.mark.parametrize("legacy", [False, True])
def test_before_or_after_a_sync_the_result_is_the_same(found: Found, same_ids: bool, legacy: bool) -> None:
    """A world with automations, deleted people, and people whom nobody lists."""
    newsletter = make_newsletter(until=NOON, subscribers=60, emails=6)
    first, then = found(newsletter), found(newsletter)
    paths = write_exports(first, same_ids=same_ids, legacy=legacy)
    sync(first)
    report = import_files(first, *paths)
    assert report.problems == []
    if not legacy:
        assert report.counts.events_new == 0
        first.assert_true()
    import_files(then, *paths)
    sync(then)
    assert event_counts(first) == event_counts(then)
    assert api_events(first) == api_events(then)
    assert len(api_events(then)) == len(newsletter.events)
    for each in (first, then):
        counts = event_counts(each)
        import_files(each, *paths)
        sync(each)
        assert event_counts(each) == counts
        each.assert_sound()


def test_events_alone_before_a_sync_find_their_people_then(found: Found) -> None:
    newsletter = make_newsletter(until=NOON, subscribers=60, emails=6)
    world = found(newsletter)
    [path, *_] = write_exports(world)
    import_files(world, path)
    assert world.people() == {}
    assert world.one("select count(*) from subscriber_list") > 40
    sync(world)
    world.assert_true()
    assert (
        world.query("select subscriber_id from subscriber_list where substr(subscriber_id, 15, 1) = '5'")
        == []
    )


def test_the_api_takes_over_with_its_ids_and_milliseconds(world: World) -> None:
    [path, *_] = write_exports(world)
    import_files(world, path)
    assert api_events(world) == set()
    sync(world)
    assert len(api_events(world)) == 7
    assert world.one("select count(*) from event_aliases where family = 'export'") == 7
    world.assert_true()


def test_only_what_exceeds_is_added(world: World) -> None:
    sync(world)
    row = exported(world, world.newsletter.events[0])
    path = write_csv(world.folder / "three.csv", [row, row, row])
    assert import_files(world, path).counts.events_new == 2
    assert import_files(world, path).counts.events_new == 0
    assert max(event_counts(world).values()) == 3


def test_two_exports_of_the_same_events_under_other_ids_are_one(world: World) -> None:
    rows = [exported(world, each) for each in world.newsletter.events]
    first = write_csv(world.folder / "a.csv", rows)
    named = [row | {"id": f"00000000-0000-4000-8000-{number:012}"} for number, row in enumerate(rows)]
    assert import_files(world, first).counts.events_new == 7
    report = import_files(world, write_csv(world.folder / "b.csv", named))
    assert (report.counts.events_new, report.counts.events_paired) == (0, 7)
    assert sum(event_counts(world).values()) == 7


def test_equal_rows_of_one_file_are_as_many_events(world: World) -> None:
    row = event_row("a@example.com")
    path = write_csv(world.folder / "e.csv", [row, row, row | {"event_type": "clicked"}])
    assert import_files(world, path).counts.events_new == 3
    assert import_files(world, path).counts.events_new == 0


def test_a_file_with_fractions_is_compared_to_the_millisecond(world: World) -> None:
    sync(world)
    given = world.newsletter.events[0]
    exact = exported(world, given) | {
        "timestamp": given["creation_date"].replace("Z", "+00:00").replace("T", " ")
    }
    near = exact | {"timestamp": exact["timestamp"].replace(".000000", ".250000")}
    report = import_files(world, write_csv(world.folder / "e.csv", [exact, near]))
    assert report.counts.events_new == 1


def test_the_apis_own_ids_are_recognised_in_a_file(world: World) -> None:
    rows = [
        {
            **{
                key: row[key]
                for key in ("id", "creation_date", "subscriber_id", "email_id", "event_type", "metadata")
            }
        }
        for row in world.newsletter.events
    ]
    path = write_json(world.folder / "new.json", rows)
    import_files(world, path)
    assert world.one("select group_concat(distinct family) from event_kinds") == "ext_evt"
    before = world.events()
    sync(world)
    assert world.events() == before
    world.assert_true()


@pytest.mark.parametrize("order", ["exact first", "cut first"])
def test_the_apis_ids_at_whole_seconds_give_way_to_exact_times(found: Found, order: str) -> None:
    newsletter = Newsletter(subscribers=[subscriber("a@example.com")], emails=[email("Issue")])
    newsletter.events = [
        event(
            "opened",
            subscriber=newsletter.subscribers[0],
            email=newsletter.emails[0],
            at=SENT + timedelta(milliseconds=357 * number),
        )
        for number in range(1, 6)
    ]
    world = found(newsletter)
    cut = write_csv(
        world.folder / "cut.csv", [exported(world, row, id=row["id"]) for row in newsletter.events]
    )
    steps: list[Callable[[], object]] = [lambda: sync(world), lambda: import_files(world, cut)]
    for step in steps if order == "exact first" else reversed(steps):
        step()
    world.assert_true()
    assert import_files(world, cut).counts.events_new == 0
    world.assert_true()


def test_an_automation_that_the_file_does_not_name(found: Found) -> None:
    newsletter = Newsletter(subscribers=[subscriber("a@example.com")])
    newsletter.events = [
        event(
            "delivered",
            subscriber=newsletter.subscribers[0],
            automation_id="aut_1j264j66jc9v88xm1emda22j8q",
            at=SENT,
        )
    ]
    first, then = found(newsletter), found(newsletter)
    path = write_csv(first.folder / "e.csv", [exported(first, newsletter.events[0])])
    sync(first)
    assert import_files(first, path).counts.events_new == 0
    import_files(then, path)
    sync(then)
    for world in (first, then):
        world.assert_true()
        assert world.one("select properties ->> 'automation_id' from event_log") is not None


def test_events_of_the_gone_without_an_address_are_those_of_the_api(found: Found) -> None:
    """Two people are gone, one still there; all three got the issue within one second."""
    here = subscriber("here@example.com", at=SENT - timedelta(days=9))
    issue = email("Issue", at=SENT)
    gone: list[Any] = ["sub_7zzzzzzzzzzzzzzzzzzzzzzzz1", "sub_7zzzzzzzzzzzzzzzzzzzzzzzz2"]
    newsletter = Newsletter(
        subscribers=[here],
        emails=[issue],
        events=[
            event("delivered", subscriber=who, email=issue, at=SENT + timedelta(milliseconds=100 * number))
            for number, who in enumerate([gone[0], here, gone[1]])
        ],
    )
    first, then = found(newsletter), found(newsletter)
    rows = [exported(first, row) for row in newsletter.events]
    assert sorted(row["subscriber__email"] for row in rows) == ["", "", "here@example.com"]
    path = write_csv(first.folder / "e.csv", rows)
    sync(first)
    assert import_files(first, path).counts.events_new == 0
    import_files(then, path)
    sync(then)
    first.assert_true()
    then.assert_true()
    extra = write_csv(first.folder / "extra.csv", [*rows, rows[0]])
    assert import_files(first, extra).counts.events_new == 1, "one more than the API has is one more event"


def test_a_null_never_overwrites_whose_event_it_was(world: World) -> None:
    sync(world)
    rows = [exported(world, row, id=dashed(row["id"])) for row in world.newsletter.events]
    import_files(world, write_csv(world.folder / "a.csv", rows))
    stripped = [
        row | {"subscriber__email": "", "timestamp": given["creation_date"]}
        for row, given in zip(rows, world.newsletter.events, strict=True)
    ]
    import_files(world, write_csv(world.folder / "b.csv", stripped))
    world.assert_true()


def test_a_second_with_more_events_than_a_batch_is_not_split(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync_job.exports.stage.BATCH", 3)
    rows = [event_row("a@example.com") for _ in range(10)]
    rows += [event_row("a@example.com", at="2026-08-10 06:31:01+00:00") for _ in range(4)]
    path = write_csv(world.folder / "e.csv", rows)
    assert import_files(world, path).counts.events_new == 14
    named = write_csv(world.folder / "f.csv", [row | {"id": f"x{number}"} for number, row in enumerate(rows)])
    assert import_files(world, named).counts.events_new == 0


def test_the_parts_of_an_archive_add_up_and_separate_files_do_not(found: Found, tmp_path: Path) -> None:
    row = event_row("a@example.com")
    one, two = write_csv(tmp_path / "1.csv", [row]), write_csv(tmp_path / "2.csv", [row])
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.write(one, "1.csv")
        archive.write(two, "2.csv")
    together, apart = found(), found()
    assert import_files(together, tmp_path / "both.zip").counts.events_new == 2
    assert import_files(apart, one, two).counts.events_new == 1


def test_a_dry_run_stores_nothing(world: World) -> None:
    report = import_files(world, *write_exports(world), dry_run=True)
    assert report.counts.events_new == 7
    assert world.generation() == 0


def test_an_id_in_the_same_second_is_the_same_event_whatever_else_differs(found: Found) -> None:
    """The file knew somebody by an address that nobody has; the API names the person, and its word counts."""
    newsletter = Newsletter(subscribers=[subscriber("a@example.com")])
    newsletter.events = [
        event("opened", subscriber=newsletter.subscribers[0], at=SENT + timedelta(milliseconds=number))
        for number in (0, 700)
    ]
    first, then = found(newsletter), found(newsletter)
    rows = [
        exported(first, row, id=row["id"], subscriber__email="old@example.com") for row in newsletter.events
    ]
    path = write_csv(first.folder / "e.csv", rows)
    sync(first)
    assert import_files(first, path).counts.events_new == 0
    import_files(then, path)
    sync(then)
    for world in (first, then):
        world.assert_true()
        assert world.one("select count(*) from event_log") == 2


def test_a_null_of_the_api_takes_nothing_from_a_row_of_the_same_id(found: Found) -> None:
    newsletter = Newsletter(emails=[email("Issue", at=SENT)])
    newsletter.events = [event("opened", at=SENT + timedelta(milliseconds=number)) for number in (0, 700)]
    world = found(newsletter)
    issue = dashed(newsletter.emails[0]["id"])
    rows = [
        exported(world, row, id=row["id"], subscriber__email="a@example.com", email_id=issue)
        for row in newsletter.events
    ]
    import_files(world, write_csv(world.folder / "e.csv", rows))
    sync(world)
    assert world.query(
        "select subscriber_email, email_id, substr(occurred_at, 20) from event_log order by 3"
    ) == [
        ("a@example.com", issue, ".000Z"),
        ("a@example.com", issue, ".700Z"),
    ]
    assert (
        world.one("select group_concat(distinct family) from event_kinds as k join events on kind = k.id")
        == "ext_evt"
    )


def test_the_same_file_twice_in_one_run(world: World) -> None:
    [path, *_] = write_exports(world)
    assert import_files(world, path, path).counts.events_new == 7


def test_the_store_of_another_secret_is_refused(world: World) -> None:
    [path, *_] = write_exports(world)
    import_files(world, path)
    world.secret = Secret("another secret for tests, long enough")
    with pytest.raises(ForeignDataError):
        import_files(world, path)
    assert world.last_run()["outcome"] == "failed"
