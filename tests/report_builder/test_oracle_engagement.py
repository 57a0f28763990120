"""Stages and stars of the whole list, counted a second time: plain Python over the stored rows against the queries."""

from collections import Counter, defaultdict

import pytest

from report_builder import rows
from report_builder.scoring import ON_THE_LIST
from tests.report_builder.judged import World
from tests.report_builder.portraits import Portraits
from tests.report_builder.stores import DAY, NOW_MS

STEPS = (0, 1, 3, 13)


@pytest.fixture(scope="module")
def uuids(lived: World) -> dict[str, int]:
    return {p.uuid: p.subscriber_id for p in lived.warehouse.rows(rows.Person, "subscribers/list")}


def test_stages_over_time(lived: World, portraits: Portraits) -> None:
    counts = Counter((step, s.stage) for (step, _), s in portraits.standings.items())
    found = lived.warehouse.rows(rows.StageCount, "engagement/stages")
    assert [tuple(row) for row in found] == [
        (step, portraits.checkpoints[step], stage, counts[step, stage])
        for step, stage in sorted(counts, key=lambda key: (-key[0], key[1]))
    ]


def test_stars_over_time(lived: World, portraits: Portraits) -> None:
    scores: dict[tuple[int, int | None], list[int | None]] = defaultdict(list)
    for (step, _), s in portraits.standings.items():
        if s.stage in ON_THE_LIST:
            scores[step, s.stars].append(s.score)
    found = lived.warehouse.rows(rows.StarCount, "engagement/stars")
    assert [tuple(row) for row in found] == [
        (step, portraits.checkpoints[step], stars, len(all_), *summed(all_))
        for (step, stars), all_ in sorted(scores.items(), key=lambda item: (-item[0][0], item[0][1] or 9))
    ]


def summed(scores: list[int | None]) -> tuple[int, int | None]:
    known = [score for score in scores if score is not None]
    return len(known), sum(known) if known else None


def test_grid(lived: World, portraits: Portraits) -> None:
    cells: dict[tuple[int | None, int | None], list[int | None]] = defaultdict(list)
    for n in portraits.lives:
        now = portraits.now(n)
        if now.stage in ON_THE_LIST and now.stage != "unmeasurable" and portraits.steps(n)[0]:
            cells[portraits.steps(n)].append(now.score)
    found = lived.warehouse.rows(rows.GridCell, "engagement/grid")
    expected = [(*steps, len(all_), *summed(all_)) for steps, all_ in cells.items()]
    assert [tuple(row) for row in found] == sorted(expected, key=lambda cell: cell[:2])


@pytest.mark.parametrize("step", STEPS)
def test_migration_and_movers(lived: World, portraits: Portraits, uuids: dict[str, int], step: int) -> None:
    ways: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n in portraits.lives:
        before = portraits.standings.get((step, n))
        ways[before.stage if before else "joined", portraits.now(n).stage].append(n)
    found = lived.warehouse.rows(rows.Migration, "engagement/migration", step=step)
    assert [tuple(row) for row in found] == [(*way, len(ways[way])) for way in sorted(ways)]
    movers = lived.warehouse.rows(rows.Mover, "engagement/movers", step=step)
    assert [(m.from_stage, m.to_stage, m.score, uuids[m.uuid]) for m in movers] == sorted(
        ((*way, portraits.now(n).score, n) for way, all_ in ways.items() if way[0] != way[1] for n in all_),
        key=lambda mover: (*mover[:2], -1 * mover[2] if mover[2] is not None else 1, mover[3]),
    )
    for m in movers:
        then = portraits.standings.get((step, uuids[m.uuid]))
        assert m.score_before == (then.score if then else None)
        assert m.last_ms == portraits.now(uuids[m.uuid]).last_act


@pytest.mark.parametrize("step", STEPS)
def test_people_to_write_to(lived: World, portraits: Portraits, uuids: dict[str, int], step: int) -> None:
    expected: list[tuple[str, int, int | None]] = []
    for n, life in portraits.lives.items():
        now, since, then = portraits.now(n), portraits.since(n), portraits.standings.get((step, n))
        if now.stage not in ON_THE_LIST:
            continue
        replied = [e.at for e in life.events if e.kind == "replied" and e.at > NOW_MS - 30 * DAY]
        if replied:
            expected.append(("replied", n, max(replied)))
        if now.stage == "champion" and since is not None and since > NOW_MS - 30 * DAY:
            expected.append(("new fan", n, since))
        if portraits.is_reactivated(n):
            expected.append(("returning", n, now.last_act))
        was_warm = then is not None and then.stage in ("champion", "active", "new")
        was_fan = then is not None and (then.stage == "champion" or (then.stars or 0) >= 4)
        if now.stage in ("cooling", "dormant") and was_warm and was_fan:
            expected.append(("fading fan", n, now.last_act))
    given = lived.warehouse.rows(
        rows.ToWriteTo, "engagement/to_write_to", step=step, active_ms=30 * DAY, now_ms=NOW_MS
    )
    assert sorted((r.reason, uuids[r.uuid], r.at_ms) for r in given) == sorted(expected)
    assert [r.reason for r in given] == sorted(r.reason for r in given)
    for r in given:
        now = portraits.now(uuids[r.uuid])
        assert (r.score, r.stars, r.stage, r.last_ms) == (now.score, now.stars, now.stage, now.last_act)
