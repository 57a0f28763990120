"""The numbers of the overview, counted a second time: plain Python over the stored rows against the queries."""

from collections import defaultdict

import pytest

from report_builder import rows
from tests.report_builder.judged import FIRST, LAST, World, local
from tests.report_builder.stores import DAY, NOW_MS, sqlite_rows


def test_the_worlds_have_people_proxies_and_scanners_in_them(world: World) -> None:
    verdicts = {(e.kind, e.verdict) for e in world.events}
    assert {("opened", "human"), ("clicked", "human"), ("opened", "proxy")} <= verdicts
    if not world.store.parent.name.startswith(("full", "demo")):
        assert {("clicked", "unknown"), ("clicked", "scanner")} <= verdicts


def test_totals(world: World) -> None:
    active = {
        i
        for (i,) in sqlite_rows(
            world.store, "select id from subscribers where status in ('regular', 'premium')"
        )
    }
    for cut in (NOW_MS, NOW_MS - 20 * DAY):
        acted = [e for e in world.human() if e.at < cut]
        people = {e.person for e in acted} - {None}
        totals = world.warehouse.row(
            rows.Totals, "overview/totals", first_day=FIRST, last_day=LAST, before_ms=cut
        )
        assert totals == (
            len(people),
            len({e.person for e in acted if e.kind == "clicked"} - {None}),
            len(people & active),
            sum(1 for e in acted if e.kind == "replied"),
        )


@pytest.mark.parametrize("days", [1, 7])
def test_trend(world: World, days: int) -> None:
    expected: dict[int, tuple[set[int | None], set[int | None]]] = defaultdict(lambda: (set(), set()))
    for e in world.human():
        engaged, clicked = expected[(local(e.at).date() - FIRST).days // days]
        engaged.add(e.person)
        if e.kind == "clicked":
            clicked.add(e.person)
    found = world.warehouse.rows(
        rows.Step, "overview/trend", first_day=FIRST, last_day=LAST, days=days, before_ms=NOW_MS
    )
    assert [tuple(step) for step in found] == [
        (step, len(engaged - {None}), len(clicked - {None}))
        for step, (engaged, clicked) in sorted(expected.items())
    ]


@pytest.mark.parametrize("kind", ["opened", "clicked"])
def test_hours(world: World, kind: str) -> None:
    seen = {
        (local(e.at).isoweekday(), local(e.at).hour, local(e.at).date(), e.person, e.email)
        for e in world.human(kind)
    }
    expected: dict[tuple[int, int], int] = defaultdict(int)
    for weekday, hour, *_ in seen:
        expected[weekday, hour] += 1
    found = world.warehouse.rows(
        rows.HourActions, "overview/hours", first_day=FIRST, last_day=LAST, event_type=f"subscriber.{kind}"
    )
    assert {(h.weekday, h.hour): h.actions for h in found} == expected


def test_top_links(world: World) -> None:
    targets = dict(sqlite_rows(world.store, "select id, normalised from links"))
    endings = world.endings()
    people: dict[str, list[int | None]] = defaultdict(list)
    for e in world.human("clicked"):
        if e.link and e.link not in endings:
            people[targets[e.link]].append(e.person)
    expected = sorted(
        ((t, len(set(p) - {None}), len(p)) for t, p in people.items()), key=lambda row: (-row[1], row[0])
    )
    found = world.warehouse.rows(rows.TopLink, "overview/top_links", first_day=FIRST, last_day=LAST)
    assert [(link.target, link.people, link.clicks) for link in found] == expected[:10]


def test_top_subscribers(world: World) -> None:
    kinds: dict[tuple[int, int], set[str]] = defaultdict(set)
    for e in world.human():
        if e.person is not None and e.email is not None:
            kinds[e.person, e.email].add(e.kind)
    score: dict[int, int] = defaultdict(int)
    for (person, _), did in kinds.items():
        score[person] += 1 + 3 * ("clicked" in did)
    found = world.warehouse.rows(
        rows.TopStep, "overview/top_subscribers", first_day=FIRST, last_day=LAST, days=7, people=5
    )
    by_place = {row.place: row.score for row in found}
    assert [by_place[place] for place in sorted(by_place)] == sorted(score.values(), reverse=True)[:5]
