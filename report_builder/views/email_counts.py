"""What else became of an email, and our counts beside the provider's."""

from dataclasses import dataclass

from report_builder import wording
from report_builder.rows import EmailResult


@dataclass(frozen=True)
class Outcome:
    metric: str  # the key of its definition
    people: str
    label: str


@dataclass(frozen=True)
class ComparisonRow:
    metric: str
    label: str
    ours: str
    theirs: str
    difference: str


def outcomes(email: EmailResult) -> tuple[Outcome, ...]:
    counts = (
        ("replies", email.replied, "replied"),
        ("bounces", email.bounced, "bounced"),
        ("unsubscribes", email.unsubscribed, "unsubscribed"),
        ("complaints", email.complained, "complained"),
    )
    return tuple(Outcome(metric, wording.count(people), label) for metric, people, label in counts)


def comparison(email: EmailResult) -> tuple[ComparisonRow, ...]:
    """Our raw counts of distinct readers beside the provider's, who does not tell machines from people either.

    Empty when the provider says nothing.
    """
    pairs = (
        ("recipients", "Recipients", 1, email.recipients, email.provider_recipients),
        ("deliveries", "Deliveries", 1, email.delivered, email.provider_deliveries),
        ("raw_people", "Opens, raw", email.opens_tracked, email.raw_opened, email.provider_opens),
        ("raw_people", "Clicks, raw", email.clicks_tracked, email.raw_clicked, email.provider_clicks),
        ("bounces", "Bounces", 1, email.bounced, email.provider_bounces),
        ("unsubscribes", "Unsubscribed", 1, email.unsubscribed, email.provider_unsubscriptions),
        ("complaints", "Complaints", 1, email.complained, email.provider_complaints),
    )
    return tuple(
        ComparisonRow(metric, label, wording.NOT_TRACKED, wording.count(theirs), "")
        if tracked == 0
        else ComparisonRow(
            metric,
            label,
            wording.count(ours) if ours is not None else wording.UNKNOWN,
            wording.count(theirs),
            "same" if ours == theirs else f"{(ours or 0) - theirs:+,}",
        )
        for metric, label, tracked, ours, theirs in pairs
        if theirs is not None
    )
