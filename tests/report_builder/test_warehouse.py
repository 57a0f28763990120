"""Loading the store: the same ids and verdicts as its own views, and nothing fetched from anywhere."""

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from report_builder import rows
from report_builder.warehouse import Warehouse, open_warehouse
from tests.report_builder.stores import DAY, NOW_MS, RTL, Store, sqlite_rows

StoreOf = Callable[[str], Path | None]


class Wrong(NamedTuple):
    something: str


@pytest.mark.parametrize("name", ["full", "one", "untracked", "hostile"])
def test_ids_and_tracking_agree_with_the_views_of_the_store(store_of: StoreOf, name: str) -> None:
    store = store_of(name)
    assert store is not None
    with open_warehouse(store) as warehouse:
        emails = warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
        warehouse.score(NOW_MS)
        people = warehouse.rows(rows.Person, "subscribers/list")
    view = sqlite_rows(store, "select email_id, opens_tracked, clicks_tracked from email_list")
    assert sorted((e.uuid, e.opens_tracked, e.clicks_tracked) for e in emails) == sorted(view)
    assert sorted(p.uuid for p in people) == sorted(
        i for (i,) in sqlite_rows(store, "select subscriber_id from subscriber_list")
    )


@pytest.mark.parametrize(
    ("deliveries", "age_days", "switch", "expected"),
    [
        (19, 5, None, (None, None)),
        (20, 5, None, (0, None)),
        (300, 5, None, (0, 0)),
        (300, 1, None, (None, None)),  # too young for silence to mean anything
        (3, 1, 0, (0, 0)),
        (3, 1, 1, (1, 1)),
    ],
)
def test_silence_is_judged_like_the_store_does(
    tmp_path: Path,
    deliveries: int,
    age_days: int,
    switch: int | None,
    expected: tuple[int | None, int | None],
) -> None:
    store = Store(tmp_path / "s.sqlite")
    sent = NOW_MS - age_days * DAY
    email = store.email(
        "Quiet", sent, tracking_at_send=switch, analytics={"deliveries": deliveries, "opens": 0}
    )
    store.event("subscriber.delivered", sent, store.subscriber(), email)
    store.event("subscriber.delivered", NOW_MS, store.subscriber(), store.email("Later", NOW_MS - 1000))
    path = store.done()
    with open_warehouse(path) as warehouse:
        found = {e.subject: e for e in warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)}[
            "Quiet"
        ]
    assert (found.opens_tracked, found.clicks_tracked) == expected
    view = sqlite_rows(path, "select opens_tracked, clicks_tracked from email_list where subject = 'Quiet'")
    assert view == [expected]


