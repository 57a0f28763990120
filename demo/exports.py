"""Writes files as the provider's own export does: older field names, bare ids, whole seconds.

An export is not the API in another format. Its events have ids of an older store, so nothing but time,
person, email and kind tells that a row is known already; `same_ids=True` gives the API's ids instead.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from demo.ids import dashed
from demo.newsletter import Newsletter
from demo.ordering import comparable, to_moment
from demo.publication import email
from demo.wire import Row, event, subscriber

Collection = Literal["events", "subscribers", "emails"]
Format = Literal["csv", "json"]

# kinds that only old exports still hold, and how long before the first delivery they happened
CONFIRMATION = (
    ("activation_delivered", timedelta(minutes=9)),
    ("activation_opened", timedelta(minutes=7)),
    ("activation_clicked", timedelta(minutes=6)),
    ("subscription_confirmed_opened", timedelta(minutes=5)),
)
SENDING = (("attempted", timedelta(seconds=4)), ("sent", timedelta(seconds=2)))


def write_export(
    newsletter: Newsletter,
    collection: Collection,
    path: Path | str,
    format: Format = "csv",  # noqa: A002
    zipped: bool = False,
    legacy: bool = False,
    same_ids: bool = False,
) -> Path:
    """Write one collection; `zipped` puts it into an archive as `<collection>.<format>`. `legacy` adds events
    of the kinds an old export still had: confirmation mails, and `attempted` and `sent` before a delivery."""
    match collection:
        case "events":
            rows = list(event_rows(newsletter, legacy=legacy, same_ids=same_ids))
            blank = event_row(event(), "")
        case "subscribers":
            rows = [subscriber_row(row) for row in newsletter.subscribers]
            blank = subscriber_row(subscriber())
        case "emails":
            rows = [email_row(row) for row in newsletter.emails]
            blank = email_row(email())
    text = write_csv(list(blank), rows) if format == "csv" else json.dumps(rows, ensure_ascii=False)
    target = Path(path)
    if zipped:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{collection}.{format}", text)
    else:
        target.write_text(text, encoding="utf-8", newline="")
    return target


def event_rows(newsletter: Newsletter, *, legacy: bool, same_ids: bool) -> Iterator[Row]:
    addresses = {row["id"]: row["email_address"] for row in newsletter.subscribers}
    rows = sorted(newsletter.events, key=lambda row: str(comparable(row["creation_date"])))
    greeted: set[str | None] = set()
    for row in rows:
        address = addresses.get(row["subscriber_id"], "")
        if legacy and row["event_type"] == "delivered":
            before = [] if row["subscriber_id"] in greeted else list(CONFIRMATION)
            greeted.add(row["subscriber_id"])
            for kind, earlier in before:
                yield event_row({**row, "email_id": None}, address, kind=kind, earlier=earlier)
            for kind, earlier in SENDING:
                yield event_row(row, address, kind=kind, earlier=earlier)
        yield event_row(row, address, same_id=same_ids)


def event_row(
    row: Row,
    address: str,
    *,
    kind: str | None = None,
    earlier: timedelta = timedelta(),
    same_id: bool = False,
) -> Row:
    name = kind or row["event_type"]
    old = str(uuid5(NAMESPACE_URL, f"{name}:{row['id']}"))
    return {
        "id": dashed(row["id"]) if same_id else old,
        "token": str(uuid5(NAMESPACE_URL, old)),
        "email_id": dashed(row["email_id"]) if row["email_id"] else "",
        "subscriber__email": address,
        "event_type": name,
        "timestamp": str(to_moment(row["creation_date"]).replace(microsecond=0) - earlier),
        "metadata": {} if kind else dict(row["metadata"]),
    }


def subscriber_row(row: Row) -> Row:
    return {
        "id": dashed(row["id"]),
        "secondary_id": row["secondary_id"],
        "email": row["email_address"],
        "notes": row["notes"],
        "subscriber_type": row["type"],
        "referrer_url": row["referrer_url"],
        "utm_campaign": row["utm_campaign"],
        "utm_medium": row["utm_medium"],
        "utm_source": row["utm_source"],
        "creation_date": spaced(row["creation_date"]),
        "ip_address": row["ip_address"] or "",
        "subscription_date": spaced(confirmation(row)),
        "unsubscription_date": spaced(row["unsubscription_date"]),
        "tags": ";".join(row["tags"]),
        "metadata": row["metadata"],
    }


def email_row(row: Row) -> Row:
    return {
        "id": dashed(row["id"]),
        "secondary_id": row["secondary_id"] or "",
        "subject": row["subject"],
        "body": row["body"],
        "slug": row["slug"] or "",
        "email_type": row["email_type"],
        "status": row["status"],
        "source": row["source"],
        "creation_date": spaced(row["creation_date"]),
        "publish_date": spaced(row["publish_date"]),
        "modification_date": spaced(row["modification_date"]),
        "metadata": row["metadata"],
    }


def confirmation(row: Row) -> str | None:
    """When a person first was on the list for real."""
    dates = [step["date"] for step in row["transitions"] if step["type"] not in {"unactivated", "blocked"}]
    return dates[0] if dates else None


def spaced(text: str | None) -> str:
    """`2024-03-13 00:16:58+00:00`, or nothing."""
    return str(to_moment(text).replace(microsecond=0)) if text else ""


def write_csv(columns: list[str], rows: list[Row]) -> str:
    """Objects inside a cell are spelled as Python would print them, for that is what the provider does."""
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, fieldnames=columns)
    writer.writeheader()
    writer.writerows(rows)
    return sheet.getvalue()
