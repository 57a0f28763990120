"""One email as published data: what datasets.email_record says, and what is counted beside it.

Names that end in _s are seconds; null where too few people stand behind a figure, or where it could not be measured.
`compared_after_h` is the age, in hours, at which the email and the ten before it were compared.
"""

from collections.abc import Sequence
from typing import Any

from report_builder import rows
from report_builder.clock import Clock
from report_builder.datasets import EMAIL_COLUMNS, email_record
from report_builder.views.email_links import link_share, per_clicker, raw_link_share
from report_builder.views.email_speed import Figures, half_life_if_enough, pace_if_enough, reached
from report_builder.views.email_usual import Course, age_hours, at_age
from report_builder.views.rates import complaint_rate, delivery_rate, permanent_failure_rate, unsubscribe_rate

EMAIL_CSV = (
    *EMAIL_COLUMNS, "hard_bounced", "soft_bounced", "delivery_rate", "permanent_failure_rate", "complaint_rate",
    "unsubscribe_rate", "time_to_open_s", "time_to_click_s", "half_life_s", "clicks_per_clicker",
    "links_per_clicker", "compared_after_h", "click_rate_then", "click_rate_usual", "open_rate_then",
    "open_rate_usual", "open_events", "open_events_by_scanners", "readers_by_proxy_only",
)  # fmt: skip


def email_data(mine: Course, before: Sequence[Course], figures: Figures, clock: Clock) -> dict[str, Any]:
    """A row of emails.json; `before` come latest first."""
    email = mine.email
    opens = pace_if_enough(figures.opens, "time_to_open")
    clicks = pace_if_enough(figures.clicks, "time_to_click")
    half = half_life_if_enough(figures.half_life)
    then = at_age(mine, before, age_hours(email, clock))
    counts = figures.open_counts if email.opens_tracked == 1 else None
    return {
        **email_record(email, clock),
        "hard_bounced": email.hard_bounced,
        "soft_bounced": email.bounced - email.hard_bounced,
        "delivery_rate": delivery_rate(email).rate,
        "permanent_failure_rate": permanent_failure_rate(email).rate,
        "complaint_rate": complaint_rate(email).rate,
        "unsubscribe_rate": unsubscribe_rate(email).rate,
        "time_to_open_s": opens.median_ms / 1000 if opens else None,
        "time_to_click_s": clicks.median_ms / 1000 if clicks else None,
        "half_life_s": half.half_ms / 1000 if half else None,
        "clicks_per_clicker": per_clicker(figures.depth, "clicks_per_clicker"),
        "links_per_clicker": per_clicker(figures.depth, "links_per_clicker"),
        "compared_after_h": then.hours if then else None,
        "click_rate_then": then.clicks.rate.rate if then else None,
        "click_rate_usual": then.clicks.usual if then else None,
        "open_rate_then": then.opens.rate.rate if then else None,
        "open_rate_usual": then.opens.usual if then else None,
        "open_events": counts.raw_opens if counts else None,
        "open_events_by_scanners": counts.scanner_opens if counts else None,
        "readers_by_proxy_only": counts.proxy_readers if counts else None,
    }


def speed_data(figures: Figures, age: int) -> dict[str, Any]:
    """How fast people opened and clicked; the shares are of those who acted within seven days."""
    return {
        "time_to_open": _pace_data(pace_if_enough(figures.opens, "time_to_open"), age),
        "time_to_click": _pace_data(pace_if_enough(figures.clicks, "time_to_click"), age),
    }


def _pace_data(pace: rows.Pace | None, age: int) -> dict[str, Any] | None:
    if pace is None:
        return None
    return {
        "people": pace.people,
        "quartiles_s": [pace.quarter_ms / 1000, pace.median_ms / 1000, pace.three_quarters_ms / 1000],
        "within_7d": pace.within_7d,
        "reached_by_h": {str(hours): pool.rate for hours, pool in reached(pace, age)},
    }


def link_data(link: rows.EmailLink, email: rows.EmailResult) -> dict[str, Any]:
    return {
        "url": link.target,
        "people": link.people,
        "clicks": link.clicks,
        "clicks_raw": link.raw_clicks,
        "people_raw": link.raw_people,
        "share": link_share(link, email).rate,
        "share_raw": raw_link_share(link, email).rate,
    }
