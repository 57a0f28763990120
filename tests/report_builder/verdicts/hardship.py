"""Makes a made-up newsletter harder to judge than it is: the makers stay, what they show of themselves changes.

The demo's filters follow every link at once from an address of their own, and its readers are never hasty, so
that world alone would flatter any rule.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import groupby
from random import Random

from tests.report_builder.verdicts.relations import Happening, Scene
from tests.report_builder.verdicts.worlds import Truth

SECOND = 1000
ERASED = 0.04  # of all events lose address and agent
OFFICES = 1_000_000  # number of the first office's address


def harden(scene: Scene, truth: Truth, seed: int) -> Scene:
    rng = Random(seed)
    companies = sorted({scene.domains.get(e.reader or 0, "") for e in scene.acts if truth[e.id] == "scanner"})
    readings: dict[tuple[int | None, int | None], list[Happening]] = defaultdict(list)
    rest = []
    for each in scene.happenings:
        if each.is_act:
            readings[each.reader, each.email].append(each)
        else:
            rest.append(each)
    acts: list[Happening] = []
    for (reader, _), mine in sorted(readings.items(), key=repr):
        domain = scene.domains.get(reader or 0, "")
        people = sorted((e for e in mine if truth[e.id] == "human"), key=lambda e: e.at)
        filters = sorted((e for e in mine if truth[e.id] == "scanner"), key=lambda e: e.at)
        if domain in companies:
            people = [_from_office(e, OFFICES + companies.index(domain)) for e in people]
            filters = _disguise(rng, filters, companies.index(domain))
        acts += _hurry(rng, people) + filters
        acts += [e for e in mine if truth[e.id] not in ("human", "scanner")]
    acts = [replace(e, agent=None, address=None, network=None) if rng.random() < ERASED else e for e in acts]
    kept = {each.id for each in acts}
    for number in set(truth) - kept:
        del truth[number]
    return Scene([*rest, *acts], scene.domains)


def _from_office(act: Happening, office: int) -> Happening:
    """Everybody at work has one way out."""
    return replace(act, address=office, network=office)


def _disguise(rng: Random, sweep: list[Happening], company: int) -> list[Happening]:
    """One company's filter is slow, one only samples a few links, one sits behind the office's own address."""
    if not sweep:
        return []
    if company == 0:
        return [replace(e, at=sweep[0].at + n * rng.randint(2, 11) * SECOND) for n, e in enumerate(sweep)]
    if company == 1:
        clicks = [e for e in sweep if e.kind == "clicked"]
        return rng.sample(clicks, k=min(len(clicks), rng.choice((1, 2, 3, 3))))
    agent = ("Windows", "Edge", "other")
    return [replace(_from_office(e, OFFICES + company), agent=agent) for e in sweep]


def _hurry(rng: Random, people: list[Happening]) -> list[Happening]:
    """A fifth of those who follow several links open them in tabs, seconds apart; some click twice."""
    made = []
    for kind, group in groupby(people, key=lambda e: e.kind):
        acts = list(group)
        if kind == "clicked" and len(acts) > 1 and rng.random() < 0.2:
            acts = [replace(e, at=acts[0].at + n * rng.randint(2, 5) * SECOND) for n, e in enumerate(acts)]
        made += acts
    return made
