"""Everybody's present, worked out a second time: since when they are what they are, steps, streaks, habits."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from tests.report_builder.biographies import stored_lives
from tests.report_builder.judged import Event, World, local
from tests.report_builder.scores import RECEIVING, Life, checkpoints, scores_at
from tests.report_builder.stores import DAY, NOW_MS, sqlite_rows


@dataclass(frozen=True)
class Standing:
    stage: str
    stars: int | None
    score: int | None
    known_emails: int
    last_act: int | None


class Portraits:
    """Of all people of a world, at each checkpoint."""

    def __init__(self, world: World) -> None:
        self.store = world.store
        self.lives = {life.number: life for life in stored_lives(world.store, world.events)}
        self.checkpoints = checkpoints(world.events)

    @cached_property
    def standings(self) -> dict[tuple[int, int], Standing]:
        """By step and person; those who had not signed up by then are missing."""
        found = {}
        for step, at in enumerate(self.checkpoints):
            scores = scores_at(list(self.lives.values()), at)
            for number, life in self.lives.items():
                if life.is_listed(at):
                    score = scores[number]
                    parts = (life.stage(at, score), life.stars(at, score), score)
                    found[step, number] = Standing(*parts, len(life.known(at)), life.last_act(at))
        return found

    def now(self, number: int) -> Standing:
        return self.standings[0, number]

    def since(self, number: int) -> int | None:
        life, stage = self.lives[number], self.now(number).stage
        if stage == "complained" and life.complained is not None and life.complained <= NOW_MS:
            return life.complained
        if stage in ("lost", "undeliverable", "complained"):
            is_dated = life.left is not None or life.joined is None
            return life.left if is_dated else life.deleted
        if stage == "unactivated":
            is_again = len(life.changes) > 1 and life.changes[-1][1] == stage
            return life.changes[-1][0] if is_again else life.joined
        if stage == "new":
            return came(life)
        if stage in ("cooling", "dormant"):
            return self._quiet_since(life, 31 if stage == "cooling" else 91)
        return self._active_since(life) if stage in ("active", "champion") else None

    def _quiet_since(self, life: Life, days: int) -> int | None:
        """Whoever never did anything is cooling as soon as they are no longer new."""
        if life.acts:
            return max(life.acts[-1] + days * DAY, ripe(life))
        begun = life.confirmed or life.joined or life.sends[0].at
        return ripe(life) if days == 31 else max(begun + days * DAY, ripe(life))

    def _active_since(self, life: Life) -> int | None:
        acts = life.acts
        resumed = max(b for a, b in zip([acts[0] - 31 * DAY, *acts], acts, strict=False) if b - a >= 31 * DAY)
        settled = max(resumed, ripe(life))
        mine = self.now(life.number).stage
        steps = range(1, len(self.checkpoints))
        before = [self.standings[i, life.number] for i in steps if (i, life.number) in self.standings]
        turns = [i for i, past in enumerate(before, 1) if past.stage != mine]
        if not turns or settled > self.checkpoints[turns[0]]:
            return settled
        after = self.checkpoints[turns[0]]
        acted = min((at for at in acts if at > after), default=None)
        unread = [s.at for s in life.sends if s.at > after and s.is_seen and not s.acts]
        return min(unread) if mine == "active" and unread else acted

    def is_reactivated(self, number: int) -> bool:
        life = self.lives[number]
        begun = life.confirmed if life.confirmed is not None else life.joined
        pairs = zip([begun, *life.acts], life.acts, strict=False)
        return any(b > NOW_MS - 30 * DAY and a is not None and b - a >= 91 * DAY for a, b in pairs)

    def known_tenths(self, number: int) -> list[tuple[int, int, int]]:
        """(when, email, tenths) of the emails that could be measured, the latest first."""
        known = [s for s in self.lives[number].sends if s.known_at is not None and s.known_at <= NOW_MS]
        return sorted(((s.at, s.email, s.tenths(NOW_MS)) for s in known), reverse=True)

    def made_of(self, number: int) -> tuple[int, int, int, int]:
        """The emails of the score: replied, clicked, opened, unread."""
        counts = Counter(t for at, _, t in self.known_tenths(number) if at > NOW_MS - 364 * DAY)
        return counts[10], counts[9], counts[5], counts[0]

    def steps(self, number: int) -> tuple[int | None, int | None]:
        """Recency and frequency."""
        last = [t > 0 for *_, t in self.known_tenths(number)[:10]]
        if len(last) < 3:
            return None, None
        at = self.now(number).last_act
        idle = None if at is None else (NOW_MS - at) // DAY
        recency = 1 if idle is None else 5 - sum(idle > limit for limit in (14, 30, 90, 180))
        return recency, 1 + min(5 * sum(last) // len(last), 4)

    def depth(self, number: int) -> float | None:
        last = [t for *_, t in self.known_tenths(number)[:10]]
        engaged = [t for t in last if t]
        return sum(engaged) / len(engaged) if engaged and len(last) >= 3 else None

    def streaks(self, number: int) -> tuple[int, int]:
        """The present one and the longest."""
        lengths = [0]
        for *_, tenths in self.known_tenths(number):
            lengths = [*lengths[:-1], lengths[-1] + 1] if tenths else [*lengths, 0]
        return lengths[0], max(lengths)

    def favourites(self, number: int, least_acts: int) -> tuple[int, int, int, str | None, int | None] | None:
        """The hour, how often and of how many, and the site and in how many emails; ties go to what sorts first."""
        acts = [e for e in self.lives[number].events if e.is_human and e.email is not None]
        hours = Counter(hour for hour, _ in {(local(e.at).hour, e.email) for e in acts})
        if sum(hours.values()) < least_acts or not hours:
            return None
        hour = min(hours, key=lambda h: (-hours[h], h))
        sites = Counter(host for host, _ in {(self.hosts[e.link], e.email) for e in acts if self._site(e)})
        site = min(sites, key=lambda h: (-sites[h], h), default=None)
        return hour, hours[hour], sum(hours.values()), site, sites[site] if site else None

    def _site(self, e: Event) -> str | None:
        return self.hosts.get(e.link) if e.kind == "clicked" and e.link else None

    @cached_property
    def hosts(self) -> dict[int | None, str]:
        """Of links that lead to a site."""
        found: dict[int | None, str] = {}
        for number, url in sqlite_rows(self.store, "select id, normalised from links"):
            if url.lower().startswith(("http://", "https://")):
                host = urlsplit(url.lower().replace("[", "")).hostname or ""
                found[number] = host.removeprefix("www.")
        return {number: host for number, host in found.items() if host}


def came(life: Life) -> int | None:
    """When they were last let onto the list: confirmed, or came back."""
    pairs = zip(life.changes, life.changes[1:], strict=False)
    returns = [at for (_, a), (at, b) in pairs if a not in RECEIVING and b in RECEIVING]
    return max([*returns, *(at for at in (life.confirmed, life.joined) if at is not None)], default=None)


def ripe(life: Life) -> int:
    """When they were no longer new."""
    begun = came(life)
    limits = [life.sends[2].at, begun, None if life.joined is None else life.joined + 30 * DAY]
    return max(at for at in limits if at is not None)
