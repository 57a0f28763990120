"""Rows of queries/engagement."""

from typing import NamedTuple

from report_builder.scoring import Stage


class StageCount(NamedTuple):
    step: int  # 0 is now, each later one four weeks earlier
    at_ms: int
    stage: Stage
    people: int


class StarCount(NamedTuple):
    step: int
    at_ms: int
    stars: int | None
    people: int
    scored: int
    scores: int | None  # the sum of their scores


class Migration(NamedTuple):
    from_stage: str  # a stage, or "joined"
    to_stage: Stage
    people: int


class Mover(NamedTuple):
    uuid: str
    email: str | None
    name: str | None
    from_stage: str
    score_before: int | None
    to_stage: Stage
    score: int | None
    last_ms: int | None


class GridCell(NamedTuple):
    recency_step: int
    frequency_step: int
    people: int
    scored: int
    scores: int | None


class ToWriteTo(NamedTuple):
    reason: str
    uuid: str
    email: str | None
    name: str | None
    score: int | None
    stars: int | None
    stage: Stage
    at_ms: int | None
    last_ms: int | None
