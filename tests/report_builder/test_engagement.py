"""What the page of stages and stars says, case by case."""

import pytest

from report_builder.rows import GridCell, Migration, StageCount, StarCount, ToWriteTo
from report_builder.scoring import STAGES, Scale, Stage
from report_builder.stacks import stacked_columns
from report_builder.views import engagement as view
from report_builder.views import engagement_moves as moves
from report_builder.views.people import Directory
from tests.report_builder.examples import CLOCK
from tests.report_builder.stores import DAY, NOW_MS


def counts(step: int, **people: int) -> list[StageCount]:
    at = NOW_MS - step * 28 * DAY
    return [StageCount(step, at, stage, people[stage]) for stage in STAGES if stage in people]


@pytest.mark.parametrize(
    ("now", "before", "says"),
    [
        ({}, {}, "Nobody is on the list yet"),
        ({"lost": 4}, {}, "Nobody is on the list yet"),
        ({"new": 12, "unmeasurable": 3}, {}, "Nobody has been on the list long enough"),
        ({"active": 10, "dormant": 19}, {}, "10 of 29 people did something in the last 30 days; too few"),
        ({"active": 30, "champion": 10, "cooling": 40}, {}, "40 of 80 readers did something in the last 30 days"),
        ({"active": 40, "dormant": 40}, {"active": 10, "dormant": 19}, "(50.0%)."),
        ({"active": 40, "dormant": 40}, {"active": 20, "dormant": 60}, "(50.0%): 25.0 points warmer than twelve"),
        ({"active": 20, "dormant": 60}, {"active": 40, "dormant": 40}, "25.0 points colder than twelve"),
        ({"active": 40, "dormant": 40}, {"active": 20, "dormant": 20}, "about the same share as twelve weeks ago"),
        ({"active": 40, "dormant": 40}, {"active": 36, "dormant": 44}, "the same share as twelve weeks ago (45.0%)"),
    ],
)  # fmt: skip
def test_the_answer(now: dict[str, int], before: dict[str, int], says: str) -> None:
    steps = view.mix_by_step(counts(0, **now) + counts(view.BEFORE, **before))
    assert says in view.answer(steps)


def test_more_people_in_a_stage_are_no_good_news_and_no_bad_one() -> None:
    steps = view.mix_by_step(
        counts(0, active=9, dormant=8, new=1) + counts(view.BEFORE, active=5, dormant=2, new=1)
    )
    moods = {tile.label: tile.change.mood for tile in view.tiles(steps) if tile.change}
    assert set(moods.values()) == {"even"}
    assert all(tile.change is None for tile in view.tiles(view.mix_by_step(counts(0, active=3))))


def test_a_mix_needs_a_past() -> None:
    assert view.stage_mix(counts(0, active=3), CLOCK) is None
    assert view.stage_mix(counts(0, lost=3) + counts(1, lost=2), CLOCK) is None
    mix = view.stage_mix(counts(1, active=60, dormant=40) + counts(0, active=50, dormant=50), CLOCK)
    assert mix is not None
    assert mix.takeaway.endswith("60.0% of those who can be rated 4 weeks ago, and are 50.0% now.")
    assert [row.day for row in mix.rows] == ["18 Nov 2026", "21 Oct 2026"]
    assert mix.rows[0].cells == ("0", "50", "0", "50", "0", "0")


def test_columns_are_shares_and_an_empty_one_stays_empty() -> None:
    stack = stacked_columns([("a", "A", [1, 0]), ("b", "B", [3, 0]), ("c", "C", [0, 0])], ["then", "now"])
    assert [layer.key for layer in stack.layers] == ["a", "b"]
    assert stack.layers[0].path == "M55,750h390v250h-390Z"
    assert stack.layers[1].path == "M55,0h390v750h-390Z"
    assert [label.text for label in stack.x] == ["then", "now"]
    assert stacked_columns([], []).layers == ()


def test_stars_count_those_who_have_some() -> None:
    found = [StarCount(0, NOW_MS, stars, people, 0, None) for stars, people in ((5, 10), (3, 30), (None, 99))]
    bars = view.star_bars(found)
    assert [(bar.people, bar.share) for bar in bars] == [
        ("10", "25.0%"), ("0", "0.0%"), ("30", "75.0%"), ("0", "0.0%"), ("0", "0.0%"),
    ]  # fmt: skip
    assert all(bar.change is None for bar in bars)
    assert view.star_bars([StarCount(0, NOW_MS, None, 7, 0, None)]) == ()
    assert view.star_mix(found, CLOCK) is None


def test_migration_tells_warmer_from_colder() -> None:
    ways: list[tuple[str, Stage, int]] = [
        ("dormant", "active", 3), ("active", "cooling", 2), ("active", "active", 9), ("cooling", "lost", 1),
        ("joined", "new", 5), ("lost", "lost", 7),
    ]  # fmt: skip
    matrix = moves.migration([Migration(*way) for way in ways])
    assert matrix is not None
    assert matrix.takeaway == "3 readers became warmer, 2 colder, and 1 left."
    assert [row.label for row in matrix.rows] == ["Active", "Cooling", "Dormant", "Joined since"]
    stayed = next(cell for cell in matrix.rows[0].cells if cell.label)
    assert (stayed.text, stayed.level) == ("9", 0)
    assert moves.migration([Migration("joined", "new", 5)]) is None


def test_the_grid_has_a_word_for_every_place() -> None:
    matrix = moves.grid([GridCell(5, 5, 8, 8, 400), GridCell(1, 4, 2, 2, 30)])
    assert matrix is not None
    assert matrix.takeaway.startswith(
        "8 readers did something lately, and with most of their last ten emails; 2 used to"
    )
    assert len(matrix.rows) == 5
    assert {len(row.cells) for row in matrix.rows} == {5}
    assert all(cell.label for row in matrix.rows for cell in row.cells)
    assert moves.grid([]) is None


def test_people_to_write_to_come_in_four_lists() -> None:
    row = ToWriteTo(
        "returning", "u", "ada@example.com", None, 30, 3, "active", NOW_MS - 5 * DAY, NOW_MS - 5 * DAY
    )
    lists = moves.write_lists([row] * 9, Directory(), CLOCK)
    assert [each.title for each in lists] == ["New fans", "Returning", "Fading fans", "Repliers"]
    assert [len(each.people) for each in lists] == [0, moves.PEOPLE_SHOWN, 0, 0]
    assert (lists[1].total, lists[1].people[0].stars, lists[1].people[0].ago) == ("9 people", "★★★☆☆", "5 d")


def test_the_words_of_the_stages_name_the_limits_they_stand_for() -> None:
    scale = Scale()
    assert str(scale.champion_score) in STAGES["champion"][1]
    assert str(scale.active_days) in STAGES["active"][1]
    assert f"{scale.active_days + 1} to {scale.cooling_days}" in STAGES["cooling"][1]
    assert f"more than {scale.cooling_days}" in STAGES["dormant"][1]
    assert scale.window_days % 7 == 0
    assert scale.steps * scale.step_days == scale.window_days
