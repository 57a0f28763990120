"""What becomes of the people of each month: are they still on the list, do they still read."""

from collections.abc import Sequence
from itertools import groupby

from report_builder.definitions import BY_KEY
from report_builder.rows import CohortMonth
from report_builder.views.growth import Grid, GridCell, GridRow
from report_builder.views.growth_months import month_text
from report_builder.views.rates import Pool, share
from report_builder.wording import count, percent, plural

COLUMNS = 13
LEVELS = 8
TOLD = (6, 3, 1)  # months later, the first for which enough people are known
MEASURES = (
    ("cohort_subscribed", "Still subscribed", "were still on the list"),
    ("cohort_engaged", "Still engaged", "opened, clicked or replied in that month"),
)


def pool_of(key: str, cell: CohortMonth) -> Pool:
    if key == "cohort_subscribed":
        return share(key, cell.subscribed, cell.people)
    if not cell.is_measured:
        return Pool(None, cell.measured, "not measured")
    return share(key, cell.engaged, cell.measured)


def grids(found: Sequence[CohortMonth], this: int) -> tuple[Grid, ...]:
    """One per measure; none without a cohort. `this` is the month that is not over."""
    if not found:
        return ()
    return tuple(_grid(key, label, says, found, this) for key, label, says in MEASURES)


def _grid(key: str, label: str, says: str, found: Sequence[CohortMonth], this: int) -> Grid:
    rates = [rate for cell in found if (rate := pool_of(key, cell).rate) is not None]
    low, high = min(rates, default=0.0), max(rates, default=0.0)
    rows = []
    for month, group in groupby(found, key=lambda cell: cell.month):
        cells = list(group)
        size = cells[0].people if key == "cohort_subscribed" else cells[0].measured
        is_few = size < BY_KEY[key].minimum
        made = [_cell(key, cell, low, high, this) for cell in cells]
        rows.append(
            GridRow(
                month_text(month), count(size), is_few,
                (*made, *[GridCell("none", 0, "")] * (COLUMNS - len(made))),
            )
        )  # fmt: skip
    return Grid(key.removeprefix("cohort_"), key, label, _takeaway(key, says, found, this), tuple(rows))


def _cell(key: str, cell: CohortMonth, low: float, high: float, this: int) -> GridCell:
    pool = pool_of(key, cell)
    if pool.rate is None:
        return GridCell("few" if pool.sample < BY_KEY[key].minimum else "unmeasured", 0, pool.why)
    level = 1 + int((pool.rate - low) / (high - low) * (LEVELS - 1)) if high > low else LEVELS // 2
    kind = "open" if cell.month + cell.months_since == this else "value"
    return GridCell(kind, level, f"{pool.rate * 100:.0f}")


def _takeaway(key: str, says: str, found: Sequence[CohortMonth], this: int) -> str:
    for months in TOLD:
        cells = [
            c
            for c in found
            if c.months_since == months
            and c.month + months < this
            and (c.is_measured or key == "cohort_subscribed")
        ]
        part = sum(c.subscribed if key == "cohort_subscribed" else c.engaged for c in cells)
        whole = sum(c.people if key == "cohort_subscribed" else c.measured for c in cells)
        pool = share(key, part, whole)
        if pool.rate is not None:
            later = f"{plural(months, 'month')} after the month they joined in"
            return f"{later}, {percent(pool.rate)} {says} ({count(part)} of {count(whole)})."
    return "There are too few people in finished months for a share."
