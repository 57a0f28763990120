"""data/growth.json and its CSV files: every figure of the growth page, unshortened.

`months` has one entry per month since the first move, oldest first: `month` ("2026-11"), `is_finished`,
`active_at_start`, the moves by kind, `net`, and `churn` (null below its minimum sample). `undated_people` moved on a
day that is not known and are in no month. `sources`, `campaigns`, `utm_sources` and `referrers` have one entry per
name, null for unknown: `sign_ups`, `confirmed`, `measured` (first 30 days over and measurable) of whom `engaged` did
something, `old` (joined more than 90 days ago) of whom `here` were on the list after 90 days, `complained`, moves
ever (`came`, `went`) and since `since` (`came_lately`, `went_lately`). `cohorts` has one entry per month of joining
and month since: `people` of whom `subscribed` were on the list at its end, `measured` of whom `engaged` did something
in it (null where no email of that month could be measured). `reasons` and `ages` are about those who unsubscribed
since `since`; `left` counts every way to go.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from report_builder.datasets import json_bytes
from report_builder.rows import AgeCount, CohortMonth, ReasonCount, SourceCounts
from report_builder.views.growth_leaving import SPANS
from report_builder.views.growth_months import Month, month_start
from report_builder.views.growth_sources import KINDS, by_source, folded
from shared.downloads import csv_bytes

PLURALS = {"campaign": "campaigns", "utm_source": "utm_sources", "referrer": "referrers"}
MONTH_COLUMNS = (
    "month", "is_finished", "active_at_start", "joined", "returned", "unsubscribed", "undeliverable", "complained",
    "removed", "net", "churn",
)  # fmt: skip
COHORT_COLUMNS = ("month", "months_since", "is_finished", "people", "subscribed", "measured", "engaged")


def growth_data(
    since: date, months: Sequence[Month], undated: int, sources: Sequence[SourceCounts],
    cohorts: Sequence[CohortMonth], this: int, reasons: Sequence[ReasonCount], ages: Sequence[AgeCount],
) -> bytes:  # fmt: skip
    return json_bytes(
        "growth",
        since=since,
        undated_people=undated,
        months=[month_record(m) for m in months],
        sources=_by(sources, by_source),
        **{PLURALS[name]: _by(sources, key) for name, _, key in KINDS},
        cohorts=[cohort_record(c, this) for c in cohorts],
        reasons=[r._asdict() for r in reasons],
        ages=[{"days": SPANS[a.span], "unsubscribed": a.unsubscribed, "left": a.went} for a in ages],
    )


def months_csv(months: Sequence[Month]) -> bytes:
    return csv_bytes(MONTH_COLUMNS, (list(month_record(m).values()) for m in months))


def cohorts_csv(cohorts: Sequence[CohortMonth], this: int) -> bytes:
    return csv_bytes(COHORT_COLUMNS, (list(cohort_record(c, this).values()) for c in cohorts))


def month_record(month: Month) -> dict[str, Any]:
    moves = month.moves
    values = (
        _month(moves.month), not month.is_open, month.active, moves.joined, moves.returned, moves.unsubscribed,
        moves.undeliverable, moves.complained, moves.removed, moves.net, month.churn.rate,
    )  # fmt: skip
    return dict(zip(MONTH_COLUMNS, values, strict=True))


def cohort_record(cell: CohortMonth, this: int) -> dict[str, Any]:
    values = (
        _month(cell.month), cell.months_since, cell.month + cell.months_since < this, cell.people, cell.subscribed,
        cell.measured, cell.engaged if cell.is_measured else None,
    )  # fmt: skip
    return dict(zip(COHORT_COLUMNS, values, strict=True))


def _by(sources: Sequence[SourceCounts], key: Callable[[SourceCounts], str | None]) -> list[dict[str, Any]]:
    return [{"name": name, **row.counts} for name, row in folded(sources, key)]


def _month(number: int) -> str:
    return month_start(number).isoformat()[:7]
