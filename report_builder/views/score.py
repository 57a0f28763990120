"""Why somebody has the score they have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_builder.clock import Clock, day_text
from report_builder.rows import EmailResult, Person, ScoredEmail
from report_builder.scoring import MILLION, Scale
from report_builder.views.emails import email_path, subject_of
from report_builder.wording import HIDDEN, count, decimal, plural

EMAILS_SHOWN = 26
DEEDS = {10: "replied", 9: "clicked", 5: "opened", 0: "left unread"}


@dataclass(frozen=True)
class ScoreRow:
    subject: str
    href: str
    sent: str
    did: str
    weight: str  # "1.00" today, halved every 90 days
    points: str  # what it adds to the score


@dataclass(frozen=True)
class ScoreReasons:
    says: str
    rows: tuple[ScoreRow, ...]
    note: str


def score_says(p: Person) -> str:
    """In one sentence; empty for those of whom nothing at all could be measured."""
    emails = p.scored_replies + p.scored_clicks + p.scored_opens + p.scored_unread
    if not emails:
        return ""
    did = (
        (p.scored_replies, "replied to"),
        (p.scored_clicks, "clicked in"),
        (p.scored_opens, "opened"),
        (p.scored_unread, "left unread"),
    )
    parts = ", ".join(f"{count(number)} {what}" for number, what in did if number)
    which = f"{plural(emails, 'email')} of the last 52 weeks that could be measured: {parts}"
    hidden = f" {count(p.scored_unknown)} more can't be known, and count as the list's average."
    if p.score is None:
        return f"No score yet: there {'is' if emails == 1 else 'are'} {which}; a score takes {Scale().minimum_emails}."
    return f"Made of {which}.{hidden if p.scored_unknown else ''} Recent ones count more."


def score_reasons(
    p: Person, scored: Sequence[ScoredEmail], emails: Mapping[int, EmailResult], clock: Clock
) -> ScoreReasons:
    """`scored` are this person's emails, latest first; without a score only the sentence is left."""
    total = sum(each.weight for each in scored) + Scale().prior_emails * MILLION
    rows = [
        ScoreRow(
            subject=subject_of(emails[each.email_id]),
            href=email_path(emails[each.email_id]),
            sent=day_text(clock.local(each.sent_ms).date()),
            did=DEEDS[each.tenths] if each.tenths is not None else HIDDEN,
            weight=decimal(each.weight / MILLION, 2),
            points=decimal(10 * each.tenths * each.weight / total) if each.tenths is not None else "",
        )
        for each in scored[:EMAILS_SHOWN]
        if each.email_id in emails
    ]
    known = [each for each in scored if each.tenths is not None]
    earned = sum(10 * (each.tenths or 0) * each.weight / total for each in known)
    together = f"{plural(len(known), 'known email')} together add {decimal(earned)}"
    rest = f"The {together}. The rest is the list's average, for what can't be known and two emails more."
    return ScoreReasons(score_says(p), tuple(rows), rest if rows else "")
