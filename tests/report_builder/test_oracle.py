"""The numbers, counted a second time: plain Python over the stored rows against the queries."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from report_builder import rows
from report_builder.warehouse import Warehouse
from tests.report_builder.stores import DAY, NOW_MS, sqlite_rows

ZONE = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 8, 20), date(2026, 11, 18)
OPENED, CLICKED, DELIVERED = "subscriber.opened", "subscriber.clicked", "subscriber.delivered"
Event = tuple[int, str, int, int, int | None]


@pytest.fixture(scope="module")
def events(store_of: Callable[[str], Path | None]) -> list[Event]:
    store = store_of("full")
    assert store is not None
    return sqlite_rows(
        store,
        "select e.occurred_ms, k.type, e.subscriber, e.email, e.link from events as e "
        "join event_kinds as k on k.id = e.kind order by e.occurred_ms",
    )


def local(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZONE)


def within(events: list[Event], *kinds: str) -> list[Event]:
    return [e for e in events if e[1] in kinds and FIRST <= local(e[0]).date() <= LAST]


def test_totals(full: Warehouse, events: list[Event], store_of: Callable[[str], Path | None]) -> None:
    store = store_of("full")
    assert store is not None
    active = {
        i for (i,) in sqlite_rows(store, "select id from subscribers where status in ('regular', 'premium')")
    }
    acted = within(events, OPENED, CLICKED)
    people = {e[2] for e in acted}
    totals = full.row(rows.Totals, "overview/totals", first_day=FIRST, last_day=LAST, before_ms=NOW_MS)
    assert totals == (
        len(people),
        len({e[2] for e in acted if e[1] == OPENED}),
        len({e[2] for e in acted if e[1] == CLICKED}),
        len(people & active),
    )
    cut = NOW_MS - 20 * DAY
    totals = full.row(rows.Totals, "overview/totals", first_day=FIRST, last_day=LAST, before_ms=cut)
    assert totals.engaged == len({e[2] for e in acted if e[0] < cut})


@pytest.mark.parametrize("days", [1, 7])
def test_trend(full: Warehouse, events: list[Event], days: int) -> None:
    expected: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for at, kind, person, _, _ in within(events, OPENED, CLICKED):
        expected[(local(at).date() - FIRST).days // days][kind == CLICKED].add(person)
    found = full.rows(
        rows.Step, "overview/trend", first_day=FIRST, last_day=LAST, days=days, before_ms=NOW_MS
    )
    assert [tuple(step) for step in found] == [
        (step, len(opened | clicked), len(opened), len(clicked))
        for step, (opened, clicked) in sorted(expected.items())
    ]


def test_hours(full: Warehouse, events: list[Event]) -> None:
    seen = {
        (local(at).isoweekday(), local(at).hour, local(at).date(), s, m)
        for at, _, s, m, _ in within(events, OPENED)
    }
    expected: dict[tuple[int, int], int] = defaultdict(int)
    for weekday, hour, *_ in seen:
        expected[weekday, hour] += 1
    found = full.rows(rows.HourActions, "overview/hours", first_day=FIRST, last_day=LAST, event_type=OPENED)
    assert {(h.weekday, h.hour): h.actions for h in found} == expected


def test_top_links(full: Warehouse, events: list[Event], store_of: Callable[[str], Path | None]) -> None:
    store = store_of("full")
    assert store is not None
    targets = dict(sqlite_rows(store, "select id, normalised from links"))
    people: dict[str, list[int]] = defaultdict(list)
    for _, _, person, _, link in within(events, CLICKED):
        people[targets[link]].append(person)
    expected = sorted(
        ((t, len(set(p)), len(p)) for t, p in people.items()), key=lambda row: (-row[1], row[0])
    )
    found = full.rows(rows.TopLink, "overview/top_links", first_day=FIRST, last_day=LAST)
    assert [(link.target, link.people, link.clicks) for link in found] == expected[:10]


def test_audience(full: Warehouse, store_of: Callable[[str], Path | None]) -> None:
    store = store_of("full")
    assert store is not None
    expected: dict[int, list[int]] = defaultdict(lambda: [0, 0])

    def step(ms: int) -> int:
        days = (local(ms).date() - FIRST).days
        return days // 7 if days >= 0 else -1

    for joined, left in sqlite_rows(
        store, "select created_ms, coalesce(unsubscribed_ms, undeliverable_ms) from subscribers"
    ):
        expected[step(joined)][0] += 1
        if left is not None:
            expected[step(left)][1] += 1
    found = full.rows(rows.AudienceStep, "overview/audience", first_day=FIRST, last_day=LAST, days=7)
    assert {s.step: [s.joined, s.gone] for s in found} == expected


def test_email_results(full: Warehouse, events: list[Event]) -> None:
    people: dict[tuple[int, str], set[int]] = defaultdict(set)
    for _, kind, person, email, _ in events:
        people[email, kind].add(person)
    for e in full.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS):
        reached = people[e.email_id, DELIVERED] | people[e.email_id, OPENED] | people[e.email_id, CLICKED]
        assert e.delivered == len(reached)
        assert (e.opened, e.clicked) == (len(people[e.email_id, OPENED]), len(people[e.email_id, CLICKED]))
        bounced = people[e.email_id, "subscriber.bounced"] | people[e.email_id, "subscriber.rejected"]
        assert (e.bounced, e.unsubscribed) == (
            len(bounced),
            len(people[e.email_id, "subscriber.unsubscribed"]),
        )


def test_ranking(full: Warehouse, events: list[Event]) -> None:
    since = NOW_MS - 100 * DAY
    acts: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
    for at, kind, person, email, _ in events:
        if kind in (OPENED, CLICKED, "subscriber.replied"):
            acts[person, email].append((at, kind))
    score: dict[int, int] = defaultdict(int)
    last: dict[int, int] = defaultdict(int)
    for (person, _), did in acts.items():
        last[person] = max(last[person], max(at for at, _ in did))
        if max(at for at, _ in did) >= since:
            kinds = {kind for _, kind in did}
            score[person] += (OPENED in kinds) + 3 * (CLICKED in kinds)
    found = full.rows(rows.Person, "subscribers/list", since_ms=since)
    assert {p.subscriber_id: p.score for p in found if p.score} == {p: s for p, s in score.items() if s}
    in_order = [-1 if p.score is None else p.score for p in found]
    assert in_order == sorted(in_order, reverse=True)
    received = {person for _, kind, person, _, _ in events if kind in (DELIVERED, OPENED, CLICKED)}
    assert {p.subscriber_id for p in found if p.score is not None} == received
    assert {p.subscriber_id: p.last_ms for p in found if p.last_ms} == last
    assert all(p.last_day == local(p.last_ms).date() for p in found if p.last_ms)


def test_top_subscribers(full: Warehouse, events: list[Event]) -> None:
    kinds: dict[tuple[int, int], set[str]] = defaultdict(set)
    for _, kind, person, email, _ in within(events, OPENED, CLICKED):
        kinds[person, email].add(kind)
    score: dict[int, int] = defaultdict(int)
    for (person, _), did in kinds.items():
        score[person] += (OPENED in did) + 3 * (CLICKED in did)
    found = full.rows(
        rows.TopStep, "overview/top_subscribers", first_day=FIRST, last_day=LAST, days=7, people=5
    )
    by_place = {row.place: row.score for row in found}
    assert [by_place[place] for place in sorted(by_place)] == sorted(score.values(), reverse=True)[:5]
    assert all(0 <= row.step <= (LAST - FIRST).days // 7 and row.actions > 0 for row in found)


def test_curve_counts_everybody_once(full: Warehouse) -> None:
    opened: dict[int, int] = defaultdict(int)
    for hour in full.rows(rows.CurveHour, "email/curve"):
        assert 0 <= hour.hour <= 168
        opened[hour.email_id] += hour.opened
    results = full.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
    assert opened == {e.email_id: e.opened for e in results}


def test_timelines_hold_every_event_once(full: Warehouse, events: list[Event]) -> None:
    since = NOW_MS - 90 * DAY
    recent = full.rows(rows.TimelineEvent, "subscriber/timeline", since_ms=since)
    earlier = full.rows(rows.EarlierEmail, "subscriber/earlier", since_ms=since)
    assert len(recent) + sum(e.events for e in earlier) == len(events)
    people = [e.subscriber_id for e in recent]
    assert people == sorted(people)
    assert timedelta(milliseconds=min(e.occurred_ms for e in recent) - since) >= timedelta(0)
