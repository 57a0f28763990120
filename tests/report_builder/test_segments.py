"""Who is in a segment, counted a second time: plain Python over the stored rows against queries and sets."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report_builder import rows
from report_builder.clock import Clock
from report_builder.segments import Doubt, Known, file_names, find_members
from report_builder.views.segments_rule import rule_text
from report_builder.warehouse import Warehouse, open_warehouse
from shared.project import STAGES, AllOf, AnyOf, Condition, Not, Rule, Segment, Value
from shared.project.conditions import KINDS
from tests.report_builder.judged import World
from tests.report_builder.member_oracle import Oracle, conditions, where
from tests.report_builder.stores import DAY, NOW, NOW_MS, SCANNER, Store, uuid_of

CLOCK = Clock(NOW, "Europe/Berlin")


def known_of(warehouse: Warehouse) -> Known:
    people = warehouse.rows(rows.Person, "subscribers/list")
    emails = warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
    return Known(warehouse, CLOCK, emails, frozenset(p.subscriber_id for p in people))


def who(rule: Rule, known: Known) -> frozenset[int]:
    return find_members(Segment("S", rule), known).people


def test_each_condition_finds_the_same_people(world: World) -> None:
    known = known_of(world.warehouse)
    oracle = Oracle(world, known)
    assert set(known.people) == set(oracle.people)
    found = 0
    for condition in conditions(oracle):
        assert who(condition, known) == oracle.fits(condition), condition
        found += len(oracle.fits(condition))
    assert found > 100


def test_rules_join_conditions(world: World) -> None:
    known = known_of(world.warehouse)
    oracle = Oracle(world, known)
    leaves = st.sampled_from(list(conditions(oracle)))
    rules = st.recursive(
        leaves,
        lambda below: (
            st.builds(Not, below)
            | st.builds(AllOf, st.lists(below, min_size=1, max_size=3).map(tuple))
            | st.builds(AnyOf, st.lists(below, min_size=1, max_size=3).map(tuple))
        ),
        max_leaves=6,
    )

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rules)
    def check(rule: Rule) -> None:
        assert who(rule, known) == oracle.fits(rule)
        assert rule_text(rule)

    check()


def test_score_stars_and_stage_are_those_of_the_list(world: World) -> None:
    known = known_of(world.warehouse)
    persons = world.warehouse.rows(rows.Person, "subscribers/list")
    for stage in STAGES:
        assert who(where("stage", stage), known) == {p.subscriber_id for p in persons if p.stage == stage}
    for stars in range(1, 6):
        assert who(where("stars", stars), known) == {p.subscriber_id for p in persons if p.stars == stars}
    for score in (0, 10, 35, 100):
        scored = {p.subscriber_id: p.score for p in persons if p.score is not None}
        assert who(where("score_at_least", score), known) == {
            p for p, mine in scored.items() if mine >= score
        }
        assert who(where("score_at_most", score), known) == {p for p, mine in scored.items() if mine <= score}


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Callable[[Store], Known]]:
    """What conditions are asked of, over a store that the test filled."""
    opened = []

    def ask(store: Store) -> Known:
        context = open_warehouse(store.done())
        opened.append(context)
        warehouse = context.__enter__()
        warehouse.score(NOW_MS)
        return known_of(warehouse)

    yield ask
    for context in opened:
        context.__exit__(None, None, None)


Ask = Callable[[Store], Known]


def test_who_left_when(tmp_path: Path, asked: Ask) -> None:
    """Days are the newsletter's: 23:30 UTC is tomorrow in Berlin."""
    store = Store(tmp_path / "s.sqlite")
    late = int(
        datetime(2026, 10, 24, 22, 30, tzinfo=UTC).timestamp() * 1000
    )  # 25 October there, when clocks change
    gone = store.subscriber(status="unsubscribed", unsubscribed_ms=late, created_ms=late)
    here = store.subscriber()
    known = asked(store)
    assert who(where("left_since", date(2026, 10, 25)), known) == {gone}
    assert who(where("left_before", date(2026, 10, 25)), known) == frozenset()
    assert who(where("left_before", date(2026, 10, 26)), known) == {gone}
    assert who(where("joined_since", date(2026, 10, 25)), known) == {gone}
    assert who(where("joined_before", date(2026, 10, 25)), known) == {here}
    assert who(Not(where("left_since", date(2026, 10, 25))), known) == {here}


