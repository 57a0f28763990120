"""One person: what they did with which email, and what is known about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_builder.clock import Clock, day_text
from report_builder.rows import (
    EarlierEmail,
    EmailResult,
    Person,
    PersonAddress,
    PersonChange,
    PersonFacts,
    TimelineEvent,
)
from report_builder.views.emails import email_path, subject_of
from report_builder.views.overview_lists import is_followable, link_label
from report_builder.views.people import name_of, status_word
from report_builder.wording import UNKNOWN, count, plural

DETAILED_DAYS = 730
EVENTS_SHOWN = 250
MARKS_SHOWN = 60

VERBS = {
    "subscriber.delivered": "received",
    "subscriber.opened": "opened",
    "subscriber.clicked": "clicked",
    "subscriber.bounced": "bounced",
    "subscriber.rejected": "was rejected",
    "subscriber.complained": "complained",
    "subscriber.unsubscribed": "unsubscribed",
    "subscriber.replied": "replied",
}


@dataclass(frozen=True)
class Mark:
    """What became of one received email: clicked, opened, ignored, or unknown (opens not tracked)."""

    kind: str
    symbol: str
    text: str
    href: str


@dataclass(frozen=True)
class TimelineRow:
    at: str
    iso: str
    verb: str
    kind: str
    email: str
    email_href: str
    link: str
    link_href: str


@dataclass(frozen=True)
class EarlierRow:
    at: str
    email: str
    email_href: str
    text: str


@dataclass(frozen=True)
class About:
    label: str
    value: str


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Subscriber:
    path: str
    title: str
    address: str
    status: str
    answer: str
    tags: tuple[str, ...]
    figures: tuple[Figure, ...]
    marks: tuple[Mark, ...]
    timeline: tuple[TimelineRow, ...]
    timeline_note: str
    earlier: tuple[EarlierRow, ...]
    about: tuple[About, ...]


@dataclass(frozen=True)
class PersonRows:
    """Everything one person's page is made of."""

    person: Person
    rank: int
    tags: Sequence[str]
    facts: PersonFacts
    timeline: Sequence[TimelineEvent]
    earlier: Sequence[EarlierEmail]
    addresses: Sequence[PersonAddress]
    changes: Sequence[PersonChange]


def subscriber_view(
    rows: PersonRows,
    everybody: int,
    emails: Mapping[int, EmailResult],
    links: Mapping[int, str],
    clock: Clock,
) -> Subscriber:
    p = rows.person
    name = name_of(p.name, p.email, p.uuid)
    return Subscriber(
        path=f"subscribers/{p.uuid}.html",
        title=name.main if p.name else p.email or name.main,
        address=(p.email if p.name else "") if p.email else "no address known",
        status=status_word(p.status),
        answer=_answer(p, rows.rank, everybody, clock),
        tags=tuple(rows.tags),
        figures=(
            Figure("Score", count(p.score), f"rank {count(rows.rank)} of {count(everybody)}"),
            Figure("Received", count(p.received), "emails"),
            Figure("Opened", count(p.opened) if p.measurable or p.opened else UNKNOWN, f"of {count(p.measurable)} tracked"),
            Figure("Clicked", count(p.clicked), "emails"),
            Figure("Last active", clock.ago(p.last_ms) if p.last_ms is not None else UNKNOWN, "ago" if p.last_ms else "never"),
        ),
        marks=tuple(_marks(rows.timeline, emails)),
        timeline=tuple(_timeline_row(e, emails, links, clock) for e in rows.timeline[:EVENTS_SHOWN]),
        timeline_note=_shown(len(rows.timeline)),
        earlier=tuple(_earlier_row(e, emails, clock) for e in rows.earlier),
        about=tuple(_about(rows, clock)),
    )  # fmt: skip


