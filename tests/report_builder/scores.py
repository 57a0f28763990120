"""Scores, stars and stages, worked out a second time from what is stored: nothing of the product's queries is in it."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache, cached_property
from math import floor

from tests.report_builder.judged import Event
from tests.report_builder.stores import DAY, NOW_MS

RECEIVING = ("regular", "premium", "gifted", "trialed", "churned", "churning", "past_due", "paused", "unpaid",
             "upcoming")  # fmt: skip


@dataclass(frozen=True)
class Send:
    """An email that reached somebody."""

    email: int
    at: int
    is_seen: bool  # opens were tracked and no machine stood in between
    is_tracked: bool
    acts: list[Event]  # by a person, in the order of time

    @property
    def known_at(self) -> int | None:
        return self.at if self.is_seen else min((e.at for e in self.acts), default=None)

    def tenths(self, now: int) -> int:
        done = {e.kind for e in self.acts if e.at <= now}
        return 10 if "replied" in done else 9 if "clicked" in done else 5 if done else 0


@dataclass
class Life:
    """All that is known of one person."""

    number: int
    status: str
    joined: int | None
    deleted: int | None
    went: int | None
    is_untracked: bool
    changes: list[tuple[int, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sends: list[Send] = field(default_factory=list)

    @property
    def is_active(self) -> bool:
        return self.status in RECEIVING

    @property
    def confirmed(self) -> int | None:
        """When they came onto the list; None for those who never did and those of whom it is not known."""
        if any(status == "unactivated" for _, status in self.changes):
            return min((at for at, status in self.changes if status in RECEIVING), default=None)
        return None if self.status in ("unactivated", "blocked", "never confirmed") else self.joined

    @property
    def left(self) -> int | None:
        if self.is_active or self.confirmed is None:
            return None
        return self.went if self.went is not None else self.changes[-1][0] if self.changes else None

    @cached_property
    def acts(self) -> list[int]:
        return sorted(e.at for e in self.events if e.is_human)

    @property
    def complained(self) -> int | None:
        return min((e.at for e in self.events if e.kind == "complained"), default=None)

    @property
    def returned(self) -> int | None:
        """When they first came back after unsubscribing."""
        gone = min((at for at, status in self.changes if status == "unsubscribed"), default=None)
        if gone is None:
            return None
        return min((at for at, status in self.changes if status in RECEIVING and at > gone), default=None)

    @property
    def first_seen(self) -> int | None:
        return min([*(s.at for s in self.sends[:1]), *self.acts[:1]], default=None)

    def last_act(self, now: int) -> int | None:
        return max((at for at in self.acts if at <= now), default=None)

    def window(self, now: int) -> list[Send]:
        return [s for s in self.sends if now - 364 * DAY < s.at <= now]

    def known(self, now: int) -> list[Send]:
        return [s for s in self.window(now) if s.known_at is not None and s.known_at <= now]

    def idle_days(self, now: int) -> int | None:
        beginnings = (self.last_act(now), self.confirmed, self.joined, *(s.at for s in self.sends[:1]))
        since = next((at for at in beginnings if at is not None), None)
        return None if since is None else (now - since) // DAY

    def is_listed(self, now: int) -> bool:
        since = self.joined if self.joined is not None else self.first_seen
        return now == NOW_MS or (since is not None and since <= now)

    def presence(self, now: int) -> str:
        """A status, by the changes on both sides of `now`, else by the present one; "here" is on the list."""
        later = [status for at, status in self.changes if at > now]
        earlier = [status for at, status in self.changes if at <= now]
        if earlier and later:
            return "here" if earlier[-1] in RECEIVING else earlier[-1]
        if self.status == "unactivated":
            return "unactivated"
        unconfirmed = self.confirmed is None or self.confirmed > now
        if self.is_active:
            is_dated = self.confirmed is not None
            return "unactivated" if is_dated and unconfirmed else "here"
        if self.left is not None and self.left > now:
            return "unactivated" if unconfirmed else "here"
        if (
            self.confirmed is None
            and self.joined is not None
            and self.deleted is not None
            and self.deleted > now
        ):
            return "unactivated"
        return self.status

    def stage(self, now: int, score: int | None) -> str:
        presence = self.presence(now)
        if presence in ("undeliverable", "complained"):
            return presence
        if presence not in ("here", "unactivated"):
            return "lost"
        if self.complained is not None and self.complained <= now:
            return "complained"
        if self.is_untracked or (self.window(now) and not self.known(now)):
            return "unmeasurable"
        if presence == "unactivated":
            return "unactivated"
        is_young = self.joined is not None and now - self.joined < 30 * DAY
        if is_young or sum(s.at <= now for s in self.sends) < 3:
            return "new"
        idle = self.idle_days(now)
        assert idle is not None, "got three emails"
        if self.last_act(now) is not None and idle <= 30:
            return "champion" if score is not None and score >= 65 else "active"
        return "cooling" if idle <= 90 else "dormant"

    def stars(self, now: int, score: int | None) -> int | None:
        marks = [at for at in (self.complained, self.returned) if at is not None and at <= now]
        if marks or self.presence(now) in ("undeliverable", "complained"):
            return 1
        return None if score is None else 2 + (score >= 10) + (score >= 35) + (score >= 65)


@cache
def weight(age: int) -> int:
    """Of an email so many whole days old, in millionths."""
    with localcontext(prec=60):
        exact = Decimal(1_000_000) * Decimal("0.5") ** (Decimal(age) / 90)
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def sums(life: Life, now: int) -> tuple[int, int, int]:
    """Weights of known emails, weights times tenths, and weights of tracked emails of which nobody knows."""
    known = life.known(now)
    weighed = [(weight((now - s.at) // DAY), s.tenths(now)) for s in known]
    unknown = [s for s in life.window(now) if s.is_tracked and s not in known]
    return (
        sum(w for w, _ in weighed),
        sum(w * tenths for w, tenths in weighed),
        sum(weight((now - s.at) // DAY) for s in unknown),
    )


def scores_at(lives: list[Life], now: int) -> dict[int, int | None]:
    """Of every person; the list's mean is that of all emails of everybody, the unknown ones worth nothing."""
    parts = {life.number: sums(life, now) for life in lives}
    weights, tenths, unknown = (sum(part[i] for part in parts.values()) for i in (0, 1, 2))
    found: dict[int, int | None] = {}
    for life in lives:
        mine, earned, hidden = parts[life.number]
        if len(life.known(now)) < 3:
            found[life.number] = None
            continue
        mean = Fraction(tenths, weights + unknown)
        exact = 10 * (earned + (hidden + 2_000_000) * mean) / (mine + hidden + 2_000_000)
        found[life.number] = floor(exact + Fraction(1, 2))
    return found


def checkpoints(events: list[Event]) -> list[int]:
    first = min((e.at for e in events), default=NOW_MS)
    return [at for at in (NOW_MS - 28 * DAY * step for step in range(14)) if at == NOW_MS or at >= first]
