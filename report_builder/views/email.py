"""One email: how it did, who acted, and how far our counts and the provider's agree."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import Clock
from report_builder.rows import Clicker, EmailLink, EmailResult, Filtered, Loss
from report_builder.views.email_answer import answer, tracking
from report_builder.views.email_counts import (
    ComparisonRow,
    Count,
    Outcome,
    comparison,
    filtered_counts,
    outcomes,
)
from report_builder.views.email_curve import email_curve
from report_builder.views.email_funnel import FunnelRow, funnel
from report_builder.views.email_links import EmailLinkRow, depth_figures, email_links
from report_builder.views.email_people import ClickerRow, LossRow, clicker_row, loss_row, shown_of
from report_builder.views.email_speed import Figures, Speed, speed
from report_builder.views.email_usual import (
    WEEK_HOURS,
    Course,
    UsualRow,
    age_hours,
    at_age,
    usual_note,
    usual_rows,
)
from report_builder.views.emails import email_path, subject_of
from report_builder.views.filtered import FilteredRow, filtered_note, filtered_row
from report_builder.views.overview import Trend
from report_builder.views.people import Directory, status_word

CLICKERS_SHOWN = 25
LOSSES_SHOWN = 15


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
    usual: tuple[UsualRow, ...]
    usual_note: str
    speed: Speed
    curve: Trend | None
    filtered: tuple[FilteredRow, ...]
    filtered_note: str
    filtered_counts: tuple[Count, ...]
    links: tuple[EmailLinkRow, ...]
    depth: tuple[Count, ...]  # empty: too few clicked
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

    links: Sequence[EmailLink]
    clickers: Sequence[Clicker]
    losses: Sequence[Loss]
    filtered: Sequence[Filtered]
    figures: Figures


def email_view(
    mine: Course, rows: EmailRows, before: Sequence[Course], after: EmailResult | None, clock: Clock,
    directory: Directory,
) -> Email:  # fmt: skip
    """`before` are the emails sent earlier, latest first."""
    email, sent = mine.email, mine.email.sent_ms or 0
    age = age_hours(email, clock)
    compared = at_age(mine, before, age)
    return Email(
        path=email_path(email),
        subject=subject_of(email),
        sent=clock.moment(sent) if email.sent_ms is not None else wording.UNKNOWN,
        sent_iso=clock.iso(sent) if email.sent_ms is not None else "",
        status=status_word(email.status or "not in the list of emails"),
        answer=answer(email, compared, email.sent_ms is not None and age < WEEK_HOURS),
        tracking=tracking(email),
        archive=email.url if email.url and email.url.startswith(("https://", "http://")) else "",
        funnel=funnel(email),
        outcomes=outcomes(email),
        usual=usual_rows(compared),
        usual_note=usual_note(email, compared),
        speed=speed(email, rows.figures, age),
        curve=email_curve(mine, before, clock),
        filtered=tuple(map(filtered_row, rows.filtered)),
        filtered_note=filtered_note(rows.filtered, email.raw_opened + email.raw_clicked > 0),
        filtered_counts=filtered_counts(rows.figures.open_counts),
        links=email_links(rows.links, email),
        depth=depth_figures(rows.figures.depth),
        clickers=tuple(clicker_row(c, sent, clock, directory) for c in rows.clickers[:CLICKERS_SHOWN]),
        clickers_note=shown_of(CLICKERS_SHOWN, rows.clickers),
        clicks_csv=f"data/emails/{email.uuid}-clicks.csv" if rows.clickers else "",
        losses=tuple(loss_row(row, clock, directory) for row in rows.losses[:LOSSES_SHOWN]),
        losses_note=shown_of(LOSSES_SHOWN, rows.losses),
        comparison=comparison(email),
        older=Neighbour(subject_of(before[0].email), email_path(before[0].email)) if before else None,
        newer=Neighbour(subject_of(after), email_path(after)) if after else None,
    )
