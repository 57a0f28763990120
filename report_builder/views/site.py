"""What every page shows around its own content: whose report it is, and which way to go."""

from dataclasses import dataclass

from report_builder.rows import EmailResult, SiteFacts

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
class Site:
    newsletter: str
    zone: str
    is_synced: bool
    notice: str  # a sentence a reader must not miss, or empty
    is_empty: bool

    def navigation(self, here: str) -> tuple[Entry, ...]:
        return tuple(Entry(label, href, kind == here) for kind, label, href in NAVIGATION)


def site_view(facts: SiteFacts, looked_ms: int | None, zone: str, emails: list[EmailResult]) -> Site:
    """`looked_ms`: when the last sync that ended well did, None if none ever did."""
    return Site(
        newsletter=facts.newsletter or "Your newsletter",
        zone=zone,
        is_synced=looked_ms is not None,
        notice=_notice(emails),
        is_empty=not facts.events and not facts.subscribers and not emails,
    )


def tracked_nowhere(emails: list[EmailResult]) -> bool:
    """Emails went out, and for none of them could an open or a click be seen."""
    return bool(emails) and all(e.opens_tracked != 1 and e.clicks_tracked != 1 for e in emails)


def _notice(emails: list[EmailResult]) -> str:
    if tracked_nowhere(emails) and any(e.opens_tracked == 0 for e in emails):
        return (
            "Opens and clicks were not tracked for any email, so nobody can say who read them. Turn tracking on in "
            "the newsletter's settings: every email sent from then on will be measured."
        )
    return ""
