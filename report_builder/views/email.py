"""One email: how it did, who acted, and how far our counts and the provider's agree."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import DAY_MS, Clock, day_text
from report_builder.rows import Clicker, CurveHour, EmailLink, EmailResult, Filtered, Loss
from report_builder.views.email_answer import answer, tracking
from report_builder.views.email_counts import ComparisonRow, Outcome, comparison, outcomes
from report_builder.views.email_curve import email_curve
from report_builder.views.email_funnel import FunnelRow, funnel
from report_builder.views.emails import email_path, subject_of
from report_builder.views.filtered import FilteredRow, filtered_note, filtered_row
from report_builder.views.overview import LinkRow, Trend
from report_builder.views.overview_lists import link_rows
from report_builder.views.people import Directory, name_of, status_word

CLICKERS_SHOWN = 25
LOSSES_SHOWN = 15


@dataclass(frozen=True)
class ClickerRow:
    label: str
    detail: str
    href: str
    clicks: str
    at: str
    after: str
    status: str


@dataclass(frozen=True)
class LossRow:
    label: str
    detail: str
    href: str
    what: str
    why: str
    at: str


@dataclass(frozen=True)
class Neighbour:
    label: str
    href: str


@dataclass(frozen=True)
class Email:
    path: str
    subject: str
    sent: str
    sent_iso: str
    status: str
    answer: str
    tracking: str
    archive: str
    funnel: tuple[FunnelRow, ...]
    outcomes: tuple[Outcome, ...]
    curve: Trend | None
    filtered: tuple[FilteredRow, ...]
    filtered_note: str
    links: tuple[LinkRow, ...]
    links_note: str
    clickers: tuple[ClickerRow, ...]
    clickers_note: str
    clicks_csv: str  # empty: nobody clicked
    losses: tuple[LossRow, ...]
    losses_note: str
    comparison: tuple[ComparisonRow, ...]
    older: Neighbour | None
    newer: Neighbour | None


@dataclass(frozen=True)
class EmailRows:
    """The rows of one email, picked out of queries that answer for all of them."""

    curve: Sequence[CurveHour]
    links: Sequence[EmailLink]
    clickers: Sequence[Clicker]
    losses: Sequence[Loss]
    filtered: Sequence[Filtered]


def email_view(
    email: EmailResult, rows: EmailRows, before: Sequence[EmailResult], after: EmailResult | None, clock: Clock,
    directory: Directory,
) -> Email:  # fmt: skip
    """`before` are the emails sent earlier, latest first; the usual rates are those of the last ten."""
    sent = email.sent_ms or 0
    young = clock.now_ms - sent < 7 * DAY_MS
    return Email(
        path=email_path(email),
        subject=subject_of(email),
        sent=clock.moment(sent) if email.sent_ms is not None else wording.UNKNOWN,
        sent_iso=clock.iso(sent) if email.sent_ms is not None else "",
        status=status_word(email.status or "not in the list of emails"),
        answer=answer(email, before[:10], young),
        tracking=tracking(email),
        archive=email.url if email.url and email.url.startswith(("https://", "http://")) else "",
        funnel=funnel(email),
        outcomes=outcomes(email),
        curve=email_curve(email, rows.curve, clock),
        filtered=tuple(map(filtered_row, rows.filtered)),
        filtered_note=filtered_note(rows.filtered, email.raw_opened + email.raw_clicked > 0),
        links=link_rows(rows.links[:15]),
        links_note="people who clicked",
        clickers=tuple(_clicker(c, sent, clock, directory) for c in rows.clickers[:CLICKERS_SHOWN]),
        clickers_note=_of(min(CLICKERS_SHOWN, len(rows.clickers)), len(rows.clickers)),
        clicks_csv=f"data/emails/{email.uuid}-clicks.csv" if rows.clickers else "",
        losses=tuple(_loss(row, clock, directory) for row in rows.losses[:LOSSES_SHOWN]),
        losses_note=_of(min(LOSSES_SHOWN, len(rows.losses)), len(rows.losses)),
        comparison=comparison(email),
        older=Neighbour(subject_of(before[0]), email_path(before[0])) if before else None,
        newer=Neighbour(subject_of(after), email_path(after)) if after else None,
    )


def _clicker(row: Clicker, sent_ms: int, clock: Clock, directory: Directory) -> ClickerRow:
    name = name_of(row.name, row.email, row.uuid)
    waited = max(0, row.clicked_ms - sent_ms) // 60_000
    return ClickerRow(
        name.main, name.detail, directory.href(row.uuid), wording.count(row.clicks), clock.moment(row.clicked_ms),
        _waiting(waited), status_word(row.status),
    )  # fmt: skip


def _waiting(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} min" if minutes else "under 1 min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"


def _loss(row: Loss, clock: Clock, directory: Directory) -> LossRow:
    name = name_of(row.name, row.email, row.uuid)
    what, at, why = next(
        (what, at, why or "")
        for what, at, why in (
            ("complained", row.complained_ms, None),
            ("unsubscribed", row.unsubscribed_ms, row.unsubscription_reason),
            ("bounced", row.bounced_ms, row.undeliverability_reason),
        )
        if at is not None
    )
    return LossRow(
        name.main,
        name.detail,
        directory.href(row.uuid),
        what,
        status_word(why),
        day_text(clock.local(at).date()),
    )


def _of(shown: int, total: int) -> str:
    return (
        f"first {wording.count(shown)} of {wording.count(total)}" if total > shown else wording.people(total)
    )
