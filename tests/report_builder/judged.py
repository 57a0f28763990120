"""What is stored, as plain rows with the verdict of the plain rules: nothing of the product's queries is in it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from report_builder.warehouse import Warehouse
from tests.report_builder.stores import DAY, NOW_MS, Agent, Store, sqlite_rows
from tests.report_builder.verdicts.chance import draw_scene
from tests.report_builder.verdicts.facts import ENDINGS
from tests.report_builder.verdicts.oracle import judge_plainly
from tests.report_builder.verdicts.relations import Happening, Scene, target_of

STORED = """
select
    e.occurred_ms, replace(k.type, 'subscriber.', ''), e.subscriber, e.email, e.link, l.url,
    g.os, g.browser, g.network_class, e.address, a.network
from events as e
join event_kinds as k on k.id = e.kind
left join links as l on l.id = e.link
left join agents as g on g.id = e.agent
left join addresses as a on a.id = e.address
order by e.occurred_ms, e.id
"""
EMAILS, READERS = 24, 20
ZONE = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 8, 20), date(2026, 11, 18)
ACTS = ("opened", "clicked", "replied")


class Event(NamedTuple):
    at: int
    kind: str
    person: int | None
    email: int | None
    link: int | None
    verdict: str  # of opens and clicks; empty for all others

    @property
    def is_human(self) -> bool:
        return self.verdict == "human" or self.kind == "replied"


@dataclass(frozen=True)
class World:
    store: Path
    warehouse: Warehouse
    events: list[Event]

    def human(self, *kinds: str) -> list[Event]:
        """What people did in the period."""
        return [e for e in within(self.events, *(kinds or ACTS)) if e.is_human]

    def endings(self) -> set[int]:
        """The links that end the subscription."""
        links = sqlite_rows(self.store, "select id, url from links")
        return {number for number, url in links if any(word in url.lower() for word in ENDINGS)}


def local(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZONE)


def within(events: list[Event], *kinds: str) -> list[Event]:
    return [e for e in events if e.kind in kinds and FIRST <= local(e.at).date() <= LAST]


def stored_events(store: Path) -> list[Event]:
    """All events in the order of time. Emails are judged one by one, because no rule looks at two."""
    rows = sqlite_rows(store, STORED)
    networks: dict[bytes, int] = {}
    domains = {
        number: email.rpartition("@")[2].lower()
        for number, email in sqlite_rows(store, "select id, email from subscribers")
        if email and "@" in email
    }
    emails: dict[int | None, list[Happening]] = defaultdict(list)
    for number, (at, kind, person, email, _, url, os, browser, network_class, address, network) in enumerate(
        rows
    ):
        agent: Agent | None = (os, browser, network_class) if network_class is not None else None
        place = networks.setdefault(network, len(networks) + 1) if network is not None else None
        emails[email].append(Happening(number, kind, at, person, email, url, agent, address, place))
    verdicts = {
        number: verdict
        for happenings in emails.values()
        for number, (verdict, _) in judge_plainly(Scene(happenings, domains)).items()
    }
    return [
        Event(at, kind, person, email, link, verdicts.get(number, ""))
        for number, (at, kind, person, email, link, *_) in enumerate(rows)
    ]


def chance_store(path: Path, seed: int) -> Path:
    """Emails in which scanners, proxies and people come and go by chance, some of them never tracked."""
    rng = Random(seed)
    store = Store(path)
    for number in range(READERS):
        store.subscriber(f"reader{number}@{rng.choice(('one', 'two', 'three'))}.example")
    links: dict[str, int] = {}
    for email in range(1, EMAILS + 1):
        sent = NOW_MS - 4 * DAY * email
        store.email(f"Email {email}", sent, tracking_at_send=rng.choice((None, 0, 1)))
        scene = draw_scene(rng, email, 0)
        start = min(each.at for each in scene)
        for each in scene:
            link = None
            if each.url:
                link = links.get(each.url) or store.link(each.url, target_of(each.url))
                links[each.url] = link
            store.event(
                f"subscriber.{each.kind}", sent + each.at - start, each.reader, each.email, link,
                agent=each.agent, address=each.address, network=each.network,
            )  # fmt: skip
        for reader in rng.sample(range(1, READERS + 1), rng.randint(0, 4)):
            store.event("subscriber.delivered", sent, reader, email)
    store.run()
    return store.done()
