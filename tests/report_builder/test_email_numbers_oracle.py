"""Times, half-lives, depth and comparisons of emails, counted a second time in plain Python over the stored rows."""

from collections import defaultdict
from math import ceil
from statistics import median

import pytest

from report_builder import rows
from report_builder.views.email_usual import at_age, course
from tests.report_builder.judged import Event, World
from tests.report_builder.stores import NOW_MS, sqlite_rows

HOUR = 3_600_000
WEEK = 168 * HOUR


def sending(world: World) -> dict[int, int]:
    """When each email was sent, or else first seen."""
    first: dict[int, int] = {}
    for e in world.events:
        if e.email is not None:
            first.setdefault(e.email, e.at)
    published = sqlite_rows(world.store, "select id, published_ms from emails")
    known = {i: at if at is not None else first.get(i) for i, at in published}
    return {i: at for i, at in known.items() if at is not None}


def arrivals(world: World) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for e in world.events:
        if e.kind == "delivered" and e.email is not None and e.person is not None:
            found.setdefault((e.email, e.person), e.at)
    return found


def first_acts(world: World, *kinds: str) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for e in world.events:
        if e.kind in kinds and e.is_human and e.email is not None and e.person is not None:
            found.setdefault((e.email, e.person), e.at)
    return found


def waits(world: World) -> dict[tuple[int, str], list[int]]:
    """By email and act, in order."""
    sent, arrived = sending(world), arrivals(world)
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    tracked = {r.email_id for r in results(world) if r.opens_tracked == 1}
    for act, kinds in (("open", ("opened", "clicked", "replied")), ("click", ("clicked",))):
        for (email, person), at in first_acts(world, *kinds).items():
            if act == "click" or email in tracked:
                found[email, act].append(max(0, at - arrived.get((email, person), sent[email])))
    return {key: sorted(values) for key, values in found.items()}


def results(world: World) -> list[rows.EmailResult]:
    return world.warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)


def nearest(values: list[int], share: float) -> int:
    """The value at the nearest rank: the smallest that so great a share does not exceed."""
    return values[ceil(share * len(values)) - 1]


def within(values: list[int], hours: int) -> int:
    return sum(1 for value in values if value < hours * HOUR)


def test_pace(world: World) -> None:
    expected = [
        (email, act, len(v), *(nearest(v, share) for share in (0.25, 0.5, 0.75)),
         *(within(v, hours) for hours in (1, 6, 24, 72, 168)))
        for (email, act), v in waits(world).items()
    ]  # fmt: skip
    found = world.warehouse.rows(rows.Pace, "email/pace")
    assert expected
    assert [tuple(row) for row in found] == sorted(expected)


@pytest.mark.parametrize("weeks", [(2, 0), (9, 1), (60, 0)])
def test_pace_of_all(world: World, weeks: tuple[int, int]) -> None:
    since, until = (NOW_MS - n * WEEK for n in weeks)
    sent = sending(world)
    pooled: dict[str, list[int]] = defaultdict(list)
    emails: dict[str, set[int]] = defaultdict(set)
    for (email, act), values in waits(world).items():
        if since <= sent[email] < until:
            pooled[act] += values
            emails[act].add(email)
    expected = [
        (act, len(emails[act]), len(v), *(nearest(sorted(v), share) for share in (0.25, 0.5, 0.75)),
         *(within(v, hours) for hours in (1, 2, 3, 6, 12, 24, 48, 72, 168)))
        for act, v in pooled.items()
    ]  # fmt: skip
    found = world.warehouse.rows(rows.PaceOfAll, "timing/pace", since_ms=since, until_ms=until)
    assert [tuple(row) for row in found] == sorted(expected)


def test_half_life(world: World) -> None:
    sent = sending(world)
    clicks: dict[int, list[int]] = defaultdict(list)
    for e in world.events:
        if e.kind == "clicked" and e.is_human and e.email in sent and e.at - sent[e.email or 0] < WEEK:
            clicks[e.email or 0].append(max(0, e.at - sent[e.email or 0]))
    found = world.warehouse.rows(rows.HalfLife, "email/half_life")
    assert {r.email_id: (r.clicks, r.half_ms) for r in found} == {
        email: (len(v), nearest(sorted(v), 0.5)) for email, v in clicks.items()
    }


