"""One person: what they did with which email, and what is known about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_builder.clock import Clock, day_text
from report_builder.rows import (
    EarlierEmail,
    EmailResult,
    Favourites,
    Person,
    PersonAddress,
    PersonChange,
    PersonFacts,
    ScoredEmail,
    TimelineEvent,
)
from report_builder.scoring import GRID
from report_builder.views.history import EarlierRow, Mark, TimelineRow, earlier_row, marks, timeline_row
from report_builder.views.people import name_of, stage_word, stars_text, status_word
from report_builder.views.score import ScoreReasons, score_reasons
from report_builder.wording import HIDDEN, UNKNOWN, count, count_if_known, decimal, plural

DETAILED_DAYS = 730
EVENTS_SHOWN = 250


@dataclass(frozen=True)
class About:
    label: str
    value: str


@dataclass(frozen=True)
class Figure:
    metric: str  # the key of its definition
    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Subscriber:
    path: str
    title: str
    address: str
    status: str
    answer: str
    tags: tuple[str, ...]
    figures: tuple[Figure, ...]
    score: ScoreReasons
    marks: tuple[Mark, ...]
    timeline: tuple[TimelineRow, ...]
    timeline_note: str
    earlier: tuple[EarlierRow, ...]
    about: tuple[About, ...]


@dataclass(frozen=True)
class Anybody:
    """The page a script fills: the shard of a person is the first byte of their UUID, shifted right."""

    zone: str
    shift: int


@dataclass(frozen=True)
class PersonRows:
    """Everything one person's page is made of."""

    person: Person
    tags: Sequence[str]
    facts: PersonFacts
    timeline: Sequence[TimelineEvent]
    earlier: Sequence[EarlierEmail]
    addresses: Sequence[PersonAddress]
    changes: Sequence[PersonChange]
    scored: Sequence[ScoredEmail]
    favourites: Favourites | None


def subscriber_view(
    rows: PersonRows,
    emails: Mapping[int, EmailResult],
    links: Mapping[int, str],
    clock: Clock,
) -> Subscriber:
    p = rows.person
    name = name_of(p.name, p.email, p.uuid)
    seen = (
        (UNKNOWN, "never" if not p.hidden else "not known")
        if p.last_ms is None
        else (day_text(clock.local(p.last_ms).date()), "")
    )
    return Subscriber(
        path=f"subscribers/{p.uuid}.html",
        title=name.main if p.name else p.email or name.main,
        address=(p.email if p.name else "") if p.email else "no address known",
        status=status_word(p.status),
        answer=_answer(p, clock),
        tags=tuple(rows.tags),
        figures=(
            Figure("engagement_score", "Score", _score(p), _stars(p)),
            Figure("stage", "Stage", stage_word(p.stage), _since(p, clock)),
            Figure("emails_opened", "Opened", count_if_known(p.seen_opened), _of_measurable(p)),
            Figure(
                "emails_clicked", "Clicked", count_if_known(p.seen_clicked), f"of {count(p.clicks_measurable)} tracked"
            ),
            Figure("recency", "Last active", *seen),
        ),
        score=score_reasons(p, rows.scored, emails, clock),
        marks=tuple(marks(rows.timeline, emails)),
        timeline=tuple(timeline_row(e, emails, links, clock) for e in rows.timeline[:EVENTS_SHOWN]),
        timeline_note=_shown(len(rows.timeline)),
        earlier=tuple(earlier_row(e, emails, clock) for e in rows.earlier),
        about=tuple(_about(rows, clock)),
    )  # fmt: skip


def newest_ms(rows: PersonRows) -> int:
    """When the newest event on the page happened; 0 where there is none."""
    return max(
        (e.occurred_ms for e in rows.timeline), default=max((e.last_ms for e in rows.earlier), default=0)
    )


