"""The three views that other tools read: their columns, their spelling, and null for what is not known."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from demo import Newsletter, Row, analytics, email, event, subscriber
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT
from tests.sync_job.world import NOON, World

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

COLUMNS = {
    "event_log": "event_id source type occurred_at subscriber_id subscriber_email email_id email_subject url "
    "properties",
    "subscriber_list": "subscriber_id email name status source subscribed_at tags deleted_at",
    "email_list": "email_id subject status published_at url opens_tracked clicks_tracked analytics",
}
IDS_AND_TIMES = {
    "event_log": (["event_id", "subscriber_id", "email_id"], ["occurred_at"]),
    "subscriber_list": (["subscriber_id"], ["subscribed_at", "deleted_at"]),
    "email_list": (["email_id"], ["published_at"]),
}


@pytest.fixture
def world(found: Found) -> World:
    """Everything that may be missing is missing somewhere."""
    reader = subscriber(
        "reader@example.com", tags=["b", "a"], metadata={"first_name": "Ada", "last_name": "L"}
    )
    issue, draft = email("Issue 1", at=SENT), email("Draft", status="draft")
    draft.update(subject="", absolute_url="")
    newsletter = Newsletter(
        subscribers=[reader, subscriber("plain@example.com", metadata={"name": "  Plain  "})],
        emails=[issue, draft],
        events=[
            event("opened", at="2026-08-20T14:21:09.314999Z"),
            event("clicked", subscriber=reader, email=issue, at=SENT, url="https://example.com/?q=1"),
            event("opened", subscriber=subscriber("x@example.com"), email=email("Gone"), at=SENT),
            event("levitated", subscriber=reader, email="odd id", at="2026-01-01T00:00:00"),
        ],
    )
    made = found(newsletter)
    made.sync()
    return made


@pytest.mark.parametrize("view", COLUMNS)
def test_the_columns_are_those_of_the_contract(world: World, view: str) -> None:
    names = [row[0] for row in world.query(f"select name from pragma_table_info('{view}')")]
    assert names == COLUMNS[view].split()


@pytest.mark.parametrize("view", COLUMNS)
def test_ids_and_times_are_spelled_one_way_or_null(world: World, view: str) -> None:
    for names, pattern in zip(IDS_AND_TIMES[view], (UUID, TIME), strict=True):
        for name in names:
            values = [row[0] for row in world.query(f"select {name} from {view}")]
            assert all(value is None or pattern.fullmatch(value) for value in values), (name, values)
    assert world.query(f"select * from {view} where '----' in ({', '.join(COLUMNS[view].split())})") == []


def test_an_event_of_nobody_has_nulls(world: World) -> None:
    row = world.query("select * from event_log where occurred_at like '2026-08-20%'")[0]
    assert row[1:] == ("buttondown", "subscriber.opened", "2026-08-20T14:21:09.314Z", *[None] * 5, "{}")


def test_an_event_reads_like_a_sentence(world: World) -> None:
    row = world.query(
        "select type, subscriber_email, email_subject, url from event_log where type = 'subscriber.clicked'"
    )
    assert row == [("subscriber.clicked", "reader@example.com", "Issue 1", "https://example.com/?q=1")]


def test_people_nobody_can_find_are_listed_as_gone(world: World) -> None:
    rows = world.query("select email, name, status, subscribed_at, tags, deleted_at from subscriber_list")
    assert sorted(rows, key=str) == sorted(
        [
            ("reader@example.com", "Ada L", "regular", "2026-01-05T09:00:00.000Z", '["a","b"]', None),
            ("plain@example.com", "Plain", "regular", "2026-01-05T09:00:00.000Z", "[]", None),
            (None, None, None, None, "[]", "2026-08-20T12:00:00.000Z"),
        ],
        key=str,
    )


def test_what_an_email_does_not_have_is_null(world: World) -> None:
    [(subject, published_at, url, analytics_)] = world.query(
        "select subject, published_at, url, analytics from email_list where status = 'draft'"
    )
    assert (subject, published_at, url, analytics_) == (None, None, None, None)


def test_properties_and_tags_and_analytics_are_json(world: World) -> None:
    for (text,) in world.query("select properties from event_log"):
        assert isinstance(json.loads(text), dict)
    for (text,) in world.query("select analytics from email_list where analytics is not null"):
        assert json.loads(text)["deliveries"] == 0


# tracked or not


def make_email(counts: dict[str, Any], kinds: list[str], *, days: float = 30) -> Newsletter:
    sent = NOON - timedelta(days=days)
    issue = email("Issue", at=sent, analytics=analytics(**counts))
    seen: list[Row] = [event(kind, email=issue, at=sent + timedelta(hours=1)) for kind in kinds]
    return Newsletter(emails=[issue], events=[*seen, event("delivered", at=NOON)])


@pytest.mark.parametrize(
    ("counts", "kinds", "days", "features", "tracked"),
    [
        ({}, ["opened"], 30, ["tracking"], (1, None)),
        ({}, ["clicked"], 30, ["tracking"], (None, 1)),
        ({"opens": 1, "clicks": 2}, [], 30, ["tracking"], (1, 1)),
        ({"deliveries": 19}, [], 30, ["tracking"], (None, None)),
        ({"deliveries": 20}, [], 30, ["tracking"], (0, None)),
        ({"deliveries": 299}, ["opened"], 30, ["tracking"], (1, None)),
        ({"deliveries": 300}, ["opened"], 30, ["tracking"], (1, 0)),
        ({"deliveries": 300}, [], 30, ["tracking"], (0, 0)),
        ({"deliveries": 5000}, [], 1, ["tracking"], (1, 1)),  # the switch says so; two days are not over
        ({"deliveries": 5000}, [], 1.5, ["tracking"], (None, None)),
        ({"deliveries": 3}, [], 0.5, [], (0, 0)),
        ({"deliveries": 3}, ["opened"], 0.5, [], (1, 0)),
        ({"deliveries": 3}, [], 0.5, ["tracking"], (1, 1)),
    ],
)
def test_whether_an_email_was_tracked(
    found: Found, counts: dict[str, Any], kinds: list[str], days: float, features: list[str], tracked: Any
) -> None:
    newsletter = make_email(counts, kinds, days=days)
    newsletter.newsletter["enabled_features"] = features
    world = found(newsletter)
    world.sync()
    assert world.query("select opens_tracked, clicks_tracked from email_list") == [tracked]


@pytest.mark.parametrize(
    "kind", ["activation_opened", "subscription_confirmed_clicked", "subscriber.activation_opened"]
)
def test_opening_a_confirmation_mail_is_not_opening_an_email(found: Found, kind: str) -> None:
    world = found(make_email({}, [kind]))
    report = world.sync()
    assert world.query("select opens_tracked, clicks_tracked from email_list") == [(None, None)]
    assert report.counts.unknown_types == {}
    assert (
        world.one("select count(*) from event_log where type in ('subscriber.opened', 'subscriber.clicked')")
        == 0
    )


@pytest.mark.parametrize(
    ("given", "stored", "original"),
    [
        ("opened", "subscriber.opened", None),
        ("subscriber.opened", "subscriber.opened", None),
        ("email.opened", "subscriber.opened", "email.opened"),
        ("email_clicked", "subscriber.clicked", "email_clicked"),
        ("sent", "email.sent", "sent"),
        ("email.attempted", "email.attempted", None),
        ("activation_opened", "subscriber.activation_opened", "activation_opened"),
        (
            "subscription_confirmed_delivered",
            "subscriber.subscription_confirmed_delivered",
            "subscription_confirmed_delivered",
        ),
        ("levitated", "levitated", None),
        ("", "unknown", None),
    ],
)
def test_old_names_of_events_are_told_by_their_endings(
    found: Found, given: str, stored: str, original: str | None
) -> None:
    world = found(Newsletter(events=[event(given, at=SENT)]))
    report = world.sync()
    assert world.query("select type, properties ->> 'event_type' from event_log") == [(stored, original)]
    assert set(report.counts.unknown_types) == ({stored} & {"levitated", "unknown"})


def test_unknown_fields_of_events_are_kept_and_counted(found: Found) -> None:
    row = event("opened", at=SENT, metadata={"region": "north", "client_os": "iOS", "huge": "x" * 5000})
    row["flavour"] = {"deep": [1, 2]}
    world = found(Newsletter(events=[row]))
    report = world.sync()
    assert json.loads(world.one("select properties from event_log")) == {
        "flavour": {"deep": [1, 2]},
        "region": "north",
        "os": "iOS",
    }
    assert set(report.counts.unknown_fields) == {
        "event.flavour",
        "event.metadata.region",
        "event.metadata.huge",
    }
