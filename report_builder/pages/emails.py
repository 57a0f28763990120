"""The list of emails, page by page, with its data."""

from collections.abc import Iterator

from report_builder.datasets import json_bytes
from report_builder.email_data import EMAIL_CSV, email_data
from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.views import emails as emails_view
from shared import downloads


def emails_pages(reading: Reading) -> Iterator[Page | File]:
    emails, size = reading.emails, emails_view.PAGE_SIZE
    all_rows = emails_view.email_rows(emails, reading.clock)
    pages = max(1, -(-len(emails) // size))
    answer, tracking = emails_view.answer(emails), emails_view.tracking(emails)
    for number in range(pages):
        view = emails_view.Emails(
            answer=answer,
            rows=all_rows[number * size : (number + 1) * size],
            page_note=f"page {number + 1} of {pages}" if pages > 1 else "",
            newer=emails_view.PageLink("Newer emails", _emails_path(number - 1)) if number else None,
            older=emails_view.PageLink("Older emails", _emails_path(number + 1))
            if number + 1 < pages
            else None,
            csv="data/emails.csv",
            tracking=tracking,
        )
        yield Page(_emails_path(number), "emails", "emails", "Emails", view)
    courses = reading.courses
    records = [
        email_data(course, courses[place + 1 :], reading.figures[course.email.email_id], reading.clock)
        for place, course in enumerate(courses)
    ]
    yield File("data/emails.json", json_bytes("emails", emails=records))
    cells = ([record[column] for column in EMAIL_CSV] for record in records)
    yield File("data/emails.csv", downloads.csv_bytes(EMAIL_CSV, cells))


def _emails_path(number: int) -> str:
    return "emails.html" if number == 0 else f"emails-{number + 1}.html"
