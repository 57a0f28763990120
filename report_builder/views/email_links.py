"""The links of one email: who followed each, people and machines beside each other, and how deep they went."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.definitions import BY_KEY
from report_builder.rows import Depth, EmailLink, EmailResult
from report_builder.views.email_counts import Count
from report_builder.views.overview import LinkRow
from report_builder.views.overview_lists import link_rows
from report_builder.views.rates import Pool, share

LINKS_SHOWN = 15


@dataclass(frozen=True)
class EmailLinkRow:
    link: LinkRow
    share: str  # of all people who clicked
    raw_people: str
    raw_share: str  # of all readers with a click, machines included


def link_share(link: EmailLink, email: EmailResult) -> Pool:
    return share("link_share", link.people, email.clicked)


def raw_link_share(link: EmailLink, email: EmailResult) -> Pool:
    return share("link_share", link.raw_people, email.raw_clicked)


def email_links(links: Sequence[EmailLink], email: EmailResult) -> tuple[EmailLinkRow, ...]:
    """`links` come most people first."""
    shown = links[:LINKS_SHOWN]
    return tuple(
        EmailLinkRow(
            row,
            _text(link_share(link, email)),
            wording.count(link.raw_people),
            _text(raw_link_share(link, email)),
        )
        for row, link in zip(link_rows(shown), shown, strict=True)
    )


def _text(pool: Pool) -> str:
    return wording.percent(pool.rate) if pool.rate is not None else pool.why


def per_clicker(depth: Depth | None, key: str) -> float | None:
    """`key`: clicks_per_clicker or links_per_clicker; None below its minimum."""
    if depth is None or depth.clickers < max(1, BY_KEY[key].minimum):
        return None
    return (depth.clicks if key == "clicks_per_clicker" else depth.links) / depth.clickers


def depth_figures(depth: Depth | None) -> tuple[Count, ...]:
    """Empty where too few clicked."""
    found = (
        (key, per_clicker(depth, key), label)
        for key, label in (
            ("clicks_per_clicker", "clicks per clicker"),
            ("links_per_clicker", "links per clicker"),
        )
    )
    return tuple(
        Count(key, wording.decimal(value), label) for key, value, label in found if value is not None
    )
