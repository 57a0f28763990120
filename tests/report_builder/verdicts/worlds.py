"""The demo's made-up newsletters as scenes, with what really made each event: the judge of the rules."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import cache

from demo import Newsletter, Row, dashed, make_newsletter
from report_builder.verdicts import Limits
from shared.settings import Secret
from sync_job.network import AddressHider
from sync_job.times import milliseconds
from tests.report_builder.verdicts.relations import Agent, Happening, Judged, Scene, judge

UNTIL = datetime(2026, 11, 18, 18, tzinfo=UTC)
TUNED_ON = (1, 2, 3)  # the limits were chosen looking at these worlds
UNSEEN = (101, 202, 303)

# what a verdict says about a maker; "unknown" is no claim, so it is neither right nor wrong
MAKERS = {
    "human": {"human"},
    "proxy": {"apple_proxy", "google_proxy"},
    "scanner": {"scanner"},
}

Truth = dict[int, str]


@cache
def made(seed: int, subscribers: int = 400, emails: int = 30) -> Newsletter:
    return make_newsletter(until=UNTIL, seed=seed, subscribers=subscribers, emails=emails)


def scene_of(newsletter: Newsletter) -> tuple[Scene, Truth]:
    """The events that the rules read; automation letters count as any other email."""
    hider = AddressHider(Secret("a secret for tests, of forty characters."))
    people = {row["id"]: number for number, row in enumerate(newsletter.subscribers, 1)}
    numbers: dict[bytes, int] = {}
    happenings, truth = [], {}
    for number, row in enumerate(newsletter.events, 1):
        if row["event_type"] not in ("delivered", "opened", "clicked", "replied"):
            continue
        reader = row["subscriber_id"] and people.setdefault(row["subscriber_id"], len(people) + 1)
        happenings.append(_happening(number, row, reader, hider, numbers))
        if row["id"] in newsletter.truth:
            truth[number] = newsletter.truth[row["id"]]
    domains = {people[row["id"]]: row["email_address"].split("@")[1] for row in newsletter.subscribers}
    return Scene(happenings, domains), truth


def _happening(
    number: int, row: Row, reader: int | None, hider: AddressHider, numbers: dict[bytes, int]
) -> Happening:
    metadata = row["metadata"]
    origin = hider.origin(metadata.get("ip_address"))
    agent: Agent | None = None
    address = network = None
    if origin.address is not None:
        agent = (metadata["os"], metadata["browser"], origin.network_class)
        address = numbers.setdefault(origin.address.address, len(numbers) + 1)
        network = numbers.setdefault(origin.address.network, len(numbers) + 1)
    email = dashed(row["email_id"]) if row["email_id"] else None
    return Happening(
        id=number,
        kind=row["event_type"],
        at=milliseconds(row["creation_date"]),
        reader=reader,
        email=int(email[:13].replace("-", ""), 16) if email else None,
        url=metadata.get("url"),
        agent=agent,
        address=address,
        network=network,
    )


class Tally:
    """Counts of (kind, maker, verdict, reason) over any number of worlds."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str, str]] = Counter()

    def add(self, scene: Scene, truth: Truth, judged: Judged) -> None:
        for act in scene.acts:
            self.counts[act.kind, truth[act.id], *judged[act.id]] += 1

    def sum(self, **wanted: str) -> int:
        names = ("kind", "maker", "verdict", "reason")
        return sum(
            count
            for key, count in self.counts.items()
            if all(dict(zip(names, key, strict=True))[name] == value for name, value in wanted.items())
        )

    def right(self, kind: str, verdict: str, **wanted: str) -> int:
        return sum(self.sum(kind=kind, verdict=verdict, maker=maker, **wanted) for maker in MAKERS[verdict])

    def precision(self, kind: str, verdict: str, **wanted: str) -> float | None:
        """Of what was called so, how much it was; None when nothing was."""
        called = self.sum(kind=kind, verdict=verdict, **wanted)
        return self.right(kind, verdict, **wanted) / called if called else None

    def recall(self, kind: str, verdict: str) -> float:
        return self.right(kind, verdict) / sum(self.sum(kind=kind, maker=maker) for maker in MAKERS[verdict])

    def rules(self) -> list[tuple[str, str, str]]:
        """(kind, verdict, reason) of every rule that claimed something."""
        return sorted({(k, v, r) for k, _, v, r in self.counts if v != "unknown"})


def tally(seeds: tuple[int, ...], limits: Limits | None = None, **size: int) -> Tally:
    found = Tally()
    for seed in seeds:
        scene, truth = scene_of(made(seed, **size))
        found.add(scene, truth, judge(scene, limits))
    return found
