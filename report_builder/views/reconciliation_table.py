"""The comparison with the provider as a table: what a reader sees of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import Clock, day_text
from report_builder.views.emails import email_path, subject_of
from report_builder.views.reconciliation import AGREES, KINDS, NOT_TRACKED, UNEXPLAINED, Compared, Kind

EMAILS_COMPARED = 25


@dataclass(frozen=True)
class CellPair:
    ours: str
    theirs: str
    is_minor: bool  # left out where there is little room


@dataclass(frozen=True)
class ComparedEmail:
    subject: str
    href: str
    sent: str
    pairs: tuple[CellPair, ...]
    why: str
    mood: str


@dataclass(frozen=True)
class Reconciliation:
    kinds: tuple[Kind, ...]
    rows: tuple[ComparedEmail, ...]
    note: str
    summary: str


def reconciliation(compared: Sequence[Compared], clock: Clock) -> Reconciliation:
    """Unexplained differences first, then explained ones; otherwise latest first."""
    order = sorted(compared, key=lambda each: (not each.is_unexplained, not each.differs))
    shown = [kind for place, kind in enumerate(KINDS) if any(c.counts[place].explanation for c in compared)]
    return Reconciliation(
        kinds=tuple(shown),
        rows=tuple(_row(each, shown, clock) for each in order[:EMAILS_COMPARED]),
        note=f"{EMAILS_COMPARED} of {wording.count(len(order))}, differences first"
        if len(order) > EMAILS_COMPARED
        else "",
        summary=_summary(compared),
    )


def _row(compared: Compared, shown: Sequence[Kind], clock: Clock) -> ComparedEmail:
    email, sent = compared.email, clock.day(compared.email.sent_ms)
    return ComparedEmail(
        subject_of(email),
        email_path(email),
        day_text(sent) if sent else wording.UNKNOWN,
        tuple(
            CellPair(
                wording.count_if_known(count.ours),
                wording.count_if_known(count.theirs),
                count.kind.key != "opened_raw",
            )
            for count in compared.counts
            if count.kind in shown
        ),
        _why(compared),
        _mood(compared),
    )


def _mood(compared: Compared) -> str:
    if compared.is_unexplained or compared.differs:
        return "bad" if compared.is_unexplained else "watch"
    return "even" if any(count.explanation == NOT_TRACKED for count in compared.counts) else "good"


def _why(compared: Compared) -> str:
    """ "unexplained: opens, clicks"; an email whose counts all agree, or were not tracked, says just that."""
    said: dict[str, list[str]] = {}
    for count in compared.counts:
        if count.explanation not in ("", AGREES):
            said.setdefault(count.explanation, []).append(count.kind.word)
    if not said:
        return AGREES
    order = sorted(said, key=lambda explanation: explanation != UNEXPLAINED)
    return "; ".join(f"{explanation} ({', '.join(said[explanation])})" for explanation in order)


def _summary(compared: Sequence[Compared]) -> str:
    """How many single counts agree, and what became of the others."""
    totals: dict[str, int] = {}
    for each in compared:
        for count in each.counts:
            if count.explanation:
                totals[count.explanation] = totals.get(count.explanation, 0) + 1
    if not totals:
        return ""
    agree = totals.pop(AGREES, 0)
    every = agree + sum(totals.values())
    verb = "agrees" if agree == 1 else "agree"
    within = f"within {wording.whole_percent(0.01)} or one person"
    text = f"{wording.count(agree)} of {wording.plural(every, 'count')} {verb} {within}"
    rest = [
        f"{wording.count(n)} {explanation}" for explanation, n in sorted(totals.items(), key=lambda p: -p[1])
    ]
    return f"{text}; the others: {'; '.join(rest)}." if rest else f"{text}."
