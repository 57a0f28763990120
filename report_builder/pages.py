"""Which files the report consists of: pages to be rendered, and data as it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from report_builder import downloads, people_shards, rows, shards
from report_builder.clock import DAY_MS
from report_builder.datasets import EMAIL_COLUMNS, email_record, json_bytes, status_data
from report_builder.overview_pages import overview_pages
from report_builder.reading import PAGES_OF_THEIR_OWN, Reading
from report_builder.views import emails as emails_view
from report_builder.views import status as status_view
from report_builder.views import subscribers as subscribers_view
from report_builder.views.definitions import definitions_view
from report_builder.views.email import EmailRows, email_view
from report_builder.views.people import score_note
from report_builder.views.site import tracked_nowhere
from report_builder.views.subscriber import DETAILED_DAYS, PersonRows, subscriber_view
from report_builder.wording import people as people_text

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page:
    """`kind` names the template and the entry of the navigation it belongs to."""

    path: str
    kind: str
    here: str
    title: str
    view: object


@dataclass(frozen=True)
class File:
    path: str
    body: bytes


def site_pages(reading: Reading) -> Iterator[Page | File]:
    for path, title, view, files in overview_pages(reading):
        yield Page(path, "overview", "overview", title, view)
        yield from (File(*file) for file in files)
    yield from emails_pages(reading)
    yield from email_pages(reading)
    yield from subscribers_pages(reading)
    yield from subscriber_pages(reading)
    yield from status_pages(reading)
    yield Page("definitions.html", "definitions", "definitions", "What the numbers mean", definitions_view())


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
    records = [email_record(e, reading.clock) for e in emails]
    yield File("data/emails.json", json_bytes("emails", emails=records))
    cells = ([record[column] for column in EMAIL_COLUMNS] for record in records)
    yield File("data/emails.csv", downloads.csv_bytes(EMAIL_COLUMNS, cells))


def _emails_path(number: int) -> str:
    return "emails.html" if number == 0 else f"emails-{number + 1}.html"


def email_pages(reading: Reading) -> Iterator[Page | File]:
    ask, clock, emails = reading.warehouse.rows, reading.clock, reading.emails
    curves = _grouped(ask(rows.CurveHour, "email/curve"), lambda r: r.email_id)
    links = _grouped(ask(rows.EmailLink, "email/links"), lambda r: r.email_id)
    clickers = _grouped(ask(rows.Clicker, "email/clickers"), lambda r: r.email_id)
    losses = _grouped(ask(rows.Loss, "email/losses"), lambda r: r.email_id)
    filtered = _grouped(ask(rows.Filtered, "email/filtered"), lambda r: r.email_id)
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


def subscribers_pages(reading: Reading) -> Iterator[Page | File]:
    persons, tags = reading.persons, reading.tags
    untracked = tracked_nowhere(reading.emails)
    view = subscribers_view.Subscribers(
        answer=subscribers_view.answer(persons, untracked),
        score_note="" if untracked or not persons else score_note(),
        rows=subscribers_view.subscriber_rows(persons, tags, reading.directory),
        total=len(persons),
        total_text=people_text(len(persons)),
        filters=subscribers_view.filters(persons, tags),
        list_href="data/subscribers.json",
        csv="data/subscribers.csv",
    )
    yield Page("subscribers.html", "subscribers", "subscribers", "Subscribers", view)
    for file in shards.list_files(persons, tags, min(PAGES_OF_THEIR_OWN, len(persons))):
        yield File(*file)
    heads = (
        "email",
        "name",
        "status",
        "source",
        "tags",
        "joined",
        "score",
        "received",
        "opened",
        "clicked",
        "last_active",
    )
    cells = (
        (
            p.email, p.name, p.status, p.source, ", ".join(tags.get(p.subscriber_id, ())),
            p.joined_day.isoformat() if p.joined_day else None, p.score, p.received,
            p.seen_opened, p.seen_clicked,
            p.last_day.isoformat() if p.last_day else None,
        )
        for p in persons
    )  # fmt: skip
    yield File("data/subscribers.csv", downloads.csv_bytes(heads, cells))


def subscriber_pages(reading: Reading) -> Iterator[Page | File]:
    ask, clock, persons = reading.warehouse.rows, reading.clock, reading.persons
    since = clock.now_ms - DETAILED_DAYS * DAY_MS
    best = persons[:PAGES_OF_THEIR_OWN]
    emails = {e.email_id: e for e in reading.emails}
    urls = ask(rows.LinkUrl, "subscriber/links")
    people = people_shards.PeopleShards(
        persons, {e.email_id: (e.sent_ms or 0) // shards.MINUTE_MS for e in reading.emails}
    )
    stream = reading.warehouse.stream(rows.TimelineEvent, "subscriber/timeline", since_ms=since)
    timelines = people.add_timeline(stream, frozenset(p.subscriber_id for p in best))
    facts = {f.subscriber_id: f for f in ask(rows.PersonFacts, "subscriber/facts")}
    earlier = _grouped(
        ask(rows.EarlierEmail, "subscriber/earlier", since_ms=since), lambda r: r.subscriber_id
    )
    addresses = _grouped(ask(rows.PersonAddress, "subscriber/addresses"), lambda r: r.subscriber_id)
    changes = _grouped(ask(rows.PersonChange, "subscriber/changes"), lambda r: r.subscriber_id)
    link_urls = {link.link_id: link.url for link in urls}
    for rank, person in enumerate(best, 1):
        key = person.subscriber_id
        mine = PersonRows(
            person, rank, reading.tags.get(key, ()), facts[key], timelines.get(key, ()), earlier.get(key, ()),
            addresses.get(key, ()), changes.get(key, ()),
        )  # fmt: skip
        view = subscriber_view(mine, len(persons), emails, link_urls, clock)
        yield Page(view.path, "subscriber", "subscribers", view.title, view)
    yield Page("subscriber.html", "anybody", "subscribers", "Subscriber", clock.zone)
    yield File(*people_shards.name_file(reading.emails, urls))
    for file in people.files(persons, reading.tags, facts, addresses, changes, earlier):
        yield File(*file)


def status_pages(reading: Reading) -> Iterator[Page | File]:
    ask, facts = reading.warehouse.rows, reading.facts
    types = ask(rows.EventTypeCount, "status/event_types")
    judged = ask(rows.FilteredTotal, "verdicts/by_reason")
    view = status_view.status_view(
        facts, reading.last_run, reading.synced_ms, types, judged, ask(rows.SyncRun, "status/runs"),
        ask(rows.StatusCount, "status/statuses"), reading.warehouse.row(rows.Unassigned, "status/unassigned"),
        ask(rows.FeedCount, "status/feed"), reading.emails, reading.store_bytes, reading.wall,
    )  # fmt: skip
    yield Page("status.html", "status", "status", "Status", view)
    synced = reading.clock.iso(reading.synced_ms) if reading.synced_ms is not None else None
    yield File(
        "data/status.json",
        status_data(synced, facts.events, facts.subscribers, types, judged, reading.emails),
    )


def _grouped(found: Iterable[Row], key: Callable[[Row], int]) -> dict[int, Sequence[Row]]:
    """Rows that come group by group."""
    groups: dict[int, Sequence[Row]] = defaultdict(list)
    for value, group in groupby(found, key):
        groups[value] = list(group)
    return groups
