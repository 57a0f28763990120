"""What else became of an email, and our counts beside the provider's."""

from dataclasses import dataclass

from report_builder import wording
from report_builder.rows import EmailResult, OpenCounts
from report_builder.views.deliverability_lights import fine_percent
from report_builder.views.rates import (
    Pool,
    complaint_rate,
    permanent_failure_rate,
    recipients_of,
    unsubscribe_rate,
)


@dataclass(frozen=True)
class Count:
    metric: str  # the key of its definition
    value: str
    label: str


@dataclass(frozen=True)
class Outcome:
    metric: str  # the key of its definition
    people: str
    label: str
    share: str  # why there is none, where there is none
    rate: str  # the key of the share's definition; empty: it has no share
    whole: str  # "of recipients"


@dataclass(frozen=True)
class ComparisonRow:
    metric: str
    label: str
    ours: str
    theirs: str
    difference: str


def outcomes(email: EmailResult) -> tuple[Outcome, ...]:
    return (
        Outcome("bounces", wording.count(email.bounced), "Bounced at first", "", "", ""),
        Outcome("not_delivered", _not_delivered(email), "Not delivered", "", "", ""),
        _outcome("hard_bounces", email.hard_bounced, "Bounced for good", "permanent_failure_rate",
                 permanent_failure_rate(email), "of recipients"),
        _outcome("unsubscribes", email.unsubscribed, "Unsubscribed", "unsubscribe_rate",
                 unsubscribe_rate(email), "of deliveries"),
        _outcome("complaints", email.complained, "Complained", "complaint_rate",
                 complaint_rate(email), "of deliveries"),
        Outcome("replies", wording.count(email.replied), "Replied", "", "", ""),
    )  # fmt: skip


def _not_delivered(email: EmailResult) -> str:
    """Not the bounces: most of what fails at first arrives later."""
    if not email.recipients or email.delivered is None:
        return wording.UNKNOWN
    return wording.count(max(0, recipients_of(email) - email.delivered))


def _outcome(metric: str, people: int, label: str, rate: str, pool: Pool, whole: str) -> Outcome:
    """With two decimals, because the limits of such rates are tenths of a per cent."""
    if pool.rate is None:
        return Outcome(metric, wording.count(people), label, pool.why, rate, "for a rate" * (pool.sample > 0))
    return Outcome(metric, wording.count(people), label, fine_percent(pool.rate), rate, whole)


def filtered_counts(found: OpenCounts | None) -> tuple[Count, ...]:
    """Opens before anything is filtered, and what machines had of them; empty where there was none."""
    if found is None:
        return ()
    return (
        Count("raw_opens", wording.count(found.raw_opens), "opens in all"),
        Count("scanner_opens", wording.count(found.scanner_opens), "by filters"),
        Count("proxy_opens", wording.count(found.proxy_readers), "readers seen through a proxy only"),
    )


def comparison(email: EmailResult) -> tuple[ComparisonRow, ...]:
    """Our raw counts of distinct readers beside the provider's, who does not tell machines from people either.

    Empty when the provider says nothing.
    """
    hard, bounces = email.provider_hard_bounces, email.provider_bounces
    soft = bounces - hard if bounces is not None and hard is not None else None
    pairs = (
        ("recipients", "Recipients", 1, email.recipients, email.provider_recipients),
        ("deliveries", "Deliveries", 1, email.delivered, email.provider_deliveries),
        ("raw_people", "Opens, raw", email.opens_tracked, email.raw_opened, email.provider_opens),
        ("raw_people", "Clicks, raw", email.clicks_tracked, email.raw_clicked, email.provider_clicks),
        ("bounces", "Bounces", 1, email.bounced, bounces),
        ("hard_bounces", "Hard bounces", 1, email.hard_bounced, hard),
        ("soft_bounces", "Soft bounces", 1, email.bounced - email.hard_bounced, soft),
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
