"""Steps of the overview's trend of which nothing can be known: before the first event, or while tracking was off."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from report_builder.clock import Clock
from report_builder.rows import EmailResult
from report_builder.views.periods import Period
from report_builder.wording import NOT_TRACKED

BEFORE = "before the first event"


def unknown_steps(
    period: Period, emails: Sequence[EmailResult], begin: date | None, clock: Clock
) -> Mapping[int, str]:
    """Each with its reason. `emails` are all of them, latest first; `begin` is the day of the first event.

    Tracking was off in a step if it was for the last email before it, and for every one within.
    """
    switches = [
        (day, email.opens_tracked == 0 and email.clicks_tracked == 0)
        for email in reversed(emails)
        if (day := clock.day(email.sent_ms)) is not None
    ]
    found = {}
    for step, first in enumerate(period.step_days()):
        last = first + timedelta(days=period.days_per_step - 1)
        before = [is_off for day, is_off in switches if day < first]
        within = [is_off for day, is_off in switches if first <= day <= last]
        if begin is None or last < begin:
            found[step] = BEFORE
        elif before and before[-1] and all(within):
            found[step] = NOT_TRACKED
    return found
