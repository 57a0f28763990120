"""One page for each email, with its data."""

from collections.abc import Iterator

from report_builder import downloads, rows
from report_builder.datasets import email_record, json_bytes
from report_builder.pages.page import File, Page, grouped
from report_builder.reading import Reading
from report_builder.views.email import EmailRows, email_view


def email_pages(reading: Reading) -> Iterator[Page | File]:
    ask, clock, emails = reading.warehouse.rows, reading.clock, reading.emails
    curves = grouped(ask(rows.CurveHour, "email/curve"), lambda r: r.email_id)
    links = grouped(ask(rows.EmailLink, "email/links"), lambda r: r.email_id)
    clickers = grouped(ask(rows.Clicker, "email/clickers"), lambda r: r.email_id)
    losses = grouped(ask(rows.Loss, "email/losses"), lambda r: r.email_id)
    filtered = grouped(ask(rows.Filtered, "email/filtered"), lambda r: r.email_id)
    for place, email in enumerate(emails):
        key = email.email_id
        mine = EmailRows(
            curves.get(key, []),
            links.get(key, []),
            clickers.get(key, []),
            losses.get(key, []),
            filtered.get(key, []),
        )
        newer = emails[place - 1] if place else None
        view = email_view(email, mine, emails[place + 1 :], newer, clock, reading.directory)
        yield Page(view.path, "email", "emails", view.subject, view)
        record = email_record(email, clock)
        record["links"] = [
            {"url": link.target, "people": link.people, "clicks": link.clicks, "clicks_raw": link.raw_clicks}
            for link in mine.links
        ]
        record["filtered"] = [
            {"act": f.act, "verdict": f.verdict, "reason": f.reason, "events": f.events, "people": f.people}
            for f in mine.filtered
        ]
        yield File(f"data/emails/{email.uuid}.json", json_bytes("email", **record))
        if view.clicks_csv:
            cells = ((c.email, c.name, c.clicks, clock.iso(c.clicked_ms), c.status) for c in mine.clickers)
            heads = ("email", "name", "clicks", "first_click", "status")
            yield File(view.clicks_csv, downloads.csv_bytes(heads, cells))
