"""What the search box looks through, subscribers aside: those are found in the shards of their list."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from report_builder.clock import Clock, day_text
from report_builder.definitions import DEFINITIONS
from report_builder.rows import ClickedLink, EmailResult
from report_builder.views.emails import email_path, subject_of
from report_builder.views.overview_lists import is_followable, link_label
from report_builder.views.site import NAVIGATION
from report_builder.wording import people

LINKS_FOUND = 200
TAGS_FOUND = 200
PROFILE = ("profile", "Profile", "profile.html")
GLOSSARY = ("definitions", "What the numbers mean", "definitions.html")
WORDS = {
    "overview": "home start engaged readers week best times what stands out insights",
    "emails": "issues newsletters subjects open rate click rate sent archive",
    "subscribers": "people readers list names addresses score tags export",
    "engagement": "stages stars champions dormant cooling recency frequency grid who to write to",
    "growth": "churn joined left sources cohorts retention unsubscribes half-life campaigns referrers",
    "links": "topics clicks sites hosts urls rising",
    "deliverability": "bounces complaints spam failures health mailbox domains",
    "timing": "hours weekdays when to send schedule best time pace heat",
    "segments": "tags groups compare rules statuses",
    "status": "sync data events filtered machines verdicts provider reconciliation runs",
    "profile": "sponsors partners share media kit figures without names download",
    "definitions": "glossary metrics definitions formulas help verdicts",
}


@dataclass(frozen=True)
class Entry:
    label: str
    detail: str  # shown beside the label
    href: str  # empty: an address no browser should follow
    words: str = ""  # found by, not shown


def search_entries(
    emails: Iterable[EmailResult],
    links: Sequence[ClickedLink],
    groups: Iterable[tuple[str, str, int]],
    clock: Clock,
) -> dict[str, list[dict[str, Any]]]:
    """`links` with most people first; those that only machines clicked are left out. `groups` are segments and tags:
    which of the two, the name, and how many people.
    """
    human = islice((link for link in links if link.clicks), LINKS_FOUND)
    found = {
        "pages": [
            Entry(label, "", href, WORDS.get(kind, ""))
            for kind, label, href in (*NAVIGATION, PROFILE, GLOSSARY)
        ],
        "emails": [_email(email, clock) for email in emails],
        "groups": [_group(*group) for group in groups],
        "links": [_link(link) for link in human],
        "definitions": [
            Entry(each.name, each.formula, f"definitions.html#{each.key}", " ".join((each.key, *each.also)))
            for each in DEFINITIONS
        ],
    }
    return {kind: [asdict(entry) for entry in entries] for kind, entries in found.items()}


def _email(email: EmailResult, clock: Clock) -> Entry:
    day = clock.day(email.sent_ms)
    return Entry(subject_of(email), day_text(day) if day else "", email_path(email))


def _group(kind: str, name: str, members: int) -> Entry:
    """Leads to the list of exactly these people."""
    return Entry(
        name, f"{kind} · {people(members)}", f"subscribers.html?{urlencode({kind: name})}", f"{kind} {kind}s"
    )


def _link(link: ClickedLink) -> Entry:
    label, site = link_label(link.target)
    detail = " · ".join(filter(None, (site, people(link.people))))
    return Entry(label, detail, link.url if is_followable(link.url) else "")
