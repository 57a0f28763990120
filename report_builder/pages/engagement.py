"""Is my audience getting warmer: stages, stars, who moved, and whom to write to."""

from collections.abc import Iterator
from dataclasses import dataclass

from report_builder import rows
from report_builder.clock import DAY_MS
from report_builder.datasets import json_bytes
from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.scoring import Scale
from report_builder.views import engagement as stages_view
from report_builder.views import engagement_moves as moves
from report_builder.views.people import stage_word
from shared import downloads

LONG_BEFORE = 13  # checkpoints: a year


@dataclass(frozen=True)
class Engagement:
    answer: str
    tiles: tuple[stages_view.StageTile, ...]
    stages: stages_view.Mix | None
    stars: stages_view.Mix | None
    bars: tuple[stages_view.StarBar, ...]
    migration: moves.Matrix | None
    long_migration: moves.Matrix | None
    grid: moves.Matrix | None
    write_lists: tuple[moves.WriteList, ...]
    movers_csv: str


def engagement_pages(reading: Reading) -> Iterator[Page | File]:
    ask, clock = reading.warehouse.rows, reading.clock
    stages = reading.stages
    stars = ask(rows.StarCount, "engagement/stars")
    moved = ask(rows.Migration, "engagement/migration", step=stages_view.BEFORE)
    moved_long = ask(rows.Migration, "engagement/migration", step=LONG_BEFORE)
    grid = ask(rows.GridCell, "engagement/grid")
    to_write_to = ask(
        rows.ToWriteTo, "engagement/to_write_to", now_ms=clock.now_ms, step=stages_view.BEFORE,
        active_ms=Scale().active_days * DAY_MS,
    )  # fmt: skip
    movers = ask(rows.Mover, "engagement/movers", step=stages_view.BEFORE)
    steps = stages_view.mix_by_step(stages)
    view = Engagement(
        answer=stages_view.answer(steps),
        tiles=stages_view.tiles(steps),
        stages=stages_view.stage_mix(stages, clock),
        stars=stages_view.star_mix(stars, clock),
        bars=stages_view.star_bars(stars),
        migration=moves.migration(moved),
        long_migration=moves.migration(moved_long),
        grid=moves.grid(grid),
        write_lists=moves.write_lists(to_write_to, reading.directory, clock),
        movers_csv="data/engagement-movers.csv",
    )
    yield Page("engagement.html", "engagement", "engagement", "Engagement", view)
    yield File(
        "data/engagement.json",
        json_bytes(
            "engagement",
            stages=[{"at": clock.iso(s.at_ms), "stage": s.stage, "people": s.people} for s in stages],
            stars=[{"at": clock.iso(s.at_ms), "stars": s.stars, "people": s.people} for s in stars],
            migration=[m._asdict() for m in moved],
            grid=[
                {"recency": g.recency_step, "frequency": g.frequency_step, "people": g.people} for g in grid
            ],
        ),
    )
    heads = ("email", "name", "stage_before", "score_before", "stage", "score", "last_active")
    cells = (
        (
            m.email, m.name, m.from_stage, m.score_before, stage_word(m.to_stage), m.score,
            clock.iso(m.last_ms) if m.last_ms is not None else None,
        )
        for m in movers
        if m.from_stage != "joined"  # who came since is in the list of subscribers, with the day
    )  # fmt: skip
    yield File(view.movers_csv, downloads.csv_bytes(heads, cells))
    for reason, (_, _, path) in moves.LISTS.items():
        people = (
            (
                p.email,
                p.name,
                p.score,
                p.stars,
                stage_word(p.stage),
                clock.iso(p.last_ms) if p.last_ms else None,
            )
            for p in to_write_to
            if p.reason == reason
        )
        yield File(
            path, downloads.csv_bytes(("email", "name", "score", "stars", "stage", "last_active"), people)
        )
