"""One page for each email, with its data."""

from collections.abc import Iterator

from report_builder import rows
from report_builder.datasets import json_bytes
from report_builder.email_data import email_data, link_data, speed_data
from report_builder.pages.page import File, Page, grouped
from report_builder.reading import Reading
from report_builder.views.email import EmailRows, email_view
from report_builder.views.email_usual import age_hours
from shared import downloads


def email_pages(reading: Reading) -> Iterator[Page | File]:
    ask, clock, courses = reading.warehouse.rows, reading.clock, reading.courses
    links = grouped(ask(rows.EmailLink, "email/links"), lambda r: r.email_id)
    clickers = grouped(ask(rows.Clicker, "email/clickers"), lambda r: r.email_id)
    losses = grouped(ask(rows.Loss, "email/losses"), lambda r: r.email_id)
    filtered = grouped(ask(rows.Filtered, "email/filtered"), lambda r: r.email_id)
    newest = {row.email_id: row.newest_ms for row in ask(rows.NewestEvent, "email/newest")}
    for place, course in enumerate(courses):
        email, before = course.email, courses[place + 1 :]
        key = email.email_id
        figures = reading.figures[key]
        mine = EmailRows(
            links.get(key, []), clickers.get(key, []), losses.get(key, []), filtered.get(key, []), figures
        )
        newer = courses[place - 1].email if place else None
        view = email_view(course, mine, before, newer, clock, reading.directory)
        yield Page(view.path, "email", "emails", view.subject, view, newest.get(key, 0))
        record = email_data(course, before, figures, clock) | speed_data(figures, age_hours(email, clock))
        record["links"] = [link_data(link, email) for link in mine.links]
        record["filtered"] = [
            {"act": f.act, "verdict": f.verdict, "reason": f.reason, "events": f.events, "people": f.people}
            for f in mine.filtered
        ]
        yield File(f"data/emails/{email.uuid}.json", json_bytes("email", **record))
        if view.clicks_csv:
            cells = ((c.email, c.name, c.clicks, clock.iso(c.clicked_ms), c.status) for c in mine.clickers)
            heads = ("email", "name", "clicks", "first_click", "status")
            yield File(view.clicks_csv, downloads.csv_bytes(heads, cells))
