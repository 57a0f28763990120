"""Emails of an export: those that the store does not know, or knows only from events. Their text is not kept."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from shared.records import Email
from sync_job.counts import Counts
from sync_job.exports.columns import flat, text
from sync_job.sources.buttondown.parsers import parse_email
from sync_job.store import Store

COLUMNS = [each.name for each in fields(Email)]


def read_email(row: Mapping[str, Any], counts: Counts) -> Email:
    """Raises ValueError for a row without an id."""
    values = flat(row)
    given_id = text(values.get("id"))
    if given_id is None:
        raise ValueError("an email without an id")
    issue = text(values.get("secondary_id"))
    return parse_email(
        {
            **values,
            "id": given_id,
            "secondary_id": int(issue) if issue and issue.isascii() and issue.isdigit() else None,
            "analytics": None,  # counts of some day in the past; the API has today's
        },
        counts,
    )


def save_emails(store: Store, emails: Iterable[Email], *, api_was_asked: bool) -> None:
    """In the caller's transaction. What the API ever said of an email is newer than any file.

    Before the API was asked for the first time, files are all there is: the last one wins where it says something.
    """
    for email in emails:
        query = f"select {', '.join(COLUMNS)}, missing_ms from emails where uuid = ?"
        found = store.database.execute(query, (email.uuid,)).fetchone()
        stored, missing_ms = (Email(*found[:-1]), found[-1]) if found else (None, None)
        if stored is not None and stored.status is not None and api_was_asked:
            store.counts.emails_seen += 1
            continue
        (key,) = store.emails.save([completed(email, stored)])
        if missing_ms is not None:  # the provider said so, and a file is older than that
            store.emails.mark_missing([key], missing_ms)


def completed(email: Email, stored: Email | None) -> Email:
    """A null never overwrites what is known; a status is always told, so that nobody asks for the email again."""
    known = vars(stored) if stored is not None else {}
    merged = {name: value if value is not None else known.get(name) for name, value in vars(email).items()}
    return Email(**merged | {"status": merged["status"] or "unknown"})
