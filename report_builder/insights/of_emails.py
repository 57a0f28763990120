"""Rules about emails: failures, people who leave, the latest one, and where clicks are going."""

from collections.abc import Iterator
from itertools import islice

from report_builder import rows
from report_builder.clock import DAY_MS
from report_builder.definitions import BY_KEY
from report_builder.insights.evidence import Evidence, enough
from report_builder.significance import two_proportions, wilson
from report_builder.views.deliverability_lights import BY_RATE, fine_percent
from report_builder.views.email_usual import EMAILS_BEFORE, WEEK_HOURS, Course, age_hours, age_text
from report_builder.views.emails import email_path, subject_of
from report_builder.views.overview import DOING_BADLY, DOING_WELL, Insight
from report_builder.wording import count, percent, shortened

LATEST_EMAILS = 5  # whose rates are compared with those of the ten before
LEAST_EMAILS = 5  # before there is a range that an email can lie outside of
DAY_HOURS = 24


def failing(evidence: Evidence, chance: float) -> Insight | None:
    """A rate of failures or complaints that is surely above what mailbox providers put up with."""
    sent = evidence.lately
    for key, part, whole, what in (
        ("complaint_rate", sent.complained, sent.delivered, "complaints"),
        ("permanent_failure_rate", sent.hard, sent.recipients, "addresses that bounced for good"),
    ):
        interval = wilson(part, whole)
        if whole < BY_KEY[key].minimum or interval is None or interval[0] <= BY_RATE[key].high:
            continue
        return Insight(
            key, DOING_BADLY, f"Too many {what}: {fine_percent(part / whole)} in the last 30 days.",
            f"{count(part)} of {count(whole)}; mailbox providers ask for {BY_RATE[key].written().good_text}.",
            "Find where they come from before the next email, or more of it will land in spam.",
            "Deliverability", "deliverability.html",
        )  # fmt: skip
    return None


def leaving(evidence: Evidence, chance: float) -> Insight | None:
    """More people leave because of the last emails than did because of those before."""
    latest, earlier = _lately(evidence)
    a, n = sum(e.unsubscribed for e in latest), sum(e.delivered or 0 for e in latest)
    b, m = sum(e.unsubscribed for e in earlier), sum(e.delivered or 0 for e in earlier)
    if not enough("unsubscribe_rate", n, m) or a / n <= b / m or two_proportions(a, n, b, m) >= chance:
        return None
    return Insight(
        "leaving", DOING_BADLY,
        f"More readers leave: {fine_percent(a / n)} of deliveries, where it used to be {fine_percent(b / m)}.",
        f"{count(a)} of {count(n)} over the last {len(latest)} emails, {count(b)} of {count(m)} over the "
        f"{len(earlier)} before.",
        "See which email they left after, and what reason they gave.", "Growth and churn", "growth.html",
    )  # fmt: skip


def latest_email(evidence: Evidence, chance: float) -> Insight | None:
    """The latest email beside the ten before at the same age: outside of their range, and not by chance."""
    tracked = _tracked(evidence)
    mine = next(tracked, None)
    if mine is None:
        return None
    hours = age_hours(mine.email, evidence.clock)
    before = [c.after(hours) for c in islice(tracked, EMAILS_BEFORE)]
    if hours < DAY_HOURS or len(before) < LEAST_EMAILS:
        return None
    now = mine.after(hours)
    n, m = now.delivered or 0, sum(e.delivered or 0 for e in before)
    b = sum(e.clicked for e in before)
    if not enough("click_rate", n, m) or two_proportions(now.clicked, n, b, m) >= chance:
        return None
    rates = [e.clicked / (e.delivered or 1) for e in before]
    if min(rates) <= now.clicked / n <= max(rates):
        return None
    is_better = now.clicked / n > b / m
    subject = shortened(subject_of(now), 60)
    return Insight(
        "latest_email", DOING_WELL if is_better else DOING_BADLY,
        f"“{subject}” was clicked {'more' if is_better else 'less'} than any of the {len(before)} emails before.",
        f"{percent(now.clicked / n)} of {count(n)} {age_text(hours)}; those before had {percent(b / m)} of "
        f"{count(m)} at that age.",
        "Look at what was different: its subject, its links, the hour it went out.",
        "This email", email_path(now),
    )  # fmt: skip


def clicks_trend(evidence: Evidence, chance: float) -> Insight | None:
    """The click rate of the last five emails against the ten before, all a week old."""
    latest, earlier = _lately(evidence)
    a, n = sum(e.clicked for e in latest), sum(e.delivered or 0 for e in latest)
    b, m = sum(e.clicked for e in earlier), sum(e.delivered or 0 for e in earlier)
    if len(earlier) < LEAST_EMAILS or not enough("click_rate", n, m) or two_proportions(a, n, b, m) >= chance:
        return None
    grows = a / n > b / m
    return Insight(
        "clicks_trend", DOING_WELL if grows else DOING_BADLY,
        f"Clicks are {'rising' if grows else 'falling'}: {percent(a / n)} of deliveries over the last "
        f"{len(latest)} emails, {percent(b / m)} over the {len(earlier)} before.",
        f"{count(a)} clickers of {count(n)} deliveries, then {count(b)} of {count(m)}; each email after a week.",
        "See what they follow, and give them more of it." if grows else "See what they used to follow, and ask them.",
        "Links and topics", "links.html",
    )  # fmt: skip


def _lately(evidence: Evidence) -> tuple[list[rows.EmailResult], list[rows.EmailResult]]:
    """The last five emails that are a week old, as they stood then, and the ten before."""
    old = list(islice(_a_week_old(evidence), LATEST_EMAILS + EMAILS_BEFORE))
    return old[:LATEST_EMAILS], old[LATEST_EMAILS:]


def _a_week_old(evidence: Evidence) -> Iterator[rows.EmailResult]:
    for each in _tracked(evidence):
        if each.email.sent_ms is not None and each.email.sent_ms <= evidence.clock.now_ms - 7 * DAY_MS:
            yield each.after(WEEK_HOURS)


def _tracked(evidence: Evidence) -> Iterator[Course]:
    """Those whose clicks can be told, latest first."""
    return (c for c in evidence.courses if c.email.delivered and c.email.clicks_tracked == 1)
