"""Links: what readers care about, told by what they click."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from report_builder import wording
from report_builder.clock import Clock, day_text
from report_builder.definitions import BY_KEY
from report_builder.geometry import number
from report_builder.rows import ClickedHost, ClickedLink, ClickTotals, EmailResult
from report_builder.views.links_rising import Rising
from report_builder.views.overview import Choice
from report_builder.views.overview_lists import is_followable, link_label

LINKS_SHOWN = 25
HOSTS_SHOWN = 15
REPEATED_SHOWN = 15
REPEATED_EMAILS = 3
NO_SITE = "no website"


@dataclass(frozen=True)
class LinkRow:
    label: str
    site: str
    href: str  # empty where the address is not one a browser should follow
    is_own: bool
    people: str
    people_value: str
    share: str  # of the people who clicked anything; "too few" below the minimum
    share_value: str
    bar: str  # per cent of the widest
    clicks: str
    raw: str  # every click, those of machines included
    emails: str
    first: str
    first_ms: int
    last: str
    last_ms: int


@dataclass(frozen=True)
class HostRow:
    label: str
    is_host: bool  # else words of ours
    is_own: bool
    people: str
    clicks: str
    raw: str
    links: str
    emails: str


@dataclass(frozen=True)
class Links:
    answer: str
    span: str
    choices: tuple[Choice, ...]
    links: tuple[LinkRow, ...]
    links_note: str
    hosts: tuple[HostRow, ...]
    hosts_note: str
    repeated: tuple[LinkRow, ...]
    repeated_note: str
    rising: tuple[Rising, ...]
    rising_note: str
    endings_note: str  # links that end the subscription, which are in no list; empty: nobody followed one
    raw_note: str
    csv: str


def own_hosts(emails: Iterable[EmailResult]) -> frozenset[str]:
    """The newsletter's own sites: where its emails can be read in the archive."""
    found = set()
    for email in emails:
        if email.url and is_followable(email.url):
            found.add((urlsplit(email.url).hostname or "").removeprefix("www."))
    return frozenset(found - {""})


def links_view(
    totals: ClickTotals, links: Sequence[ClickedLink], hosts: Sequence[ClickedHost], rising: Sequence[Rising],
    rising_note: str, own: frozenset[str], tracked: bool, span: str, choices: Sequence[Choice], csv: str, clock: Clock,
) -> Links:  # fmt: skip
    """`links` and `hosts` come with most people first, and hold those that only machines clicked as well. Links that
    end the subscription say nothing about what readers care about: they are in no list.
    """
    followed = [link for link in links if link.clicks]
    human = [link for link in followed if not link.is_ending]
    sites = [host for host in hosts if host.clicks]
    often = sorted((link for link in human if link.emails >= REPEATED_EMAILS), key=lambda link: -link.emails)
    widest = max((link.people for link in human), default=0)
    return Links(
        answer=answer(totals, followed, sites, own, tracked),
        span=span,
        choices=tuple(choices),
        links=tuple(_link(link, totals, widest, own, clock) for link in human[:LINKS_SHOWN]),
        links_note=_of(LINKS_SHOWN, len(human), "link"),
        hosts=tuple(_host(host, own) for host in sites[:HOSTS_SHOWN]),
        hosts_note=_of(HOSTS_SHOWN, len(sites), "site"),
        repeated=tuple(_link(link, totals, widest, own, clock) for link in often[:REPEATED_SHOWN]),
        repeated_note=_of(REPEATED_SHOWN, len(often), "link"),
        rising=tuple(rising),
        rising_note=rising_note,
        endings_note=_endings_note(totals),
        raw_note=_raw_note(totals),
        csv=csv if links else "",
    )


def answer(
    totals: ClickTotals, links: Sequence[ClickedLink], hosts: Sequence[ClickedHost], own: frozenset[str], tracked: bool
) -> str:  # fmt: skip
    if not links:
        if not tracked:
            return "What readers care about cannot be said: no click of any email was tracked in this time."
        return "What readers care about cannot be said yet: no person clicked a link in this time."
    said = (
        f"{wording.people(totals.people)} clicked {wording.plural(len(links), 'link')} "
        f"{wording.plural(totals.clicks, 'time')}"
    )
    if not hosts:
        return f"{said}, only to end the subscription or to change its settings."
    own_too = ", your own site left out" if any(h.host in own for h in hosts) else ""
    elsewhere = next((h for h in hosts if h.host and h.host not in own), None)
    if elsewhere is None or not elsewhere.people:
        return f"{said}; none led away from your own site."
    if len(hosts) == 1 and not any(link.is_ending for link in links):
        return f"{said}, always on {elsewhere.host}."
    share = wording.ratio(elsewhere.people, totals.people)
    if share is None or totals.people < BY_KEY["link_share"].minimum:
        return f"{said}; more went to {elsewhere.host} than to any other site{own_too}."
    return (
        f"{said}. More went to {elsewhere.host} than to any other site{own_too}: {wording.people(elsewhere.people)}, "
        f"{wording.percent(share)} of all who clicked."
    )


def _link(link: ClickedLink, totals: ClickTotals, widest: int, own: frozenset[str], clock: Clock) -> LinkRow:
    label, site = link_label(link.target)
    share = wording.ratio(link.people, totals.people)
    enough = totals.people >= BY_KEY["link_share"].minimum and share is not None
    first, last = link.first_ms or 0, link.last_ms or 0

    def day(ms: int) -> str:
        at = clock.local(ms).date()
        return day_text(at, year=at.year != clock.today.year)

    return LinkRow(
        label=label,
        site=site,
        href=link.url if is_followable(link.url) else "",
        is_own=link.host in own,
        people=wording.count(link.people),
        people_value=str(link.people),
        share=wording.percent(share) if enough and share is not None else wording.TOO_FEW,
        share_value=f"{share:.4f}" if enough else "-1",
        bar=number(100 * link.people / widest) if widest else "0",
        clicks=wording.count(link.clicks),
        raw=wording.count(link.raw_clicks),
        emails=wording.count(link.emails),
        first=day(first),
        first_ms=first,
        last=day(last),
        last_ms=last,
    )


def _host(host: ClickedHost, own: frozenset[str]) -> HostRow:
    return HostRow(
        label=host.host or NO_SITE,
        is_host=host.host is not None,
        is_own=host.host in own,
        people=wording.count(host.people),
        clicks=wording.count(host.clicks),
        raw=wording.count(host.raw_clicks),
        links=wording.count(host.links),
        emails=wording.count(host.emails),
    )


def _of(shown: int, total: int, what: str) -> str:
    return f"first {shown} of {wording.count(total)}" if total > shown else wording.plural(total, what)


def _endings_note(totals: ClickTotals) -> str:
    if not totals.ending_people:
        return ""
    followed = wording.people(totals.ending_people)
    return f"{followed} followed a link to unsubscribe or to change settings: these links are left out of the lists."


def _raw_note(totals: ClickTotals) -> str:
    left_out = totals.raw_clicks - totals.clicks
    if not left_out:
        return ""
    return (
        f"{wording.plural(left_out, 'click')} of {wording.count(totals.raw_clicks)} by machines, or not surely by "
        "people, are left out of every figure here but “all clicks”."
    )
