"""What every page shows around its own content: whose report it is, and which way to go."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from report_builder.rows import EmailResult, Seen, SiteFacts

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
    silent: frozenset[str] = frozenset()  # pages that have nothing to say yet

    def navigation(self, here: str) -> tuple[Entry, ...]:
        """A silent page is still there by its address, where it says what it waits for."""
        shown = (entry for entry in NAVIGATION if entry[0] == here or entry[0] not in self.silent)
        return tuple(Entry(label, href, kind == here) for kind, label, href in shown)


def silent_pages(
    facts: SiteFacts, seen: Seen, emails: Sequence[EmailResult], deliveries: Collection[object]
) -> frozenset[str]:
    """`deliveries`: the emails of which it is known whether they arrived."""
    has_people = facts.subscribers > 0
    speaks = {
        "emails": bool(emails),
        "subscribers": has_people,
        "engagement": has_people and any(e.opens_tracked == 1 or e.clicks_tracked == 1 for e in emails),
        "growth": has_people,
        "links": seen.clicks > 0,
        "deliverability": bool(deliveries),
        "timing": seen.acts > 0,
        "segments": has_people,
    }
    return frozenset(kind for kind, has_data in speaks.items() if not has_data)


def site_view(
    facts: SiteFacts,
    looked_ms: int | None,
    zone: str,
    emails: Sequence[EmailResult],
    silent: frozenset[str] = frozenset(),
) -> Site:
    """`looked_ms`: when the last sync that ended well did, None if none ever did."""
    return Site(
        newsletter=facts.newsletter or "Your newsletter",
        zone=zone,
        is_synced=looked_ms is not None,
        notice=_notice(emails),
        is_empty=not facts.events and not facts.subscribers and not emails,
        silent=silent,
    )


def tracked_nowhere(emails: Sequence[EmailResult]) -> bool:
    """Emails went out, and for none of them could an open or a click be seen."""
    return bool(emails) and all(e.opens_tracked != 1 and e.clicks_tracked != 1 for e in emails)


def _notice(emails: Sequence[EmailResult]) -> str:
    if tracked_nowhere(emails) and any(e.opens_tracked == 0 for e in emails):
        return (
            "Opens and clicks were not tracked for any email, so nobody can say who read them. Turn tracking on in "
            "the newsletter's settings: every email sent from then on will be measured."
        )
    return ""