def _answer(p: Person, rank: int, everybody: int, clock: Clock) -> str:
    if not p.received and not p.opened and not p.clicked:
        return "This person has received no email yet."
    received = f"Received {plural(p.received, 'email')}"
    if not p.measurable and not p.opened and not p.clicked:
        return f"{received}; whether they were opened cannot be said, because opens were not tracked."
    text = f"{received}, opened {count(p.opened)} and clicked in {count(p.clicked)}"
    if p.last_ms is None:
        return f"{text}: never seen active."
    return f"{text}; last active on {day_text(clock.local(p.last_ms).date())}."


def _marks(timeline: Sequence[TimelineEvent], emails: Mapping[int, EmailResult]) -> list[Mark]:
    """One mark per received email, oldest first."""
    did: dict[int, set[str]] = {}
    for event in timeline:
        if event.email_id in emails:
            did.setdefault(event.email_id or 0, set()).add(event.event_type)
    by_time = sorted(did, key=lambda email_id: (emails[email_id].sent_ms or 0, email_id))
    made = []
    for email_id in by_time[-MARKS_SHOWN:]:
        email, types = emails[email_id], did[email_id]
        if "subscriber.clicked" in types:
            kind, symbol = "clicked", "◆"
        elif "subscriber.opened" in types:
            kind, symbol = "opened", "●"
        elif email.opens_tracked == 1 and "subscriber.delivered" in types:
            kind, symbol = "ignored", "○"
        else:
            kind, symbol = "unknown", "·"
        made.append(Mark(kind, symbol, f"{subject_of(email)}: {kind}", email_path(email)))
    return made


def _timeline_row(
    event: TimelineEvent, emails: Mapping[int, EmailResult], links: Mapping[int, str], clock: Clock
) -> TimelineRow:
    email = emails.get(event.email_id or 0)
    url = links.get(event.link_id or 0, "")
    tail, host = link_label(url) if url else ("", "")
    verb = VERBS.get(event.event_type, event.event_type)
    return TimelineRow(
        at=clock.moment(event.occurred_ms),
        iso=clock.iso(event.occurred_ms),
        verb=verb,
        kind=verb if verb in ("opened", "clicked") else "other",
        email=subject_of(email) if email else "",
        email_href=email_path(email) if email else "",
        link=f"{host}/{tail}" if host else tail,
        link_href=url if is_followable(url) else "",
    )


def _earlier_row(row: EarlierEmail, emails: Mapping[int, EmailResult], clock: Clock) -> EarlierRow:
    email = emails.get(row.email_id or 0)
    return EarlierRow(
        day_text(clock.local(row.last_ms).date()),
        subject_of(email) if email else "No email",
        email_path(email) if email else "",
        f"{plural(row.opens, 'open')}, {plural(row.clicks, 'click')}",
    )


def _about(rows: PersonRows, clock: Clock) -> list[About]:
    p, f = rows.person, rows.facts

    def day(ms: int | None) -> str:
        return day_text(clock.local(ms).date()) if ms is not None else ""

    known = [
        ("Joined", day(p.joined_ms)),
        ("Source", status_word(p.source or "")),
        ("Came from", f.referrer_url or ""),
        ("Campaign", " · ".join(filter(None, (f.utm_source, f.utm_campaign)))),
        ("Country", f.country or ""),
        ("Upgraded", day(f.upgraded_ms)),
        ("Stopped paying", day(f.churned_ms)),
        (
            "Left",
            " · ".join(filter(None, (day(f.left_ms), f.unsubscription_reason, f.undeliverability_reason))),
        ),
        ("Deleted", day(f.deleted_ms)),
    ]
    known += [
        ("Address", a.address + (f" until {day(a.to_ms)}" if a.to_ms is not None else ""))
        for a in rows.addresses
    ]
    known += [("Status", f"{status_word(c.status)} on {day(c.occurred_ms)}") for c in rows.changes]
    return [About(label, value) for label, value in known if value]


def _shown(total: int) -> str:
    return (
        f"the latest {count(EVENTS_SHOWN)} of {count(total)}"
        if total > EVENTS_SHOWN
        else plural(total, "event")
    )
