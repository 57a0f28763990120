"""What readers care about: links and sites over the last year and over all time, with their data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from report_builder import rows
from report_builder.clock import span_text
from report_builder.datasets import json_bytes
from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.views import links as view
from report_builder.views.links_rising import rising_note
from report_builder.views.overview import Choice
from shared import downloads


@dataclass(frozen=True)
class Span:
    key: str
    label: str
    path: str
    first: date
    last: date


@dataclass(frozen=True)
class Clicks:
    totals: rows.ClickTotals
    links: Sequence[rows.ClickedLink]
    hosts: Sequence[rows.ClickedHost]


def links_pages(reading: Reading) -> Iterator[Page | File]:
    spans = _spans(reading)
    own = view.own_hosts(reading.emails)
    rising, note = reading.rising or (), rising_note(reading.rising)
    published = {}
    for span in spans:
        clicks = _clicks(reading, span)
        page = view.links_view(
            clicks.totals, clicks.links, clicks.hosts, rising, note, own, _tracked(reading, span),
            span_text(span.first, span.last), _choices(span, spans), f"data/links-{span.key}.csv", reading.clock,
        )  # fmt: skip
        title = "Links and topics" if span.path == "links.html" else f"Links and topics, {span.label.lower()}"
        yield Page(span.path, "links", "links", title, page)
        published[span.key] = _record(span, clicks, own, reading)
        if page.csv:
            heads = ("url", "site", *LINK_COUNTS, "first_click", "last_click")
            cells = ([cell for key, cell in _link(link, own, reading).items() if key != "is_own"]
                     for link in clicks.links)  # fmt: skip
            yield File(page.csv, downloads.csv_bytes(heads, cells))
    sites = [
        {"site": r.host, "people": r.people, "people_before": r.people_before, "p": r.p, "is_own": r.is_own}
        for r in rising
    ]
    yield File("data/links.json", json_bytes("links", spans=published, rising=sites))


def _spans(reading: Reading) -> tuple[Span, ...]:
    """The last year, and all time where that is more."""
    first, today = reading.year
    year = Span("52", "52 weeks", "links.html", first, today)
    begin = reading.clock.day(reading.facts.first_ms)
    if begin is None or begin >= first:
        return (year,)
    return (year, Span("all", "All", "links-all.html", begin, today))


def _choices(span: Span, spans: Sequence[Span]) -> tuple[Choice, ...]:
    return tuple(Choice(s.label, s.path, s is span) for s in spans) if len(spans) > 1 else ()


def _tracked(reading: Reading, span: Span) -> bool:
    """Whether a click could have been seen: without any email there was none to be tracked."""
    sent = [e for e in reading.emails if (day := reading.clock.day(e.sent_ms)) and day >= span.first]
    return not sent or any(e.clicks_tracked != 0 for e in sent)


def _clicks(reading: Reading, span: Span) -> Clicks:
    ask, days = reading.warehouse, {"first_day": span.first, "last_day": span.last}
    is_year = (span.first, span.last) == reading.year
    return Clicks(
        ask.row(rows.ClickTotals, "links/totals", **days),
        reading.year_links if is_year else ask.rows(rows.ClickedLink, "links/top", **days),
        ask.rows(rows.ClickedHost, "links/hosts", **days),
    )


LINK_COUNTS = ("people", "clicks", "clicks_raw", "emails", "emails_raw")


def _link(link: rows.ClickedLink, own: frozenset[str], reading: Reading) -> dict[str, str | int | None]:
    iso = reading.clock.iso
    counts = (link.people, link.clicks, link.raw_clicks, link.emails, link.raw_emails)
    return {
        "url": link.target,
        "site": link.host,
        **dict(zip(LINK_COUNTS, counts, strict=True)),
        "first_click": iso(link.first_ms) if link.first_ms is not None else None,
        "last_click": iso(link.last_ms) if link.last_ms is not None else None,
        "is_own": link.host in own,
    }


def _record(span: Span, clicks: Clicks, own: frozenset[str], reading: Reading) -> dict[str, object]:
    """The first hundred links and sites; the CSV file holds all links."""
    return {
        "first_day": span.first,
        "last_day": span.last,
        "people": clicks.totals.people,
        "clicks": clicks.totals.clicks,
        "clicks_raw": clicks.totals.raw_clicks,
        "links": [_link(link, own, reading) for link in clicks.links[:100]],
        "sites": [
            {
                "site": h.host,
                "people": h.people,
                "clicks": h.clicks,
                "clicks_raw": h.raw_clicks,
                "links": h.links,
                "emails": h.emails,
                "is_own": h.host in own,
            }
            for h in clicks.hosts[:100]
        ],
    }
