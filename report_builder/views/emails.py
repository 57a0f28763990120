"""The list of emails: which ones worked."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder.clock import DAY_MS, Clock, day_text
from report_builder.geometry import number
from report_builder.rows import EmailResult
from report_builder.views.rates import (
    NAMED_FROM,
    Pool,
    click_rate,
    click_to_open,
    open_rate,
    pooled_clicks,
    pooled_opens,
)
from report_builder.wording import UNKNOWN, count, percent, plural

PAGE_SIZE = 300
LATEST = 26  # emails, about half a year: the ones compared with each other
COMING_IN = "Still coming in"  # of the numbers of young emails


@dataclass(frozen=True)
class Rate:
    """A rate in a table cell: its text, its bar (per cent of the widest; empty: no bar), its value for sorting."""

    text: str
    bar: str
    value: str
    known: bool


@dataclass(frozen=True)
class EmailRow:
    href: str
    subject: str
    sent: str
    sent_short: str
    sent_ms: int
    delivered: str
    delivered_value: int
    clicked: Rate
    opened: Rate  # measured
    click_to_open: Rate
    unsubscribed: str
    unsubscribed_value: int
    bounced: str
    bounced_value: int


@dataclass(frozen=True)
class PageLink:
    label: str
    href: str


@dataclass(frozen=True)
class Emails:
    answer: str
    rows: Sequence[EmailRow]
    page_note: str
    newer: PageLink | None
    older: PageLink | None
    csv: str
    tracking: str  # which emails are left out of rates and why; empty when all were tracked


def is_young(email: EmailResult, clock: Clock) -> bool:
    """Sent less than a week ago: its numbers still come in."""
    return email.sent_ms is not None and email.sent_ms > clock.now_ms - 7 * DAY_MS


def subject_of(email: EmailResult) -> str:
    return (email.subject or "").strip() or "Email without a subject"


def email_path(email: EmailResult) -> str:
    return f"emails/{email.uuid}.html"


def rate_cell(pool: Pool, widest: float) -> Rate:
    rate = pool.rate
    if rate is None:
        return Rate(pool.why, "", "", False)
    return Rate(percent(rate), number(100 * rate / widest) if widest else "0", f"{rate:.4f}", True)


def email_rows(emails: Sequence[EmailResult], clock: Clock) -> list[EmailRow]:
    """Bars of a column share one scale: the widest is the best of these emails."""
    best_open = max((open_rate(e) or 0 for e in emails), default=0)
    best_click = max((click_rate(e) or 0 for e in emails), default=0)
    rows = []
    for e in emails:
        sent = clock.day(e.sent_ms)
        rows.append(
            EmailRow(
                href=email_path(e),
                subject=subject_of(e),
                sent=day_text(sent) if sent else UNKNOWN,
                sent_short=day_text(sent, year=sent.year != clock.today.year) if sent else UNKNOWN,
                sent_ms=e.sent_ms or 0,
                delivered=count(e.delivered) if e.delivered is not None else UNKNOWN,
                delivered_value=e.delivered or 0,
                clicked=rate_cell(pooled_clicks([e]), best_click),
                opened=rate_cell(pooled_opens([e]).measured, best_open),
                click_to_open=rate_cell(click_to_open(e), 1),
                unsubscribed=count(e.unsubscribed),
                unsubscribed_value=e.unsubscribed,
                bounced=count(e.bounced),
                bounced_value=e.bounced,
            )
        )
    return rows


def best_email(emails: Sequence[EmailResult]) -> tuple[float, EmailResult] | None:
    """Of the latest, the one with the highest human click rate among those that reached enough people."""
    rated = [(rate, e) for e in emails[:LATEST] if (rate := click_rate(e)) is not None]
    enough = [(rate, e) for rate, e in rated if (e.delivered or 0) >= NAMED_FROM]
    return max(enough, key=lambda pair: pair[0], default=None)


def answer(emails: Sequence[EmailResult]) -> str:
    if not emails:
        return "No email has been sent yet."
    rated = [(rate, e) for e in emails[:LATEST] if (rate := click_rate(e)) is not None]
    said = f"{plural(len(emails), 'email')} {'was' if len(emails) == 1 else 'were'} sent"
    if not rated:
        why = (
            "they reached too few people for a rate"
            if any(e.clicks_tracked == 1 for e in emails[:LATEST])
            else "their clicks could not be measured"
        )
        return f"{said}; {why}, so none can be called the best."
    if len(emails) > 1:
        rated = [(rate, e) for rate, e in rated if (e.delivered or 0) >= NAMED_FROM]
    if not rated:
        few = f"none of the last {len(emails[:LATEST])} reached {NAMED_FROM} people"
        return f"{said}; {few}, so none can be called the best."
    rate, best = max(rated, key=lambda pair: pair[0])
    among = f", the best of the last {len(emails[:LATEST])}" if len(emails) > 1 else ""
    return f"{said}. “{subject_of(best)}” had a human click rate of {percent(rate)}{among}."


def tracking(emails: Sequence[EmailResult]) -> str:
    off = sum(1 for e in emails if e.opens_tracked == 0)
    clicks_off = sum(1 for e in emails if e.clicks_tracked == 0)
    if not off and not clicks_off:
        return ""
    parts = [f"opens of {plural(off, 'email')}"] if off else []
    parts += [f"clicks of {plural(clicks_off, 'email')}"] if clicks_off else []
    return f"The {' and the '.join(parts)} were not tracked: they are in no average, and are not counted as zero."
