"""What a row of events says: older names and types, both spellings of metadata, and what is never kept."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from demo import dashed, type_id
from tests.sync_job.exports.files import event_counts, event_row, import_files, sync, write_csv, write_json
from tests.sync_job.newsletters import SENT
from tests.sync_job.world import World

ADDRESS = "reader0@example.com"


def import_rows(world: World, *rows: dict[str, Any]) -> Any:
    return import_files(world, write_csv(world.folder / "events.csv", rows))


@pytest.mark.parametrize(
    ("given", "stored", "is_kept"),
    [
        ("opened", "subscriber.opened", False),
        ("clicked", "subscriber.clicked", False),
        ("sent", "email.sent", True),
        ("attempted", "email.attempted", True),
        ("activation_opened", "subscriber.activation_opened", True),
        ("subscription_confirmed_clicked", "subscriber.subscription_confirmed_clicked", True),
        ("moonwalked", "moonwalked", False),
    ],
)
def test_older_types(world: World, given: str, stored: str, is_kept: bool) -> None:
    report = import_rows(world, event_row(ADDRESS, event_type=given))
    assert world.query("select type, properties ->> 'event_type' from event_log") == [
        (stored, given if is_kept else None)
    ]
    assert dict(report.counts.unknown_types) == ({"moonwalked": 1} if given == "moonwalked" else {})
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("metadata", "url", "code"),
    [
        ("", None, None),
        ("{}", None, None),
        ("{'url': 'https://example.com/a?b=1', 'code': None}", "https://example.com/a?b=1", None),
        ('{"url": "https://example.com/json"}', "https://example.com/json", None),
        (
            """{'url': "https://example.com/it's", 'code': 'mailbox_full'}""",
            "https://example.com/it's",
            "mailbox_full",
        ),
        ("""{'url': 'https://example.com/"quoted"'}""", 'https://example.com/"quoted"', None),
        (r"""{'url': 'https://example.com/\'both"'}""", "https://example.com/'both\"", None),
        (
            r"{'url': 'https://example.com/a\\b', 'nested': {'tuple': (1, 2)}}",
            "https://example.com/a\\b",
            None,
        ),
    ],
)
def test_metadata_as_json_or_as_python_prints_it(
    world: World, metadata: str, url: str | None, code: str | None
) -> None:
    report = import_rows(world, event_row(ADDRESS, metadata=metadata))
    assert report.problems == []
    assert world.query("select url, properties ->> 'code' from event_log") == [(url, code)]


@pytest.mark.parametrize(
    "row",
    [
        event_row(ADDRESS, metadata="{'url': os.system('true')}"),
        event_row(ADDRESS, metadata="{'url': '" + "x" * 300_000 + "\\'}"),
        event_row(ADDRESS, metadata="(" * 9000),
        event_row(ADDRESS, metadata="{'a': " + "-" * 9000 + "1}"),
        event_row(ADDRESS, at="yesterday"),
        event_row(ADDRESS, at=""),
        event_row(ADDRESS, at="9999-99-99 00:00:00+00:00"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_others_are_kept(
    world: World, row: dict[str, Any]
) -> None:
    report = import_rows(world, event_row(ADDRESS), row, event_row(ADDRESS))
    assert (report.outcome, report.exit_code) == ("incomplete", 1)
    assert report.problems == ["events.csv: 1 row could not be read (line 3)"]
    assert (report.counts.events_new, report.counts.events_refused) == (2, 1)
    assert "example.com" not in world.said.getvalue()


def test_only_the_first_few_lines_are_named(world: World) -> None:
    report = import_rows(world, *[event_row(ADDRESS, at="?") for _ in range(8)])
    assert report.problems == ["events.csv: 8 rows could not be read (lines 2, 3, 4, 5, 6 and 3 more)"]


def test_what_must_not_be_stored_is_not(world: World) -> None:
    world.newsletter.subscribers[0]["email_address"] = ADDRESS
    import_rows(
        world,
        event_row(
            ADDRESS,
            metadata="{'ip_address': '198.51.100.23', 'client_os': 'Linux', 'client_name': 'Firefox'}",
        ),
        event_row(ADDRESS, event_type="replied", metadata="{'text': 'dear friend', 'from': 'x@example.net'}"),
        event_row(ADDRESS, event_type="replied", metadata="{'html': '" + "long words " * 40_000 + "'}"),
        event_row(ADDRESS, at="2026-08-10 07:00:00+00:00", metadata="{'note': 'mail me at y@example.net'}"),
    )
    kept = world.raw()
    for secret in (b"198.51.100.23", b"dear friend", b"long words", b"@example.net", b"a-secret-token"):
        assert secret not in kept
    [(os, browser, address)] = world.query(
        "select properties ->> 'os', properties ->> 'browser', properties ->> 'address' from event_log "
        "where properties ->> 'os' is not null"
    )
    assert (os, browser, len(address)) == ("Linux", "Firefox", 16)


def test_columns_nobody_told_of_are_counted_by_name_and_not_kept(world: World) -> None:
    report = import_rows(world, event_row(ADDRESS, weather="rainy", subscriber__notes="tall"))
    assert dict(report.counts.unknown_fields) == {"export.event.weather": 1}
    assert b"rainy" not in world.raw()
    assert b"tall" not in world.raw()


@pytest.mark.parametrize(
    "names",
    [
        {"subscriber__email": "subscriber.email"},
        {"subscriber__email": "subscriber__email_address"},
        {"timestamp": "creation_date", "email_id": "email__id"},
        {"event_type": "Event_Type", "timestamp": " Timestamp "},
    ],
)
def test_newer_and_other_names_of_columns(world: World, names: dict[str, str]) -> None:
    issue = dashed(world.newsletter.emails[0]["id"])
    row = {names.get(key, key): value for key, value in event_row(ADDRESS, email_id=issue).items()}
    assert import_rows(world, row).problems == []
    assert world.query("select subscriber_email, email_id, occurred_at from event_log") == [
        (ADDRESS, issue, "2026-08-10T06:31:00.000Z")
    ]


def test_an_id_of_the_person_needs_no_address(world: World) -> None:
    person = world.newsletter.subscribers[0]
    sync(world)
    before = sum(event_counts(world).values())
    rows = [
        {"event_type": "opened", "timestamp": "2026-08-11 00:00:00+00:00", "subscriber_id": given}
        for given in (person["id"], dashed(person["id"]).upper())
    ]
    assert import_rows(world, *rows).counts.events_new == 2
    assert (
        world.one(
            "select count(*) from event_log where subscriber_email = ? and occurred_at like '2026-08-11%'",
            ADDRESS,
        )
        == 2
    )
    assert sum(event_counts(world).values()) == before + 2


def test_objects_inside_json_rows(world: World) -> None:
    person, issue = world.newsletter.subscribers[0], world.newsletter.emails[0]
    rows = [
        {
            "event_type": "clicked",
            "creation_date": "2026-08-11T00:00:00Z",
            "subscriber": {"id": person["id"], "email_address": ADDRESS, "notes": "tall"},
            "email": {"id": issue["id"], "subject": "Issue 1"},
            "metadata": {"url": "https://example.com"},
        }
    ]
    report = import_files(world, write_json(world.folder / "e.json", rows))
    assert report.problems == []
    assert world.query("select subscriber_id, email_id, url from event_log") == [
        (dashed(person["id"]), dashed(issue["id"]), "https://example.com")
    ]


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("0191e7b4-6c3c-7d2a-9f00-000000000001", "export"),
        ("ext_evt_0191e7b4-6c3c-7d2a-9f00-000000000001", "export"),
        ("12345", "export"),
        ("", "export"),
    ],
)
def test_every_form_of_id(world: World, given: str, family: str) -> None:
    import_rows(world, event_row(ADDRESS, id=given))
    assert world.one("select k.family from events as e join event_kinds as k on k.id = e.kind") == family
    assert import_rows(world, event_row(ADDRESS, id=given)).counts.events_new == 0


@pytest.mark.parametrize("prefix", ["ext_evt", "em_evt"])
def test_ids_of_the_api_at_exact_times_keep_their_family(world: World, prefix: str) -> None:
    given = type_id(prefix, 0x0191E7B46C3C7D2A9F00000000000001)
    at = (SENT + timedelta(milliseconds=250)).isoformat()
    import_rows(world, event_row(ADDRESS, id=given, at=at))
    assert world.one("select k.family from events as e join event_kinds as k on k.id = e.kind") == prefix


def test_rows_in_any_order_of_time(world: World, tmp_path: Path) -> None:
    rows = [event_row(ADDRESS, at=f"2026-08-{day} 06:00:00+00:00") for day in (12, 10, 11)]
    assert import_rows(world, *rows).counts.events_new == 3
    assert import_rows(world, *reversed(rows)).counts.events_new == 0
