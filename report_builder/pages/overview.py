"""The overview, once for each period, with its data."""

from collections.abc import Iterator, Sequence

from report_builder import rows, wording
from report_builder.datasets import overview_data
from report_builder.insights import insights
from report_builder.insights.evidence import Evidence
from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.views import overview_figures as figures
from report_builder.views import overview_lists as lists
from report_builder.views import overview_trends as trends
from report_builder.views.deliverability import windows
from report_builder.views.emails import email_rows
from report_builder.views.engagement import BEFORE
from report_builder.views.first_findings import first_findings, is_first_week
from report_builder.views.notes import within
from report_builder.views.overview import Choice, Finding, Insight, Overview
from report_builder.views.overview_gaps import unknown_steps
from report_builder.views.periods import Period, periods
from shared import downloads

RECENT_EMAILS = 8
NOTES_SHOWN = 10  # the latest; a page has no room for hundreds
READERS = 10
STRIP_STEPS = 13
SNAPSHOT = "snapshots/overview.html"


def overview_pages(reading: Reading) -> Iterator[Page | File]:
    begin = reading.clock.day(reading.facts.first_ms)
    offered = periods(reading.clock, begin)
    found, first = insights(_evidence(reading)), _first_findings(reading)
    for period in offered:
        yield from _overview(reading, period, offered, found, first)
    if reading.notes:
        yield Page("all-notes.html", "notes", "overview", "Notes", tuple(reversed(reading.notes)), 0)


def _overview(
    reading: Reading,
    period: Period,
    offered: Sequence[Period],
    found: Sequence[Insight],
    findings: tuple[Finding, ...],
) -> Iterator[Page | File]:
    ask, clock, facts = reading.warehouse, reading.clock, reading.facts
    days = {"first_day": period.first, "last_day": period.last}
    now_ms = clock.now_ms + 1
    totals = ask.row(rows.Totals, "overview/totals", **days, before_ms=now_ms)
    steps = ask.rows(rows.Step, "overview/trend", **days, days=period.days_per_step, before_ms=now_ms)
    shape = ask.rows(rows.Step, "overview/trend", **days, days=period.days_per_spark, before_ms=now_ms)
    before, steps_before, emails_before = None, [], []
    if period.previous_first is not None and period.previous_last is not None:
        past = {"first_day": period.previous_first, "last_day": period.previous_last}
        cut = period.previous_before_ms
        before = ask.row(rows.Totals, "overview/totals", **past, before_ms=cut)
        steps_before = ask.rows(rows.Step, "overview/trend", **past, days=period.days_per_step, before_ms=cut)
        emails_before = [
            e
            for e in figures.sent_between(reading.emails, clock, period.previous_first, period.previous_last)
            if (e.sent_ms or 0) < cut
        ]
    audience = _audience(reading, period)
    emails = figures.sent_between(reading.emails, clock, period.first, period.last)
    weekly = max(1, -(-period.days // STRIP_STEPS))
    top = ask.rows(rows.TopStep, "overview/top_subscribers", **days, days=weekly, people=READERS)
    clicked = ask.rows(rows.HourActions, "overview/hours", **days, event_type="subscriber.clicked")
    opened = ask.rows(rows.HourActions, "overview/hours", **days, event_type="subscriber.opened")
    recent = reading.emails[:RECENT_EMAILS]
    measurable = totals.engaged > 0 or not emails or any(e.opens_tracked == 1 for e in emails)
    notes = within(reading.notes, period.first, period.last)
    shown = notes[-NOTES_SHOWN:]
    unknown = unknown_steps(period, reading.emails, clock.day(facts.first_ms), clock)
    per_step = trends.trend_per_step(period, steps, steps_before, emails, shown, clock, unknown)
    view = Overview(
        period=period.label,
        span=period.span,
        answer=figures.answer(period, totals, before, facts, measurable, len(emails)),
        choices=tuple(Choice(p.label, p.path, p is period) for p in offered),
        tiles=figures.tiles(period, totals, before, shape, audience, emails, emails_before, facts),
        findings=findings,
        insights=tuple(found),
        per_step=per_step,
        step_name={1: "per day", 7: "per week", 28: "per four weeks"}[period.days_per_step],
        per_email=trends.trend_per_email(emails, shown, clock),
        notes=shown,
        all_notes=f"All {wording.count(len(reading.notes))} notes" if len(notes) > NOTES_SHOWN else "",
        readers=lists.readers(top, STRIP_STEPS, reading.directory, clock),
        readers_note=period.label.lower() if period.key != "all" else "all time",
        all_readers=lists.readers_note(len(top), facts.subscribers),
        heat=lists.week(clicked, opened),
        links=lists.link_rows(ask.rows(rows.TopLink, "overview/top_links", **days)),
        emails=email_rows(recent, clock),
        all_emails=f"All {len(reading.emails)}",
        data_href=f"data/overview-{period.key}.json",
    )
    title = "Overview" if period.path == "index.html" else f"Overview, {period.label}"
    copy = SNAPSHOT if period.path == "index.html" else ""
    yield Page(period.path, "overview", "overview", title, view, copy=copy)
    yield File(
        view.data_href,
        overview_data(period, totals, before, steps, audience, facts.active, emails, found, notes, clock),
    )
    if per_step:
        heads = ("first_day", "people_engaged", "people_clicked")
        acted = {s.step: s for s in steps}
        cells = (
            (day.isoformat(), acted[i].engaged, acted[i].clicked)
            if i in acted
            else (day.isoformat(), *((None, None) if i in unknown else (0, 0)))
            for i, day in enumerate(period.step_days())
        )
        yield File(per_step.csv, downloads.csv_bytes(heads, cells))


def _first_findings(reading: Reading) -> tuple[Finding, ...]:
    if not is_first_week(reading.first_runs.sync_ms, reading.clock.now_ms):
        return ()
    return tuple(
        first_findings(reading.persons, reading.emails, reading.year_links, reading.judged, reading.stages)
    )


def _evidence(reading: Reading) -> Evidence:
    clock, known = reading.clock, reading.deliveries
    sent = [(email, known[email.email_id]) for email in reading.emails if email.email_id in known]
    month, _ = windows(sent, clock)
    return Evidence(
        clock=clock,
        courses=reading.courses,
        stages=reading.stages,
        fans=reading.warehouse.rows(rows.FanCount, "insights/fans", steps=BEFORE),
        sources=reading.sources,
        lately=month.figures,
        rising=reading.rising or (),
        groups=reading.compared,
    )


def _audience(reading: Reading, period: Period) -> list[rows.AudienceStep]:
    """Steps counted from the period's first day: those of the period before are negative."""
    first = period.previous_first or period.first
    shift = (period.first - first).days // period.days_per_step
    found = reading.warehouse.rows(
        rows.AudienceStep,
        "overview/audience",
        first_day=first,
        last_day=period.last,
        days=period.days_per_step,
    )
    return [step._replace(step=step.step - shift) for step in found]
