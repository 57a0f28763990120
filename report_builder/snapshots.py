"""One page of the report as one file, whenever somebody asks for it."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from report_builder.build import renderer_of
from report_builder.conventions import written_as
from report_builder.job import fetch_store
from report_builder.pages.email import email_pages
from report_builder.pages.overview import overview_pages
from report_builder.pages.page import File, Page
from report_builder.pages.profile import profile_pages
from report_builder.reading import Reading, read
from report_builder.rows import EmailResult
from report_builder.views.emails import email_path, subject_of
from report_builder.views.periods import ALL, DEFAULT_WEEKS, WEEKS
from report_builder.warehouse import open_warehouse
from shared.bucket import Bucket
from shared.errors import UsageError
from shared.last_run import fetch_last_run
from shared.project import read_project

PERIODS = (*map(str, WEEKS), ALL)
USUAL_PERIOD = str(DEFAULT_WEEKS)
LATEST = "latest"
SUGGESTIONS = 5


@contextmanager
def open_reading(bucket: Bucket, project: str, now: datetime) -> Iterator[Reading]:
    """Everything known of a project now. Raises UsageError where nothing was ever synced, SettingsError, BucketError
    and DatabaseBroken.
    """
    settings = read_project(bucket, project)
    run = fetch_last_run(bucket, project)
    with tempfile.TemporaryDirectory(prefix="rapport-snapshot-") as folder:
        store = Path(folder) / "engagement.sqlite"
        if not fetch_store(bucket, project, store):
            raise UsageError(
                "there is no data yet", hint="Run `rapport sync` first, or `rapport demo` to look around."
            )
        with open_warehouse(store) as warehouse:
            reading = read(warehouse, now, run, store.stat().st_size, settings)
            with written_as(reading.conventions):
                yield reading


def overview_snapshot(reading: Reading, period: str = USUAL_PERIOD) -> bytes:
    """`period` is one of PERIODS."""
    path = "index.html" if period == USUAL_PERIOD else f"overview-{period}.html"
    return _alone(reading, overview_pages(reading), path)


def email_snapshot(reading: Reading, asked: str) -> bytes:
    """Raises UsageError unless exactly one email is meant: see find_email."""
    return _alone(reading, email_pages(reading), email_path(find_email(reading.emails, asked)))


def profile_snapshot(reading: Reading) -> bytes:
    (page,) = (made for made in profile_pages(reading) if isinstance(made, Page))
    return renderer_of(reading, {}).alone(page)


def find_email(emails: Sequence[EmailResult], asked: str) -> EmailResult:
    """By id, by subject whatever its case, by a part of it that only one has, or the "latest".

    `emails` are the latest first: of several with one subject it is the latest.
    """
    if not emails:
        raise UsageError("no email has been sent yet", hint="Run `rapport sync` when one was.")
    wanted = " ".join(asked.lower().split())
    if wanted == LATEST:
        return emails[0]
    for email in emails:
        if wanted in (email.uuid, " ".join(subject_of(email).lower().split())):
            return email
    found = [email for email in emails if wanted and wanted in " ".join(subject_of(email).lower().split())]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"“{subject_of(email)}”" for email in (found or emails)[:SUGGESTIONS])
    if found:
        raise UsageError(
            f"{len(found)} emails have {asked!r} in their subject", hint=f"Say more, such as one of {names}."
        )
    raise UsageError(f"no email is called {asked!r}", hint=f"The latest are {names}.")


def _alone(reading: Reading, pages: Iterator[Page | File], path: str) -> bytes:
    """Pages are made one after the other, so that none behind the one at `path` is."""
    page = next(made for made in pages if isinstance(made, Page) and made.path == path)
    return renderer_of(reading, {}).alone(page)
