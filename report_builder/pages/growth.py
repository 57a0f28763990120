"""Where good readers come from, and why they leave: the growth page, with its data."""

from collections.abc import Iterator

from report_builder import growth_dataset, rows
from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.views import growth_months as by_month
from report_builder.views import growth_sources as by_source
from report_builder.views.growth import Growth
from report_builder.views.growth_cohorts import grids
from report_builder.views.growth_figures import answer, tiles
from report_builder.views.growth_leaving import leaving

MONTHS_CSV, COHORTS_CSV = "data/growth-months.csv", "data/growth-cohorts.csv"


def growth_pages(reading: Reading) -> Iterator[Page | File]:
    ask, clock = reading.warehouse.rows, reading.clock
    this = by_month.month_number(clock.today)
    since = by_month.month_start(this - by_month.LATELY + 1)
    months = by_month.months_between(ask(rows.MonthMoves, "growth/months"), reading.facts.active, clock.today)
    undated = reading.warehouse.row(rows.Undated, "growth/undated").people
    sources = reading.sources
    cohorts = ask(rows.CohortMonth, "growth/cohorts", month=this)
    reasons = ask(rows.ReasonCount, "growth/reasons", first_day=since)
    ages = ask(rows.AgeCount, "growth/ages", first_day=since)
    named = by_source.folded(sources, by_source.by_source)
    view = Growth(
        answer=answer(months, named, reasons),
        since=f"since {by_month.month_text(by_month.month_number(since))}",
        tiles=tiles(months, by_month.usual_churn(months), by_source.summed(sources)),
        months=by_month.months_view(months, undated, reading.notes, MONTHS_CSV),
        flows=by_source.source_flows(named),
        sources=by_source.source_table("Source", named, by_source.SHOWN),
        campaigns=by_source.campaign_tables(sources),
        grids=grids(cohorts, this),
        grids_csv=COHORTS_CSV,
        leaving=leaving(reasons, ages, reading.emails, since, clock),
    )
    yield Page("growth.html", "growth", "growth", "Growth and churn", view)
    yield File(
        "data/growth.json",
        growth_dataset.growth_data(since, months, undated, sources, cohorts, this, reasons, ages),
    )
    yield File(MONTHS_CSV, growth_dataset.months_csv(months))
    yield File(COHORTS_CSV, growth_dataset.cohorts_csv(cohorts, this))
