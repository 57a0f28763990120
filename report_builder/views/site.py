"""What every page shows around its own content: whose report it is, how fresh, and which way to go."""

from dataclasses import dataclass

from report_builder.clock import Clock
from report_builder.rows import EmailResult, SiteFacts
from report_builder.wording import count, plural

STALE_AFTER_MS = 2 * 86_400_000
NAVIGATION = (
    ("overview", "Overview", "index.html"),
    ("emails", "Emails", "emails.html"),
    ("subscribers", "Subscribers", "subscribers.html"),
    ("engagement", "Engagement", "engagement.html"),
    ("growth", "Growth", "growth.html"),
    ("links", "Links", "links.html"),
    ("deliverability", "Deliverability", "deliverability.html"),
    ("timing", "Timing", "timing.html"),
    ("segments", "Segments", "segments.html"),
    ("status", "Status", "status.html"),
)


@dataclass(frozen=True)
class Entry:
    label: str
    href: str
    here: bool


@dataclass(frozen=True)
class Notice:
    """A sentence a reader must not miss; `code` is a command to run, or empty."""

    text: str
    code: str = ""


@dataclass(frozen=True)
class Site:
    newsletter: str
    zone: str
    as_of: str  # "18 Nov 2026, 19:00", or empty before the first sync
    as_of_iso: str
    events: str
    notice: Notice | None
    is_empty: bool

    def navigation(self, here: str) -> tuple[Entry, ...]:
        return tuple(Entry(label, href, kind == here) for kind, label, href in NAVIGATION)


def site_view(facts: SiteFacts, synced_ms: int | None, clock: Clock, emails: list[EmailResult]) -> Site:
    """`synced_ms`: when the last sync that brought data ended, None if none ever did."""
    return Site(
        newsletter=facts.newsletter or "Your newsletter",
        zone=clock.zone,
        as_of=clock.moment(synced_ms) if synced_ms is not None else "",
        as_of_iso=clock.iso(synced_ms) if synced_ms is not None else "",
        events=plural(facts.events, "event"),
        notice=_notice(facts, synced_ms, clock, emails),
        is_empty=not facts.events and not facts.subscribers and not emails,
    )


def tracked_nowhere(emails: list[EmailResult]) -> bool:
    """Emails went out, and for none of them could an open or a click be seen."""
    return bool(emails) and all(e.opens_tracked != 1 and e.clicks_tracked != 1 for e in emails)


def _notice(
    facts: SiteFacts, synced_ms: int | None, clock: Clock, emails: list[EmailResult]
) -> Notice | None:
    if synced_ms is not None and clock.now_ms - synced_ms > STALE_AFTER_MS:
        days = (clock.now_ms - synced_ms) // 86_400_000
        return Notice(
            f"The last sync that brought data ended {count(days)} days ago. To bring it up to date, run",
            "rapport sync",
        )
    if tracked_nowhere(emails) and any(e.opens_tracked == 0 for e in emails):
        return Notice(
            "Opens and clicks were not tracked for any email, so nobody can say who read them. Turn tracking on in "
            "the newsletter's settings: every email sent from then on will be measured."
        )
    return None
