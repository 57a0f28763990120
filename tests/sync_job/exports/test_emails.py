"""An emails export adds the emails that the API no longer has; their text is not kept."""

from typing import Any

from demo import dashed
from tests.sync_job.exports.files import event_row, import_files, sync, write_csv
from tests.sync_job.world import World

OLD = "0191e7b4-6c3c-7d2a-9f00-0000000000ee"


def row(**fields: Any) -> dict[str, Any]:
    return {
        "id": OLD,
        "secondary_id": "12",
        "subject": "The very first issue",
        "body": "once upon a time",
        "slug": "first",
        "email_type": "public",
        "status": "sent",
        "source": "app",
        "creation_date": "2024-03-13 00:16:58+00:00",
        "publish_date": "2024-03-14 06:00:00+00:00",
        "absolute_url": "https://example.com/archive/first",
        "metadata": "{}",
    } | fields


def import_rows(world: World, *rows: dict[str, Any], name: str = "m.csv") -> Any:
    return import_files(world, write_csv(world.folder / name, rows))


def stored(world: World, which: str = OLD) -> tuple[Any, ...]:
    [found] = world.query(
        "select subject, status, published_at, url from email_list where email_id = ?", which
    )
    return found


def test_an_email_that_the_api_no_longer_has(world: World) -> None:
    sync(world)
    report = import_rows(world, row())
    assert (report.problems, report.counts.emails_new) == ([], 1)
    assert stored(world) == (
        "The very first issue",
        "sent",
        "2024-03-14T06:00:00.000Z",
        "https://example.com/archive/first",
    )
    assert world.query("select issue, slug, kind from emails where slug = 'first'") == [
        (12, "first", "public")
    ]
    assert b"once upon" not in world.raw()
    assert import_rows(world, row()).counts.commits == 0
    world.later(days=2)
    assert sync(world).problems == []
    assert stored(world)[0] == "The very first issue"


def test_what_the_api_said_of_an_email_stays(world: World) -> None:
    sync(world)
    issue = world.newsletter.emails[0]
    before = stored(world, dashed(issue["id"]))
    assert import_rows(world, row(id=issue["id"])).counts.commits == 0
    assert stored(world, dashed(issue["id"])) == before


def test_an_email_known_from_events_alone_is_described(world: World) -> None:
    """The API said that it has no such email; that stays noted."""
    sync(world)
    import_files(world, write_csv(world.folder / "e.csv", [event_row("a@example.com", email_id=OLD)]))
    sync(world)
    assert stored(world) == (None, None, None, None)
    import_rows(world, row())
    assert stored(world)[:2] == ("The very first issue", "sent")
    assert world.one("select missing_ms is not null from emails where slug = 'first'") == 1
    assert world.one("select email_subject from event_log where subscriber_email = 'a@example.com'") == (
        "The very first issue"
    )


def test_before_the_first_sync_the_last_file_wins_and_nulls_do_not(world: World) -> None:
    import_rows(world, row())
    import_rows(world, row(subject="A better subject", publish_date="", absolute_url=""), name="later.csv")
    assert stored(world) == (
        "A better subject",
        "sent",
        "2024-03-14T06:00:00.000Z",
        "https://example.com/archive/first",
    )


def test_long_subjects_and_bodies_with_line_breaks(world: World) -> None:
    long = "Ünïcode, “quoted” and " + "long " * 60
    rows = [
        row(subject=long, body='He said "no";\r\n\r\nthen, ' + "x" * 300_000),
        row(id=OLD[:-1] + "f", slug="second"),
    ]
    assert import_rows(world, *rows).problems == []
    assert stored(world)[0] == long.strip()
    assert stored(world, OLD[:-1] + "f")[1] == "sent"


def test_a_row_without_an_id(world: World) -> None:
    assert import_rows(world, row(), row(id="")).problems == ["m.csv: 1 row could not be read (line 3)"]