def _answer(p: Person, clock: Clock) -> str:
    if not p.received and not p.opened and not p.clicked:
        return "This person has received no email yet."
    received = f"Received {plural(p.received, 'email')}"
    if p.is_hidden:
        return (
            f"{received}; whether they were read can't be known, because a proxy or filter in front of the mailbox "
            "fetches them."
        )
    if p.is_untracked:
        return (
            f"{received}; whether they were read cannot be said, because opens and clicks were not tracked."
        )
    did = [f"opened {count(p.opened)}"] if p.seen_opened is not None else []
    did += [f"clicked in {count(p.clicked)}"] if p.seen_clicked is not None else []
    text = f"{received}, {' and '.join(did)}"
    if p.last_ms is None:
        return f"{text}: never seen active."
    return f"{text}; last active on {day_text(clock.local(p.last_ms).date())}."


def _stars(p: Person) -> str:
    """Not the rank: that of everybody moves with anybody's act, and so would every page."""
    stars = [stars_text(p.stars)] if p.stars is not None else []
    return " · ".join(stars if p.score is not None else [*stars, "not ranked"])


def _since(p: Person, clock: Clock) -> str:
    since = f"since {day_text(clock.local(p.since_ms).date())}" if p.since_ms is not None else ""
    return f"{since}, back after a long silence" if p.is_reactivated and since else since


def _score(p: Person) -> str:
    return HIDDEN if p.is_hidden else count_if_known(p.score)


def _of_measurable(p: Person) -> str:
    hidden = f", {count(p.hidden)} hidden" if p.hidden else ""
    return f"of {count(p.measurable)} measurable{hidden}"


def _about(rows: PersonRows, clock: Clock) -> list[About]:
    p, f = rows.person, rows.facts

    def day(ms: int | None) -> str:
        return day_text(clock.local(ms).date()) if ms is not None else ""

    known = [
        *favourites_text(p, rows.favourites),
        ("Joined", day(p.joined_ms)),
        ("Source", status_word(p.source or "")),
        ("Came from", f.referrer_url or ""),
        ("Campaign", " · ".join(filter(None, (f.utm_source, f.utm_campaign)))),
        ("Country", f.country or ""),
        ("Upgraded", day(f.upgraded_ms)),
        ("Stopped paying", day(f.churned_ms)),
        (
            "Left",
            " · ".join(filter(None, (day(f.left_ms), f.unsubscription_reason, f.undeliverability_reason))),
        ),
        ("Deleted", day(f.deleted_ms)),
    ]
    known += [
        ("Address", a.address + (f" until {day(a.to_ms)}" if a.to_ms is not None else ""))
        for a in rows.addresses
    ]
    known += [("Status", f"{status_word(c.status)} on {day(c.occurred_ms)}") for c in rows.changes]
    return [About(label, value) for label, value in known if value]


def favourites_text(p: Person, mine: Favourites | None) -> list[tuple[str, str]]:
    """The place in the grid, streaks, the favourite hour and the favourite site, where there are any."""
    found = []
    if p.recency_step and p.frequency_step and p.last_emails:
        place = GRID[p.recency_step][p.frequency_step - 1]
        depth = f", at a depth of {decimal(p.depth)} out of 10" if p.depth is not None else ""
        found.append(
            (
                "Habit",
                f"{place}: did something with {p.last_engaged} of the last {p.last_emails} emails{depth}",
            )
        )
    if p.longest_streak > 1:
        found.append(("Streak", f"{plural(p.streak, 'email')} in a row; {count(p.longest_streak)} at best"))
    if mine:
        hours = f"{mine.hour:02}:00 to {(mine.hour + 1) % 24:02}:00"
        found.append(("Active at", f"{hours}, {count(mine.hour_acts)} times of {count(mine.acts)}"))
    if mine and mine.host and mine.host_emails:
        found.append(("Clicks most", f"{mine.host}, in {plural(mine.host_emails, 'email')}"))
    return found


def _shown(total: int) -> str:
    return (
        f"the latest {count(EVENTS_SHOWN)} of {count(total)}"
        if total > EVENTS_SHOWN
        else plural(total, "event")
    )
