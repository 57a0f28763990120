"""The growth page's tiles and its first sentence."""

from collections.abc import Sequence

from report_builder import wording
from report_builder.charts import spark
from report_builder.rows import ReasonCount, SourceCounts
from report_builder.views import growth_sources as sources
from report_builder.views.growth_months import LATELY, Churn, Month, half_life, quick_ratio, totals
from report_builder.views.overview import Tile
from report_builder.views.rates import Pool
from report_builder.wording import compact, count, percent, percent_parts, plural, signed


def answer(
    months: Sequence[Month], found: Sequence[tuple[str | None, SourceCounts]], reasons: Sequence[ReasonCount]
) -> str:
    """The page's question: where do good readers come from, and why do they leave."""
    if not months:
        return "Nobody came onto the list on a known day yet, so nothing can be said about growth."
    gained, lost = totals(months[-LATELY:])
    said = (
        f"In the last 12 months {plural(gained, 'person', 'people')} came and {count(lost)} left: "
        f"{signed(gained - lost)}."
    )
    best = sources.best(found)
    if best and best.is_clear:
        said += (
            f" The best readers come from {best.name}: {percent(best.rate)} did something within 30 days, of all "
            f"others {percent(best.others)}."
        )
    elif best:
        said += " No source brings clearly better readers than the others."
    elif any(row.measured for _, row in found):
        said += " There are too few new readers of different sources to say which is best."
    else:
        said += (
            " No source can be called the best: nobody’s first 30 days are over and brought two emails that could "
            "be measured."
        )
    told = [r for r in reasons if r.reason is not None]
    if told:
        reason = wording.shortened(str(told[0].reason).rstrip(". "))
        said += f" The reason most often given for leaving is “{reason}”."
    elif lost:
        said += " Nobody who left lately gave a reason."
    return said


def tiles(months: Sequence[Month], churn: Churn, everybody: SourceCounts) -> tuple[Tile, ...]:
    lately = months[-LATELY:]
    gained, lost = totals(lately)
    ratio = quick_ratio(gained, lost)
    here, engaged = sources.here(everybody), sources.engaged(everybody)
    return (
        Tile(
            "net_growth", "Net growth, 12 months", signed(gained - lost), "", None, "this month included",
            f"{compact(gained)} came, {compact(lost)} left", spark([m.moves.net for m in months[-24:]]), "s3",
        ),
        _churn_tile(months, churn),
        _half_life_tile(churn),
        Tile(
            "quick_ratio", "Quick ratio, 12 months",
            wording.decimal(ratio) if ratio is not None else wording.UNKNOWN, "", None,
            "gains for each loss" if ratio is not None else "too few losses for a ratio",
            f"{compact(gained)} gained, {compact(lost)} lost", None, "s3",
        ),
        _share_tile(
            "engaged_after_30_days", "Engaged within 30 days", engaged, everybody.engaged, "s1",
            "nobody could be measured for 30 days",
        ),
        _share_tile(
            "survival_after_90_days", "Here after 90 days", here, everybody.here, "s3",
            "nobody joined 90 days ago",
        ),
    )  # fmt: skip


def _churn_tile(months: Sequence[Month], churn: Churn) -> Tile:
    full = [m for m in months if not m.is_open]
    curve = spark([m.churn.rate for m in full[-24:]])
    if churn.rate is None:
        few = "too few people for a rate"
        return Tile("monthly_churn", "Monthly churn", wording.UNKNOWN, "", None, few, "", None, "s4")
    note = f"middle of {churn.months} full months" if churn.months > 1 else "the latest full month"
    last = full[-1]
    detail = f"{last.name}: {count(last.moves.lost)} of {count(last.active)}"
    return Tile("monthly_churn", "Monthly churn", *percent_parts(churn.rate), None, note, detail, curve, "s4")


def _half_life_tile(churn: Churn) -> Tile:
    months = half_life(churn.rate)
    if months is None:
        why = "too few people for a rate" if churn.rate is None else "at the usual churn nobody leaves"
        if churn.rate == 1:
            why = "everybody left within a month"
        return Tile("list_half_life", "List half-life", wording.UNKNOWN, "", None, why, "", None, "s4")
    text = count(months) if months >= 9.95 else wording.decimal(months)
    return Tile(
        "list_half_life", "List half-life", text, "months", None, "until half of today’s list is gone",
        f"at {percent(churn.rate or 0)} a month", None, "s4",
    )  # fmt: skip


def _share_tile(key: str, label: str, pool: Pool, part: int, role: str, nobody: str) -> Tile:
    if pool.rate is None:
        why = "too few new readers for a rate" if pool.sample else nobody
        return Tile(key, label, wording.UNKNOWN, "", None, why, "", None, role)
    detail = f"{count(part)} of {count(pool.sample)}"
    return Tile(key, label, *percent_parts(pool.rate), None, "new readers of all time", detail, None, role)
