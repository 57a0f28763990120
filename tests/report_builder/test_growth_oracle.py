"""The numbers of the growth page, counted a second time: plain Python over the stored rows against the queries."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from report_builder import rows
from report_builder.warehouse import open_warehouse
from tests.report_builder.growth_worlds import (
    Move,
    Somebody,
    dated,
    everybody,
    growth_store,
    month,
    moves_of,
)
from tests.report_builder.judged import World, chance_store, local, stored_events
from tests.report_builder.newsletter import demo_store
from tests.report_builder.stores import DAY, NOW_MS, PERSON, Store, full_store

SINCE, THIS = date(2025, 12, 1), 2026 * 12 + 11


@pytest.fixture(scope="module", params=["full", "demo", "chance", 1, 2, 3, 4, 5])
def lives(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, list[Somebody]]]:
    path = tmp_path_factory.mktemp("lives") / "s.sqlite"
    if request.param == "full":
        full_store(path)
    elif request.param == "demo":
        demo_store(path)
    elif request.param == "chance":
        chance_store(path, 3)
    else:
        growth_store(path, request.param)
    with open_warehouse(path) as warehouse:
        yield World(path, warehouse, stored_events(path)), everybody(path)


def test_moves(lives: tuple[World, list[Somebody]]) -> None:
    world, people = lives
    found = world.warehouse.stream(Move, "../relations/moves")
    assert Counter(found) == Counter(move for person in people for move in moves_of(person))


def test_the_moves_of_each_person_add_up_to_today(lives: tuple[World, list[Somebody]]) -> None:
    world, people = lives
    sums: Counter[int] = Counter()
    for move in world.warehouse.stream(Move, "../relations/moves"):
        sums[move.subscriber_id] += move.change
        assert move.change == (1 if move.kind in ("joined", "returned") else -1)
    assert {number for number, total in sums.items() if total} == {p.number for p in people if p.is_active}
    assert set(sums.values()) <= {0, 1}


def test_months(lives: tuple[World, list[Somebody]]) -> None:
    world, people = lives
    expected: dict[int, Counter[str]] = defaultdict(Counter)
    for move, day in dated(people):
        expected[month(day)][move.kind] += 1
    found = world.warehouse.rows(rows.MonthMoves, "growth/months")
    assert [m.month for m in found] == sorted(expected)
    assert {
        m.month: Counter({k: n for k, n in list(m._asdict().items())[1:] if n}) for m in found
    } == expected


def test_undated(lives: tuple[World, list[Somebody]]) -> None:
    world, people = lives
    without = {p.number for p in people if any(move.day is None for move in moves_of(p))}
    assert world.warehouse.row(rows.Undated, "growth/undated").people == len(without)


def measured(world: World, window: dict[int, tuple[int, int]], fewest: int = 1) -> set[int]:
    """People to whom so many emails were delivered within their window of which it can be known whether they read
    them.
    """
    results = {e.email_id: e for e in world.warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)}
    did: dict[tuple[int, int], list[tuple[str, bool, int]]] = defaultdict(list)
    for e in world.events:
        if e.person is not None and e.email is not None:
            did[e.person, e.email].append((e.kind, e.is_human, e.at))
    known: Counter[int] = Counter()
    trackable: Counter[int] = Counter()
    hidden = set()
    for (person, email), acts in did.items():
        arrived = min((at for kind, _, at in acts if kind == "delivered"), default=None)
        if arrived is None or person not in window or not window[person][0] <= arrived < window[person][1]:
            continue
        is_human = any(human for _, human, _ in acts)
        is_hidden = not is_human and any(kind in ("opened", "clicked") for kind, *_ in acts)
        if is_human or (results[email].opens_tracked == 1 and not is_hidden):
            known[person] += 1
        if is_human or 1 in (results[email].opens_tracked, results[email].clicks_tracked):
            trackable[person] += 1
        if is_hidden:
            hidden.add(person)
    enough = {person for person, emails in known.items() if emails >= fewest}
    return enough | {person for person, emails in trackable.items() if emails >= fewest} - hidden


def test_cohorts(lives: tuple[World, list[Somebody]]) -> None:
    world, people = lives
    ever = measured(world, {p.number: (0, NOW_MS * 2) for p in people if not p.is_untracked})
    acted = {(e.person, month(local(e.at).date())) for e in world.events if e.is_human}
    tracked = {
        e.email_id
        for e in world.warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
        if 1 in (e.opens_tracked, e.clicks_tracked)
    }
    sent = {month(local(e.at).date()) for e in world.events if e.kind == "delivered" and e.email in tracked}
    cohorts: dict[int, list[Somebody]] = defaultdict(list)
    for p in people:
        first = next((m for m in moves_of(p) if m.kind == "joined"), None)
        if first and first.day and THIS - 12 <= month(first.day) <= THIS:
            cohorts[month(first.day)].append(p)
    expected = []
    for start in sorted(cohorts):
        members = cohorts[start]
        for later in range(THIS - start + 1):
            here = [
                sum(m.change for m in moves_of(p) if m.day is not None and month(m.day) <= start + later)
                for p in members
            ]
            sample = [p for p in members if p.number in ever]
            engaged = [p for p in sample if (p.number, start + later) in acted]
            expected.append(
                (start, later, len(members), len(sample), sum(here), len(engaged), int(start + later in sent))
            )
    assert [
        tuple(c) for c in world.warehouse.rows(rows.CohortMonth, "growth/cohorts", month=THIS)
    ] == expected


def test_sources(lives: tuple[World, list[Somebody]]) -> None:
    world, people = lives
    signed_up = [
        p
        for p in people
        if p.status != "blocked" and (p.joined is not None or p.confirmed is not None or p.is_active)
    ]
    begin = min((e.at for e in world.events if e.kind == "delivered"), default=0)
    new = {
        p.number: (p.confirmed, p.confirmed + 30 * DAY)
        for p in signed_up
        if p.confirmed is not None and begin <= p.confirmed <= NOW_MS - 30 * DAY and not p.is_untracked
    }
    sample = measured(world, new, fewest=2)
    acted = {
        e.person for e in world.events
        if e.is_human and e.person in new and new[e.person][0] <= e.at < new[e.person][1]
    }  # fmt: skip
    complaints = {e.person for e in world.events if e.kind == "complained"}
    expected: dict[tuple[str | None, ...], list[int]] = defaultdict(lambda: [0] * 11)
    for p in signed_up:
        moves = moves_of(p)
        known = [m for m in moves if m.day is not None]
        complained = p.number in complaints or any(m.kind == "complained" for m in known)
        ripe = p.confirmed is not None and p.confirmed + 90 * DAY <= NOW_MS and len(known) == len(moves)
        here = sum(
            m.change
            for m in moves
            if m.occurred_ms is not None and m.occurred_ms < (p.confirmed or 0) + 90 * DAY
        )
        lately = [m for m in known if m.day is not None and m.day >= SINCE]
        counts = (
            1, p.confirmed is not None, p.number in sample, p.number in sample and p.number in acted,
            ripe, ripe and here > 0, p.confirmed is not None and complained,
            *(sum(m.change == change for m in some) for some in (known, lately) for change in (1, -1)),
        )  # fmt: skip
        key = (p.source, p.utm_source, p.campaign, p.referrer)
        expected[key] = [a + b for a, b in zip(expected[key], map(int, counts), strict=True)]
    found = world.warehouse.rows(rows.SourceCounts, "growth/sources", first_day=SINCE, now_ms=NOW_MS)
    assert {tuple(r[:4]): list(r.counts.values()) for r in found} == expected
    assert len(found) == len(expected)
    assert [r.sign_ups for r in found] == sorted((r.sign_ups for r in found), reverse=True)


def test_reasons(lives: tuple[World, list[Somebody]]) -> None:
    world, people = lives
    left = {m.subscriber_id for m, day in dated(people) if m.kind == "unsubscribed" and day >= SINCE}
    expected = Counter(p.reason for p in people if p.number in left and not p.is_active)
    found = world.warehouse.rows(rows.ReasonCount, "growth/reasons", first_day=SINCE)
    assert {r.reason: r.people for r in found} == expected
    assert len(found) == len(expected)


def test_ages(lives: tuple[World, list[Somebody]]) -> None:
    world, people = lives
    expected: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for p in people:
        known = [m for m in moves_of(p) if m.occurred_ms is not None]
        in_time = sorted(known, key=lambda m: (m.occurred_ms or 0, m.change))
        for before, after in pairwise(in_time):
            if after.change == -1 and after.day and before.day and after.day >= SINCE:
                days = (after.day - before.day).days
                span = 1 + sum(days > limit for limit in (30, 90, 365))
                expected[span][0] += after.kind == "unsubscribed"
                expected[span][1] += 1
    found = world.warehouse.rows(rows.AgeCount, "growth/ages", first_day=SINCE)
    assert {a.span: [a.unsubscribed, a.went] for a in found} == expected


def test_the_overview_counts_the_same_moves(lives: tuple[World, list[Somebody]]) -> None:
    world, people = lives
    expected = Counter(m.change for m, day in dated(people) if SINCE <= day <= date(2026, 11, 18))
    found = world.warehouse.rows(
        rows.AudienceStep, "overview/audience", first_day=SINCE, last_day=date(2026, 11, 18), days=7
    )
    now = [step for step in found if step.step >= 0]
    assert (sum(s.joined for s in now), sum(s.gone for s in now)) == (expected[1], expected[-1])


def test_the_chance_lives_hold_every_case(tmp_path: Path) -> None:
    kinds: Counter[str] = Counter()
    undated = 0
    for seed in range(1, 6):
        for p in everybody(growth_store(tmp_path / f"{seed}.sqlite", seed)):
            kinds.update(m.kind for m in moves_of(p))
            undated += any(m.day is None for m in moves_of(p))
    assert set(kinds) == {"joined", "returned", "unsubscribed", "undeliverable", "complained", "removed"}
    assert min(kinds.values()) > 10
    assert undated > 10


def test_only_those_whose_first_30_days_can_be_judged_fairly_are_measured(tmp_path: Path) -> None:
    """The history begins with the first delivery 100 days ago; one email in 30 days is too few to judge by."""
    begin = NOW_MS - 100 * DAY
    store = Store(tmp_path / "s.sqlite")
    imported = store.subscriber(source="import", created_ms=begin - 1)
    first, second, late = (
        store.subscriber(source=name, created_ms=begin) for name in ("form", "api", "late")
    )
    emails = [store.email(f"Email {n}", begin + n * DAY, tracking_at_send=1) for n in range(3)]
    for n, email in enumerate(emails):
        for person in (imported, first):
            store.event("subscriber.delivered", begin + n * DAY, person, email)
    store.event("subscriber.delivered", begin + DAY, second, emails[1])
    store.event("subscriber.delivered", begin + 31 * DAY, second, emails[2])
    store.event("subscriber.opened", begin + 2 * DAY, second, emails[1], agent=PERSON)
    store.event("subscriber.delivered", begin + DAY, late, emails[1])
    store.event("subscriber.opened", begin + 2 * DAY, first, emails[1], agent=PERSON)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        found = warehouse.rows(rows.SourceCounts, "growth/sources", first_day=SINCE, now_ms=NOW_MS)
    assert {r.source: (r.measured, r.engaged) for r in found} == {
        "import": (0, 0), "form": (1, 1), "api": (0, 0), "late": (0, 0),
    }  # fmt: skip