def test_depth(world: World) -> None:
    targets = dict(sqlite_rows(world.store, "select id, normalised from links"))
    clicks: dict[tuple[int, int, str | None], list[int]] = defaultdict(list)
    for e in world.events:
        if e.kind == "clicked" and e.is_human and e.email is not None and e.person is not None:
            clicks[e.email, e.person, targets.get(e.link)].append(e.at)
    people: dict[int, set[int]] = defaultdict(set)
    counted: dict[int, int] = defaultdict(int)
    links: dict[int, int] = defaultdict(int)
    for (email, person, target), times in clicks.items():
        people[email].add(person)
        counted[email] += sum(n == 0 or at - times[n - 1] > 300_000 for n, at in enumerate(times))
        links[email] += target is not None
    found = world.warehouse.rows(rows.Depth, "email/depth")
    assert {r.email_id: (r.clickers, r.clicks, r.links) for r in found} == {
        email: (len(known), counted[email], links[email]) for email, known in people.items()
    }


def test_open_counts(world: World) -> None:
    opens: dict[int, list[Event]] = defaultdict(list)
    acted: dict[int, set[int | None]] = defaultdict(set)
    for e in world.events:
        if e.email is not None and e.kind == "opened":
            opens[e.email].append(e)
        if e.email is not None and e.kind in ("opened", "clicked", "replied") and e.is_human:
            acted[e.email].add(e.person)
    found = world.warehouse.rows(rows.OpenCounts, "email/opens")
    assert {r.email_id: (r.raw_opens, r.scanner_opens, r.proxy_readers) for r in found} == {
        email: (
            len(all_),
            sum(e.verdict == "scanner" for e in all_),
            len({e.person for e in all_ if e.verdict == "proxy"} - acted[email] - {None}),
        )
        for email, all_ in opens.items()
    }


def test_links_count_readers_with_machines(world: World) -> None:
    targets = dict(sqlite_rows(world.store, "select id, normalised from links"))
    people: dict[tuple[int, str], set[int | None]] = defaultdict(set)
    for e in world.events:
        if e.kind == "clicked" and e.link and e.email:
            people[e.email, targets[e.link]].add(e.person)
    found = world.warehouse.rows(rows.EmailLink, "email/links")
    assert {(r.email_id, r.target): r.raw_people for r in found} == {
        key: len(known - {None}) for key, known in people.items()
    }


@pytest.mark.parametrize("hours", [1, 29, 168])
def test_at_equal_age(world: World, hours: int) -> None:
    """Each email against up to ten before it, from nothing but first acts and sendings."""
    sent, clicked = sending(world), first_acts(world, "clicked")
    opened = first_acts(world, "opened", "clicked", "replied")
    by_email = defaultdict(list)
    for hour in world.warehouse.rows(rows.CurveHour, "email/curve"):
        by_email[hour.email_id].append(hour)
    emails = results(world)
    courses = [course(e, by_email[e.email_id]) for e in emails]

    def rate(
        e: rows.EmailResult, firsts: dict[tuple[int, int], int], tracked: int | None, whole: int | None
    ) -> float | None:
        if tracked != 1 or not whole or whole < 30:
            return None
        people = sum(
            1 for (email, _), at in firsts.items() if email == e.email_id and at - sent[email] < hours * HOUR
        )
        return people / whole

    def usual(before: list[float | None]) -> float | None:
        known = [r for r in before if r is not None]
        return median(known) if len(known) >= 3 else None

    click_rates = [rate(e, clicked, e.clicks_tracked, e.delivered) for e in emails]
    open_rates = [rate(e, opened, e.opens_tracked, e.measurable) for e in emails]
    for place, mine in enumerate(courses):
        found = at_age(mine, courses[place + 1 :], hours)
        assert found is not None
        assert (found.clicks.rate.rate, found.opens.rate.rate) == (click_rates[place], open_rates[place])
        assert found.clicks.usual == usual(click_rates[place + 1 : place + 11])
        assert found.opens.usual == usual(open_rates[place + 1 : place + 11])
