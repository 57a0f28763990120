"""Groups beside everybody: each count a second time in plain Python, and when a difference is called one."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from report_builder import rows
from report_builder.clock import Clock
from report_builder.comparison import Compared, Group, compare, group_record, others
from report_builder.segments import latest_ms
from report_builder.views.rates import pooled_clicks, pooled_opens
from report_builder.warehouse import Warehouse, open_warehouse
from tests.report_builder.judged import World, local
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store

CLOCK = Clock(NOW, "Europe/Berlin")
YEAR, WEEKS = 364, 91


def groups_of(people: list[int]) -> list[Group]:
    """Everybody, some by chance, one alone, and nobody."""
    rng = Random(len(people))
    half, few = rng.sample(people, len(people) // 2), rng.sample(people, 5)
    chosen = [people, half, few, people[:1], []]
    return [Group("segment" if n else "everybody", "g" * n, frozenset(each)) for n, each in enumerate(chosen)]


class Told:
    """What is known of emails and people, without SQL."""

    def __init__(self, world: World) -> None:
        self.emails = world.warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
        self.persons = {p.subscriber_id: p for p in world.warehouse.rows(rows.Person, "subscribers/list")}
        self.did: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self.last_day: dict[int, set[date]] = defaultdict(set)
        for e in world.events:
            if e.person is None:
                continue
            if e.is_human:
                self.last_day[e.person].add(local(e.at).date())
            if e.email is None:
                continue
            pair = (e.email, e.person)
            self.did[e.kind].add(pair)
            if e.kind in ("delivered", "opened", "clicked", "replied"):
                self.did["reached"].add(pair)
            if e.is_human:
                self.did["acted"].add(pair)
                self.did[f"{e.kind} by a person"].add(pair)
            elif e.verdict:
                self.did["machine"].add(pair)
        self.hidden = self.did["machine"] - self.did["acted"]
        self.dated = {email for email, _ in self.did["delivered"]}

    def sent_since(self, since_ms: int) -> list[rows.EmailResult]:
        return [e for e in self.emails if since_ms <= (e.sent_ms or 0) <= NOW_MS]

    def pairs(
        self, emails: list[rows.EmailResult], kind: str, people: frozenset[int]
    ) -> set[tuple[int, int]]:
        ids = {e.email_id for e in emails if e.email_id in self.dated}
        return {(email, person) for email, person in self.did[kind] if email in ids and person in people}


def test_the_people_of_a_group(world: World) -> None:
    told = Told(world)
    groups = groups_of(sorted(told.persons))
    first = CLOCK.today - timedelta(days=WEEKS - 1)
    recent = {e.email_id for e in told.sent_since(NOW_MS - WEEKS * DAY) if e.opens_tracked == 1}
    visible = {person for email, person in told.did["reached"] - told.hidden if email in recent}
    engaged = {person for person, days in told.last_day.items() if any(day >= first for day in days)}
    for group, compared in zip(groups, compare(groups, world.warehouse, CLOCK, told.emails), strict=True):
        active = {p for p in group.members if told.persons[p].is_active}
        scores = [score for p in active if (score := told.persons[p].score) is not None]
        counted = compared.counts.people
        assert counted[1:] == (
            len(group.members),
            len(active),
            len(active & (visible | engaged)),
            len(active & engaged),
            len(scores),
            sum(scores),
        )
        assert compared.mean_score == (sum(scores) / len(scores) if len(scores) >= 10 else None)
        measurable, did = len(active & (visible | engaged)), len(active & engaged)
        assert compared.rates["engaged_share"].pool.rate == (did / measurable if measurable >= 20 else None)


def test_the_latest_emails_of_a_group(world: World) -> None:
    told = Told(world)
    groups = groups_of(sorted(told.persons))
    latest = told.sent_since(latest_ms(told.emails, 10))
    assert len(latest) == 10
    opens = [e for e in latest if e.opens_tracked == 1]
    clicks = [e for e in latest if e.clicks_tracked == 1]
    both = [e for e in opens if e.clicks_tracked == 1]
    for group, compared in zip(groups, compare(groups, world.warehouse, CLOCK, told.emails), strict=True):
        who = group.members
        delivered = told.pairs(clicks, "reached", who)
        clicked = told.pairs(clicks, "clicked by a person", who)
        measurable = told.pairs(opens, "reached", who) - told.hidden
        opened = told.pairs(opens, "acted", who)
        assert compared.counts.emails[1:] == (
            len(delivered),
            len(clicked),
            len(measurable),
            len(opened),
            len(told.pairs(both, "acted", who)),
            len(told.pairs(both, "clicked by a person", who)),
            *(len({person for _, person in pairs}) for pairs in (delivered, clicked, measurable, opened)),
        )
        assert compared.rates["click_rate"].pool.rate == (
            len(clicked) / len(delivered) if len(delivered) >= 30 else None
        )


def test_departures_of_a_group(world: World) -> None:
    told = Told(world)
    groups = groups_of(sorted(told.persons))
    year = told.sent_since(NOW_MS - YEAR * DAY)
    for group, compared in zip(groups, compare(groups, world.warehouse, CLOCK, told.emails), strict=True):
        assert compared.counts.departures[1:] == (
            len(told.pairs(year, "reached", group.members)),
            len(told.pairs(year, "unsubscribed", group.members)),
        )


def test_everybody_has_the_rates_of_the_emails(full: Warehouse) -> None:
    """Where every delivery is known, all people together are what the list of emails says."""
    emails = full.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
    people = frozenset(p.subscriber_id for p in full.rows(rows.Person, "subscribers/list"))
    (everybody,) = compare([Group("everybody", "", people)], full, CLOCK, emails)
    assert everybody.rates["click_rate"].pool == pooled_clicks(emails[:10])
    assert everybody.rates["open_rate"].pool == pooled_opens(emails[:10]).measured
    assert everybody.differences == {}


def test_memberships_are_replaced_and_may_be_many(full: Warehouse) -> None:
    people = [p.subscriber_id for p in full.rows(rows.Person, "subscribers/list")]
    emails = full.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
    for members in (people, people[:7], []):
        all_, some = compare(
            [Group("everybody", "", frozenset(people)), Group("tag", "t", frozenset(members))],
            full,
            CLOCK,
            emails,
        )
        assert (all_.counts.people.people, some.counts.people.people) == (len(people), len(members))


@pytest.fixture
def measured(tmp_path: Path) -> Iterator[tuple[Store, list[Compared]]]:
    """200 people got 5 emails; of the first 100, 60 open and 5 click each of them, of the others 20 and 5. One of the
    others clicks eight links in all: many clicks, few people."""
    store = Store(tmp_path / "s.sqlite")
    people = [store.subscriber() for _ in range(200)]
    link = store.link("https://a.example/")
    for number in range(5):
        sent = NOW_MS - (5 + number) * DAY
        email = store.email(f"Letter {number}", sent, tracking_at_send=1)
        for place, person in enumerate(people):
            store.event("subscriber.delivered", sent, person, email)
            if place % 100 < (60 if place < 100 else 20):
                store.event("subscriber.opened", sent + DAY, person, email)
            if place % 100 < 5:
                store.event("subscriber.clicked", sent + DAY + 60_000, person, email, link)
    groups = [
        Group("everybody", "", frozenset(people)),
        Group("tag", "keen", frozenset(people[:100])),
        Group("tag", "alike", frozenset(people[::2])),
        Group("status", "regular", frozenset(people)),
        Group("segment", "here", frozenset(people[:15])),
        Group("segment", "made of openers", frozenset(people[:100]), is_by_behaviour=True),
    ]
    with open_warehouse(store.done()) as warehouse:
        warehouse.score(NOW_MS)
        emails = warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
        yield store, compare(groups, warehouse, CLOCK, emails)


def test_only_what_chance_would_not_do_is_a_difference(measured: tuple[Store, list[Compared]]) -> None:
    everybody, keen, alike, regular, here, made = measured[1]
    assert keen.differences == {"engaged_share": "higher", "open_rate": "higher"}
    assert everybody.differences == alike.differences == regular.differences == {}
    assert made.rates["open_rate"] == keen.rates["open_rate"]
    assert made.differences == {}, "they were chosen for what they do"
    assert group_record(made)["is_by_behaviour"]
    assert others(keen, everybody, "open_rate").rate == pytest.approx(0.2)
    assert here.rates["engaged_share"].pool.why == "too few"
    assert "engaged_share" not in here.differences
    assert keen.rates["click_rate"].pool.rate == pytest.approx(0.05)


def test_who_is_here_says_nothing_about_who_left(measured: tuple[Store, list[Compared]]) -> None:
    everybody, keen, _, regular, here, _ = measured[1]
    assert everybody.rates["unsubscribe_rate"].pool.rate == keen.rates["unsubscribe_rate"].pool.rate == 0
    for each in (regular, here):
        assert each.rates["unsubscribe_rate"].pool.why == "–"
        assert group_record(each)["unsubscribed_in_a_year"] is None
    assert group_record(keen)["unsubscribed_in_a_year"] == 0


def test_one_keen_reader_is_no_difference(tmp_path: Path) -> None:
    """The click rate of a group that rests on one person in ten emails."""
    store = Store(tmp_path / "s.sqlite")
    people = [store.subscriber() for _ in range(80)]
    link = store.link("https://a.example/")
    for number in range(10):
        sent = NOW_MS - (5 + number) * DAY
        email = store.email(f"Letter {number}", sent, tracking_at_send=1)
        for person in people:
            store.event("subscriber.delivered", sent, person, email)
        store.event("subscriber.clicked", sent + DAY, people[0], email, link)
    groups = [Group("everybody", "", frozenset(people)), Group("tag", "t", frozenset(people[:10]))]
    with open_warehouse(store.done()) as warehouse:
        warehouse.score(NOW_MS)
        emails = warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
        _, tagged = compare(groups, warehouse, CLOCK, emails)
    assert tagged.rates["click_rate"].pool.rate == pytest.approx(0.1)
    assert tagged.differences == {}


def test_without_deliveries_nobody_knows_who_got_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    people = [store.subscriber() for _ in range(40)]
    email = store.email(analytics={"deliveries": 4000}, tracking_at_send=1)
    for person in people:
        store.event(
            "subscriber.clicked", NOW_MS - DAY, person, email, store.link(f"https://a.example/{person}")
        )
    with open_warehouse(store.done()) as warehouse:
        warehouse.score(NOW_MS)
        emails = warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
        (everybody,) = compare([Group("everybody", "", frozenset(people))], warehouse, CLOCK, emails)
    assert everybody.rates["click_rate"].pool.rate is None
    assert everybody.rates["click_rate"].pool.why == "not known"
    assert everybody.counts.people.engaged == 40


def test_who_asked_not_to_be_tracked_is_on_no_side(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    people = [store.subscriber() for _ in range(3)]
    store.database.execute("update subscribers set untracked_until_ms = 9223372036854775807 where id = 3")
    for number in range(2):
        email = store.email(f"Letter {number}", NOW_MS - (5 + number) * DAY, tracking_at_send=1)
        for person in people:
            store.event("subscriber.delivered", NOW_MS - (5 + number) * DAY, person, email)
    with open_warehouse(store.done()) as warehouse:
        warehouse.score(NOW_MS)
        emails = warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
        (everybody,) = compare([Group("everybody", "", frozenset(people))], warehouse, CLOCK, emails)
    assert (everybody.counts.people.active, everybody.counts.people.measurable) == (3, 2)


@pytest.mark.parametrize("kind", ["untracked", "one"])
def test_small_and_untracked_lists_have_no_rates(store_of: object, kind: str) -> None:
    assert callable(store_of)
    with open_warehouse(store_of(kind)) as warehouse:
        warehouse.score(NOW_MS)
        persons = warehouse.rows(rows.Person, "subscribers/list")
        emails = warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
        people = frozenset(p.subscriber_id for p in persons)
        (everybody,) = compare([Group("everybody", "", people)], warehouse, CLOCK, emails)
    rates = {key: rated.pool.rate for key, rated in everybody.rates.items() if key != "unsubscribe_rate"}
    assert set(rates.values()) == {None}
    assert everybody.mean_score is None


def test_an_empty_project_compares_nobody() -> None:
    with open_warehouse(None) as warehouse:
        warehouse.score(NOW_MS)
        (everybody,) = compare([Group("everybody", "", frozenset())], warehouse, CLOCK, [])
    assert everybody.counts.people.people == 0
    assert group_record(everybody)["engaged_share"] is None
