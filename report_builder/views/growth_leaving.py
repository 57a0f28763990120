"""Why people leave: in their own words, after which email, and how soon."""

from collections.abc import Sequence
from datetime import date

from report_builder.clock import Clock, day_text
from report_builder.geometry import number
from report_builder.rows import AgeCount, EmailResult, ReasonCount
from report_builder.significance import CHANCE, two_proportions
from report_builder.views.emails import email_path, subject_of
from report_builder.views.growth import Bar, Leaving, LeftAfter
from report_builder.views.growth_sources import share_cell
from report_builder.views.rates import NAMED_FROM, unsubscribe_rate
from report_builder.wording import NOT_KNOWN, UNKNOWN, count, percent, plural, ratio

REASONS_SHOWN, EMAILS_SHOWN = 8, 10
SPANS = {1: "Up to 30 days", 2: "31 to 90 days", 3: "91 to 365 days", 4: "More than a year"}


def leaving(
    reasons: Sequence[ReasonCount], ages: Sequence[AgeCount], emails: Sequence[EmailResult], since: date,
    clock: Clock,
) -> Leaving:  # fmt: skip
    given = [r for r in reasons if r.reason is not None]
    silent = sum(r.people for r in reasons if r.reason is None)
    told = sum(r.people for r in given)
    shown = [(str(r.reason), r.people) for r in given[:REASONS_SHOWN]]
    rest = told - sum(people for _, people in shown)
    if rest:
        shown.append((plural(len(given) - len(shown), "other reason"), rest))
    unsubscribed = {a.span: a.unsubscribed for a in ages}
    spans = [(label, unsubscribed.get(span, 0)) for span, label in SPANS.items()]
    after, is_rated = left_after(emails, since, clock)
    return Leaving(
        reasons_note=_reasons_note(told, silent),
        reasons=_bars(shown),
        ages_note=_ages_note(spans),
        ages=_bars(spans) if sum(unsubscribed.values()) else (),
        emails_note=_emails_note(after, is_rated, [e for e in emails if _is_since(e, since, clock)]),
        emails=after,
    )


def left_after(
    emails: Sequence[EmailResult], since: date, clock: Clock
) -> tuple[tuple[LeftAfter, ...], bool]:
    """The emails with the highest unsubscribe rate; where none reached enough people for a rate (then False), those
    with the most unsubscribes.
    """
    recent = [(e, unsubscribe_rate(e)) for e in emails if e.unsubscribed and _is_since(e, since, clock)]
    rated = [(e, pool) for e, pool in recent if pool.rate is not None]
    chosen = sorted(rated or recent, key=lambda each: (-(each[1].rate or 0), -each[0].unsubscribed))
    chosen = chosen[:EMAILS_SHOWN]
    widest = max((pool.rate or 0 for _, pool in chosen), default=0)
    made = tuple(
        LeftAfter(
            subject_of(e),
            email_path(e),
            day_text(sent) if (sent := clock.day(e.sent_ms)) else UNKNOWN,
            count(e.unsubscribed),
            share_cell(pool, e.unsubscribed, widest, NOT_KNOWN),
        )
        for e, pool in chosen
    )
    return made, bool(rated)


def _is_since(email: EmailResult, since: date, clock: Clock) -> bool:
    day = clock.day(email.sent_ms)
    return day is not None and day >= since


def _bars(rows: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    whole = sum(people for _, people in rows)
    widest = max((people for _, people in rows), default=0) or 1
    return tuple(
        Bar(label, count(people), percent(ratio(people, whole) or 0), number(100 * people / widest))
        for label, people in rows
    )


def _reasons_note(told: int, silent: int) -> str:
    if not told:
        return "Nobody who unsubscribed gave a reason." if silent else ""
    of = f" of the {count(told + silent)} who unsubscribed and stayed away" if silent else ""
    return f"{plural(told, 'person', 'people')}{of} said why."


def _ages_note(spans: Sequence[tuple[str, int]]) -> str:
    whole = sum(people for _, people in spans)
    if not whole:
        return ""
    label, people = max(spans, key=lambda each: each[1])
    return (
        f"The largest group had been on the list for {label[0].lower()}{label[1:]}: {count(people)} of "
        f"{count(whole)} who unsubscribed."
    )


def _emails_note(rows: Sequence[LeftAfter], is_rated: bool, emails: Sequence[EmailResult]) -> str:
    """`emails` are all of the time, those that nobody left after included."""
    if not rows:
        return ""
    if not is_rated:
        return "No email reached enough people for a rate; these lost the most."
    worst = _clearly_worst(emails)
    if worst is None:
        return "No email lost a larger share than the others beyond what chance would explain."
    lost = unsubscribe_rate(worst)
    counts = f"{count(worst.unsubscribed)} of {count(lost.sample)}"
    return f"“{subject_of(worst)}” lost the largest share: {percent(lost.rate or 0)}, {counts}."


def _clearly_worst(emails: Sequence[EmailResult]) -> EmailResult | None:
    """The one that lost the largest share, if more than all others together beyond chance.

    One in twenty is shared out among the emails, because the worst of many is bad by chance.
    """
    rated = [(e, pool) for e in emails if (pool := unsubscribe_rate(e)).sample >= NAMED_FROM]
    if len(rated) < 2:
        return None
    worst, lost = max(rated, key=lambda each: each[1].rate or 0)
    left = sum(pool.part for _, pool in rated) - lost.part
    reached = sum(pool.sample for _, pool in rated) - lost.sample
    p = two_proportions(lost.part, lost.sample, left, reached)
    return worst if p < CHANCE / len(rated) else None