def test_without_delivery_events_the_providers_count_is_the_denominator(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    known = store.email("Known", analytics={"deliveries": 50, "opens": 1})
    unknown = store.email("Unknown")
    for email in (known, unknown):
        store.event("subscriber.opened", NOW_MS - DAY, store.subscriber(), email)
    with open_warehouse(store.done()) as warehouse:
        found = warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
    assert {e.subject: e.delivered for e in found} == {"Known": 50, "Unknown": None}


def test_drafts_and_imported_emails_without_events_are_not_listed(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    for status, sent in (
        ("draft", NOW_MS - DAY),
        ("scheduled", NOW_MS - DAY),
        ("imported", NOW_MS - DAY),
        ("sent", NOW_MS + DAY),
    ):
        store.email(status, sent, status=status)
    store.email("shown", NOW_MS - DAY, status="about_to_send")
    store.event("subscriber.opened", NOW_MS - DAY, store.subscriber(), store.email(None, None, status=None))
    with open_warehouse(store.done()) as warehouse:
        found = warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
    assert {(e.subject, e.sent_ms) for e in found} == {("shown", NOW_MS - DAY), (None, NOW_MS - DAY)}


def test_days_are_the_newsletters_own(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite", zone="Pacific/Auckland")
    at = 1_795_000_000_000  # 2026-11-18 11:06:40 UTC is past midnight in Auckland
    store.event("subscriber.opened", at, store.subscriber(created_ms=at), store.email("x", at))
    with open_warehouse(store.done()) as warehouse:
        assert warehouse.zone == "Pacific/Auckland"
        warehouse.score(NOW_MS)
        person = warehouse.row(rows.Person, "subscribers/list")
        assert person.joined_day is not None
        assert person.joined_day.isoformat() == "2026-11-19"
        assert person.last_day == person.joined_day


@pytest.mark.parametrize("zone", ["Mars/Olympus_Mons", "", "'; drop table events; --"])
def test_an_unknown_time_zone_becomes_utc(tmp_path: Path, zone: str) -> None:
    with open_warehouse(Store(tmp_path / "s.sqlite", zone=zone).done()) as warehouse:
        assert warehouse.zone == "UTC"


def test_events_are_numbered_in_the_order_of_time_however_they_came(tmp_path: Path) -> None:
    """Nothing sorts them but the key of their table; there are more than a thread takes at once, and many ties."""
    chance = random.Random(1)
    found = sorted((NOW_MS - chance.randrange(60_000), chance.randbytes(16)) for _ in range(300_000))
    rows_of = [(at, identity, number) for number, (at, identity) in enumerate(found, 1)]
    chance.shuffle(rows_of)
    store = Store(tmp_path / "s.sqlite")
    store.insert("event_kinds", id=1, source="buttondown", family="em_evt", type="subscriber.delivered")
    store.subscriber()
    store.database.execute("begin")
    insert = "insert into events (occurred_ms, id, kind, subscriber, link) values (?, ?, 1, 1, ?)"
    store.database.executemany(insert, rows_of)
    store.database.execute("commit")
    with open_warehouse(store.done()) as warehouse:
        timeline = warehouse.rows(rows.TimelinePoint, "subscriber/timeline", since_ms=0)
    assert [event.link_id for event in timeline] == list(range(300_000, 0, -1))


def test_a_path_with_a_quote_opens(tmp_path: Path) -> None:
    folder = tmp_path / "it's"
    folder.mkdir()
    with open_warehouse(Store(folder / "s.sqlite").done()) as warehouse:
        assert warehouse.row(rows.SiteFacts, "site/facts").newsletter == "The Weekly"


def test_control_characters_do_not_get_in(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    store.subscriber("a\u0007b@example.com", name=RTL)
    with open_warehouse(store.done()) as warehouse:
        warehouse.score(NOW_MS)
        person = warehouse.row(rows.Person, "subscribers/list")
    assert person.email == "ab@example.com"
    assert person.name == "مرحبا بالعالم שלום"


def test_no_database_is_a_project_without_rows() -> None:
    with open_warehouse(None) as warehouse:
        assert warehouse.row(rows.SiteFacts, "site/facts")[1:] == (None, 0, None, None, None, 0, 0)
        assert warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS) == []


def test_rows_of_the_wrong_kind_are_refused(full: Warehouse) -> None:
    with pytest.raises(TypeError, match="Wrong expects"):
        full.rows(Wrong, "status/statuses")


def test_nothing_can_be_downloaded_or_loaded_unsigned(full: Warehouse) -> None:
    for name in ("autoinstall_known_extensions", "autoload_known_extensions", "allow_unsigned_extensions"):
        (value,) = full._connection.execute(f"select current_setting('{name}')").fetchone() or ("?",)
        assert value is False, name
    with pytest.raises(duckdb.Error):
        full._connection.execute("set allow_unsigned_extensions = true")


def ask_for_ever(store: Path) -> None:
    with open_warehouse(store) as warehouse:
        threading.Timer(0.2, warehouse._connection.interrupt).start()
        warehouse._connection.execute("select count(*) from range(1000000000000) as r where r.range % 7 = 3")


def test_ctrl_c_while_duckdb_works_is_ctrl_c(tmp_path: Path) -> None:
    """DuckDB answers an interrupt with an error of its own."""
    store = Store(tmp_path / "s.sqlite").done()
    with pytest.raises(KeyboardInterrupt):
        ask_for_ever(store)
