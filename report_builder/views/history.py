"""What one person did, email by email and event by event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_builder.clock import Clock, day_text
from report_builder.rows import EarlierEmail, EmailResult, TimelineEvent
from report_builder.verdicts import find_reason
from report_builder.views.emails import email_path, subject_of
from report_builder.views.overview_lists import is_followable, link_label
from report_builder.wording import plural

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
    """What became of one received email: clicked, opened, ignored, or unknown (not tracked, machines only)."""

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
    reason: str  # why this was a machine, or may have been; empty for what a person did
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


def marks(timeline: Sequence[TimelineEvent], emails: Mapping[int, EmailResult]) -> list[Mark]:
    """One mark per received email, oldest first."""
    did: dict[int, set[str]] = {}
    for event in timeline:
        if event.email_id in emails:
            machine = "machine" if is_doubtful(event) else event.event_type
            did.setdefault(event.email_id or 0, set()).add(machine)
    by_time = sorted(did, key=lambda email_id: (emails[email_id].sent_ms or 0, email_id))
    made = []
    for email_id in by_time[-MARKS_SHOWN:]:
        email, types = emails[email_id], did[email_id]
        if "subscriber.clicked" in types:
            kind, symbol = "clicked", "◆"
        elif types & {"subscriber.opened", "subscriber.replied"}:
            kind, symbol = "opened", "●"
        elif email.opens_tracked == 1 and "subscriber.delivered" in types and "machine" not in types:
            kind, symbol = "ignored", "○"
        else:
            kind, symbol = "unknown", "·"
        made.append(Mark(kind, symbol, f"{subject_of(email)}: {kind}", email_path(email)))
    return made


def is_doubtful(event: TimelineEvent) -> bool:
    return event.verdict is not None and event.verdict != "human"


def reason_text(verdict: str | None, reason: str | None) -> str:
    """ "scanner: Burst of clicks"; empty for a person."""
    if verdict is None or verdict == "human" or reason is None:
        return ""
    return f"{verdict}: {find_reason(reason, verdict).name}"


def timeline_row(
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
        kind="machine" if is_doubtful(event) else verb if verb in ("opened", "clicked") else "other",
        reason=reason_text(event.verdict, event.reason),
        email=subject_of(email) if email else "",
        email_href=email_path(email) if email else "",
        link=f"{host}/{tail}" if host else tail,
        link_href=url if is_followable(url) else "",
    )


def earlier_row(row: EarlierEmail, emails: Mapping[int, EmailResult], clock: Clock) -> EarlierRow:
    email = emails.get(row.email_id or 0)
    return EarlierRow(
        day_text(clock.local(row.last_ms).date()),
        subject_of(email) if email else "No email",
        email_path(email) if email else "",
        f"{plural(row.opens, 'open')}, {plural(row.clicks, 'click')}",
    )
