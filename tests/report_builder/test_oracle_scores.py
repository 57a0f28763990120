"""Scores, stages and habits, counted a second time: plain Python over the stored rows against the queries."""

from pathlib import Path
from typing import NamedTuple

import pytest

from report_builder import rows
from report_builder.scoring import STAGES
from report_builder.warehouse import open_warehouse
from tests.report_builder.conftest import LIVES
from tests.report_builder.judged import World, local, stored_events
from tests.report_builder.lives import lives_store
from tests.report_builder.portraits import Portraits
from tests.report_builder.scores import weight
from tests.report_builder.stores import DAY, NOW_MS, sqlite_rows


class ListedStanding(NamedTuple):
    step: int
    subscriber_id: int
    stage: str
    stars: int | None
    score: int | None
    known_emails: int
    last_ms: int | None


@pytest.fixture(scope="module")
def people(lived: World) -> dict[int, rows.Person]:
    return {p.subscriber_id: p for p in lived.warehouse.rows(rows.Person, "subscribers/list")}


def test_long_lives_hold_every_stage_star_and_step(tmp_path: Path) -> None:
    stages: set[str] = set()
    stars: set[int | None] = set()
    steps: set[tuple[str, int | None]] = set()
    presences: set[str] = set()
    for seed in LIVES:
        store = lives_store(tmp_path / f"{seed}.sqlite", seed)
        with open_warehouse(store) as warehouse:
            found = Portraits(World(store, warehouse, stored_events(store)))
        stages |= {found.now(number).stage for number in found.lives}
        stars |= {found.now(number).stars for number in found.lives}
        presences |= {life.presence(at) for life in found.lives.values() for at in found.checkpoints}
        for number in found.lives:
            steps |= set(zip("RF", found.steps(number), strict=True))
        assert len(found.checkpoints) == 14
        assert any(found.is_reactivated(number) for number in found.lives)
    assert stages == set(STAGES)
    assert stars == {None, 1, 2, 3, 4, 5}
    assert steps == {(axis, step) for axis in "RF" for step in (None, 1, 2, 3, 4, 5)}
    assert {"here", "unactivated", "unsubscribed", "removed", "deleted", "blocked", "unknown"} <= presences


def test_standings_of_everybody_at_every_checkpoint(lived: World, portraits: Portraits) -> None:
    expected = {
        (step, number): (s.stage, s.stars, s.score, s.known_emails, s.last_act)
        for (step, number), s in portraits.standings.items()
    }
    assert {(r.step, r.subscriber_id): r[2:] for r in standings(lived)} == expected


def standings(lived: World) -> list[ListedStanding]:
    found = lived.warehouse._connection.execute(f"select {', '.join(ListedStanding._fields)} from standings")
    return [ListedStanding(*row) for row in found.fetchall()]


def test_since_when_everybody_is_what_they_are(portraits: Portraits, people: dict[int, rows.Person]) -> None:
    assert {n: (p.since_ms, bool(p.is_reactivated)) for n, p in people.items()} == {
        n: (portraits.since(n), portraits.is_reactivated(n)) for n in portraits.lives
    }
    assert all(p.since_ms is None or p.since_ms <= NOW_MS for p in people.values())


def test_stages_of_time_and_fate_begin_exactly_when_they_say(portraits: Portraits) -> None:
    """Asks the plain rules at every moment at which anything could have changed, and just before the first."""
    exact = ("lost", "undeliverable", "unactivated", "new", "cooling", "dormant")
    for number, life in portraits.lives.items():
        stage, since = portraits.now(number).stage, portraits.since(number)
        if stage not in exact or since is None:
            continue
        limits = [at + days * DAY for at in life.acts for days in (0, 31, 91)]
        moments = [since, *limits, *(s.at for s in life.sends), *(at for at, _ in life.changes), NOW_MS]
        path = {life.stage(at, None) for at in moments if since <= at <= NOW_MS}
        before = life.stage(since - 1, None)
        if "unmeasurable" not in (before, *path):
            assert path == {stage}, number
            assert before != stage or since == life.joined, number


def test_profiles(portraits: Portraits, people: dict[int, rows.Person]) -> None:
    assert set(people) == set(portraits.lives)
    for n, p in people.items():
        now = portraits.now(n)
        assert (p.stage, p.stars, p.score, p.last_ms) == (now.stage, now.stars, now.score, now.last_act)
        assert (p.recency_step, p.frequency_step) == portraits.steps(n)
        last = [tenths > 0 for *_, tenths in portraits.known_tenths(n)[:10]]
        enough = len(last) >= 3
        assert (p.last_emails, p.last_engaged) == ((len(last), sum(last)) if enough else (None, None))
        made_of = (p.scored_replies, p.scored_clicks, p.scored_opens, p.scored_unread)
        assert made_of == portraits.made_of(n)
        assert sum(made_of) == now.known_emails
        assert (p.depth, (p.streak, p.longest_streak)) == (portraits.depth(n), portraits.streaks(n))


def test_people_come_by_score_or_by_their_last_act(lived: World) -> None:
    found = lived.warehouse.rows(rows.Person, "subscribers/list")

    def place(p: rows.Person) -> tuple[float, ...]:
        last_ms = p.last_ms if p.score is None else None
        unknown = (p.score is None, last_ms is None, p.joined_ms is None)
        a, b, c = (-(value or 0) for value in (p.score, last_ms, p.joined_ms))
        return unknown[0], a, p.is_hidden, unknown[1], b, unknown[2], c, p.subscriber_id

    assert found == sorted(found, key=place)


def test_emails_of_a_score_are_those_it_is_made_of(lived: World, portraits: Portraits) -> None:
    found = lived.warehouse.rows(
        rows.ScoredEmail, "subscriber/score",
        least_score=30, half_life_days=90, window_ms=364 * DAY, now_ms=NOW_MS,
    )  # fmt: skip
    expected = [
        (
            n,
            s.email,
            s.at,
            s.tenths(NOW_MS) if s in life.known(NOW_MS) else None,
            weight((NOW_MS - s.at) // DAY),
        )
        for n, life in sorted(portraits.lives.items())
        if (portraits.now(n).score or 0) >= 30
        for s in sorted(life.window(NOW_MS), key=lambda s: (-s.at, s.email))
        if s.is_tracked or s in life.known(NOW_MS)
    ]
    assert [tuple(row) for row in found] == expected


@pytest.mark.parametrize("least_acts", [1, 5])
def test_favourites(lived: World, portraits: Portraits, least_acts: int) -> None:
    found = lived.warehouse.rows(rows.Favourites, "subscriber/favourites", least_acts=least_acts)
    expected = [(n, portraits.favourites(n, least_acts)) for n in sorted(portraits.lives)]
    assert [tuple(row) for row in found] == [(n, *likes) for n, likes in expected if likes]


def test_days_are_those_of_the_newsletter(lived: World, people: dict[int, rows.Person]) -> None:
    joined = dict(sqlite_rows(lived.store, "select id, created_ms from subscribers"))
    for n, p in people.items():
        assert p.joined_day == (None if joined[n] is None else local(joined[n]).date())
