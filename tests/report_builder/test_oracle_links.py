"""Links and sites, counted a second time: plain Python over the stored rows against the queries."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

import pytest

from report_builder import rows
from tests.report_builder.judged import FIRST, LAST, Event, World, local
from tests.report_builder.stores import sqlite_rows

ALL = {"first_day": date(2000, 1, 1), "last_day": date(2100, 1, 1)}
PERIOD = {"first_day": FIRST, "last_day": LAST}
SPANS = [ALL, PERIOD]


def clicks_of(world: World, span: Mapping[str, date]) -> list[Event]:
    days = span["first_day"], span["last_day"]
    return [
        e for e in world.events if e.kind == "clicked" and e.link and days[0] <= local(e.at).date() <= days[1]
    ]


def targets(world: World) -> dict[int | None, str]:
    return dict(sqlite_rows(world.store, "select id, normalised from links"))


def host_of(target: str) -> str | None:
    parts = urlsplit(target)
    return (parts.hostname or "").removeprefix("www.") or None


def people(clicks: list[Event]) -> int:
    return len({e.person for e in clicks if e.is_human} - {None})


def emails(clicks: list[Event]) -> int:
    return len({e.email for e in clicks if e.is_human} - {None})


@pytest.mark.parametrize("span", SPANS, ids=["all", "period"])
def test_totals(world: World, span: dict[str, date]) -> None:
    clicks = clicks_of(world, span)
    found = world.warehouse.row(rows.ClickTotals, "links/totals", **span)
    endings = world.endings()
    leaving = people([e for e in clicks if e.link in endings])
    assert found == (people(clicks), sum(e.is_human for e in clicks), len(clicks), leaving)
    assert found.clicks > 0


@pytest.mark.parametrize("span", SPANS, ids=["all", "period"])
def test_top_links(world: World, span: dict[str, date]) -> None:
    names = targets(world)
    followed: dict[str, list[Event]] = defaultdict(list)
    for e in clicks_of(world, span):
        followed[names[e.link]].append(e)
    found = world.warehouse.rows(rows.ClickedLink, "links/top", **span)
    assert {r.target: (r.host, r.people, r.clicks, r.raw_clicks, r.emails, r.raw_emails) for r in found} == {
        target: (
            host_of(target), people(clicks), sum(e.is_human for e in clicks), len(clicks), emails(clicks),
            len({e.email for e in clicks} - {None}),
        )
        for target, clicks in followed.items()
    }  # fmt: skip
    for row in found:
        times = [e.at for e in followed[row.target] if e.is_human]
        assert (row.first_ms, row.last_ms) == (min(times, default=None), max(times, default=None))
    endings = {names[link] for link in world.endings()}
    assert {r.target for r in found if r.is_ending} == endings & set(followed)
    order = [(-r.people, -r.clicks, -r.raw_clicks, r.target) for r in found]
    assert order == sorted(order)


@pytest.mark.parametrize("span", SPANS, ids=["all", "period"])
def test_hosts(world: World, span: dict[str, date]) -> None:
    names = targets(world)
    sites: dict[str | None, list[Event]] = defaultdict(list)
    endings = world.endings()
    for e in clicks_of(world, span):
        if e.link in endings:
            continue
        sites[host_of(names[e.link])].append(e)
    found = world.warehouse.rows(rows.ClickedHost, "links/hosts", **span)
    assert {r.host: tuple(r[1:]) for r in found} == {
        host: (
            people(clicks), sum(e.is_human for e in clicks), len(clicks),
            len({names[e.link] for e in clicks if e.is_human}), emails(clicks),
        )
        for host, clicks in sites.items()
    }  # fmt: skip
