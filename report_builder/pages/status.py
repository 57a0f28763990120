"""Can this report be trusted: the status page, with its data."""

from collections.abc import Iterator

from report_builder import rows
from report_builder.datasets import counts_data, json_bytes, status_data
from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.views import status as status_view
from report_builder.views.downloads import downloads_view, month_records
from report_builder.views.reconciliation import compare, records
from shared.alerts import Facts

STATUS = "data/status.json"


def status_pages(reading: Reading) -> Iterator[Page | File]:
    ask, facts = reading.warehouse.rows, reading.facts
    types = ask(rows.EventTypeCount, "status/event_types")
    judged = reading.judged
    compared = compare(
        reading.emails, ask(rows.UnlinkedEvents, "status/unlinked"), facts.first_ms, reading.clock
    )
    view = status_view.status_view(
        facts, types, judged, reading.runs,
        ask(rows.StatusCount, "status/statuses"), reading.warehouse.row(rows.Unassigned, "status/unassigned"),
        ask(rows.FeedCount, "status/feed"), compared, reading.store_bytes,
        reading.settings.alerting.no_sync_hours,
        downloads_view(reading.months, reading.is_served and reading.store_bytes > 0), reading.clock,
    )  # fmt: skip
    yield Page("status.html", "status", "status", "Status", view)
    counts = counts_data(facts.events, facts.subscribers, types, judged, records(compared))
    yield File("data/counts.json", counts)
    yield File("data/events.json", json_bytes("events", months=month_records(reading.months)))
    seen = Facts(
        reading.looked_ms, reading.last_run, reading.odds, reading.store_bytes,
        reading.settings.alerting.no_sync_hours,
    )  # fmt: skip
    yield File(STATUS, status_data(seen, facts.last_ms, reading.clock))