def test_quiet_is_only_who_could_be_seen(tmp_path: Path, asked: Ask) -> None:
    store = Store(tmp_path / "s.sqlite")
    names = ("quiet", "acted", "hidden", "newcomer", "unreached", "untracked")
    people = {name: store.subscriber(created_ms=NOW_MS - 200 * DAY) for name in names}
    store.database.execute(
        "update subscribers set created_ms = ? where id = ?", [NOW_MS - 5 * DAY, people["newcomer"]]
    )
    store.database.execute(
        "update subscribers set untracked_until_ms = 9223372036854775807 where id = ?", [people["untracked"]]
    )
    email = store.email(sent_ms=NOW_MS - 4 * DAY, tracking_at_send=1)
    for name in names:
        if name != "unreached":
            store.event("subscriber.delivered", NOW_MS - 4 * DAY, people[name], email)
    store.event("subscriber.opened", NOW_MS - 3 * DAY, people["acted"], email)
    store.event(
        "subscriber.clicked",
        NOW_MS - 4 * DAY + 1,
        people["hidden"],
        email,
        store.link("https://a.b/"),
        agent=SCANNER,
    )
    known = asked(store)
    assert who(where("quiet_for_days", 60), known) == {people["quiet"]}
    assert people["hidden"] in who(Not(where("acted_within_days", 60)), known)
    assert who(where("quiet_for_days", 3), known) == frozenset(), "no email went out in these days"


def test_how_texts_may_be_spelt(tmp_path: Path, asked: Ask) -> None:
    store = Store(tmp_path / "s.sqlite")
    ada, bo = store.subscriber(source="embedded_form"), store.subscriber(status="past_due")
    email = store.email("Hello  World")
    link = store.link("https://www.example.com/a?utm_source=x", "https://www.example.com/a")
    root = store.link("https://other.example/", "https://other.example/")
    store.event("subscriber.opened", NOW_MS - DAY, ada, email)
    store.event("subscriber.clicked", NOW_MS - DAY, bo, email, link)
    store.event("subscriber.clicked", NOW_MS - DAY, ada, email, root)
    known = asked(store)
    for subject in (
        "hello world",
        "Hello  World",
        str(uuid_of("email", email)),
        str(uuid_of("email", email)).upper(),
    ):
        assert who(where("clicked", subject), known) == {ada, bo}
    assert (
        who(where("source", "embedded form"), known) == who(where("source", "embedded_form"), known) == {ada}
    )
    assert who(where("status", "Past due"), known) == {bo}
    for text in (
        "https://www.example.com/a?utm_source=x",
        "https://www.example.com/a",
        "example.com",
        "WWW.Example.com",
    ):
        assert who(where("clicked_link", text), known) == {bo}, text
    for text in ("https://other.example", "https://other.example/", "other.example"):
        assert who(where("clicked_link", text), known) == {ada}, text
    assert who(where("clicked_link", "example"), known) == frozenset()


def test_what_matches_nobody_is_told_once(tmp_path: Path, asked: Ask) -> None:
    store = Store(tmp_path / "s.sqlite")
    store.tag(store.subscriber(), "vip")
    known = asked(store)
    rule = AnyOf(
        (
            Condition("tag", ("vpi", "vip"), 4),
            Not(Condition("opened", ("X",), 5)),
            Condition("stars", (5,), 6),
        )
    )
    assert find_members(Segment("S", rule), known).doubts == (Doubt("tag", "vpi", 4), Doubt("opened", "X", 5))


@pytest.mark.parametrize("key", KINDS)
def test_of_nobody_nothing_is_asked(key: str) -> None:
    values: dict[str, Value] = {"stage": "new", "subscribed": True, "tag": "x", "status": "x", "source": "x",
                                "opened": "x", "clicked": "x", "clicked_link": "x"}  # fmt: skip
    value = date(2026, 1, 1) if key.endswith(("since", "before")) else values.get(key, 5)
    with open_warehouse(None) as warehouse:
        warehouse.score(NOW_MS)
        known = known_of(warehouse)
        assert who(where(key, value), known) == who(Not(where(key, value)), known) == frozenset()
    assert rule_text(where(key, value))


def test_files_are_named_after_segments() -> None:
    plain, twin, accent, other, blank = file_names(
        ["Fading fans", "Fading-fans!", "Lesér", "Leser", "Друзья"]
    )
    assert (plain, other) == ("fading-fans", "leser")
    for made, begin in ((twin, "fading-fans-"), (accent, "les-r-"), (blank, "segment-")):
        assert made.startswith(begin)
    assert len({plain, twin, accent, other, blank}) == 5


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (where("tag", "a", "b"), "tagged “a” or “b”"),
        (AllOf((where("tag", "a"), Not(where("quiet_for_days", 9)))), "tagged “a” and not quiet for 9 days"),
        (
            AnyOf((AllOf((where("stars", 4, 5), where("subscribed", True))), where("stage", "unactivated"))),
            "(with 4 or 5 stars and on the list) or in the stage not confirmed",
        ),
        (Not(AnyOf((where("status", "past_due"), where("left_since", date(2026, 3, 1))))),
         "not (with the status past due or left on 1 Mar 2026 or later)"),
        (where("received_at_least", 1200), "who got 1,200 emails or more"),
    ],
)  # fmt: skip
def test_a_rule_in_words(rule: Rule, text: str) -> None:
    assert rule_text(rule) == text
