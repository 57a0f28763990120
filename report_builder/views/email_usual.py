"""One email beside those before it, each counted up to the same age."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from report_builder import wording
from report_builder.clock import Clock
from report_builder.rows import CurveHour, EmailResult
from report_builder.views.changes import change_of_rate
from report_builder.views.rates import Pool, pooled_clicks, pooled_opens

WEEK_HOURS = 168
EMAILS_BEFORE = 10
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Course:
    """An email and how it went on: `opened[h]` and `clicked[h]` people had acted in its first h hours, 0 to 168."""

    email: EmailResult
    opened: tuple[int, ...]
    clicked: tuple[int, ...]

    def after(self, hours: int) -> EmailResult:
        """The email as it stood then; how many got it and how many can be measured is as known now."""
        return self.email._replace(opened=self.opened[hours], clicked=self.clicked[hours])


@dataclass(frozen=True)
class Compared:
    """`rate` is this email's; `usual` the median of the `emails` before that have one, None with fewer than three.

    `before` is the rate over all emails before together: it has the people behind it that a median lacks.
    """

    rate: Pool
    usual: float | None
    emails: int
    before: Pool

    @property
    def change(self) -> wording.Change | None:
        return change_of_rate(self.rate, self.before, self.usual) if self.usual is not None else None


@dataclass(frozen=True)
class AtAge:
    hours: int
    clicks: Compared
    opens: Compared


@dataclass(frozen=True)
class UsualRow:
    metric: str
    label: str
    now: str
    usual: str
    change: wording.Change | None


def course(email: EmailResult, hours: Sequence[CurveHour]) -> Course:
    opened, clicked = [0] * WEEK_HOURS, [0] * WEEK_HOURS
    for hour in hours:
        if hour.hour < WEEK_HOURS:
            opened[hour.hour] += hour.opened
            clicked[hour.hour] += hour.clicked
    return Course(email, (0, *accumulate(opened)), (0, *accumulate(clicked)))


def age_hours(email: EmailResult, clock: Clock) -> int:
    """Whole hours since sending, a week at most; 0 where nobody knows when that was."""
    if email.sent_ms is None:
        return 0
    return max(0, min(WEEK_HOURS, (clock.now_ms - email.sent_ms) // HOUR_MS))


def at_age(mine: Course, before: Sequence[Course], hours: int) -> AtAge | None:
    """`before` come latest first, and only the ten nearest count; None in the first hour after sending."""
    if not hours:
        return None
    now, then = mine.after(hours), [each.after(hours) for each in before[:EMAILS_BEFORE]]
    return AtAge(
        hours,
        _compared(pooled_clicks([now]), [pooled_clicks([each]) for each in then], pooled_clicks(then)),
        _compared(
            pooled_opens([now]).measured,
            [pooled_opens([each]).measured for each in then],
            pooled_opens(then).measured,
        ),
    )


def _compared(now: Pool, then: Sequence[Pool], before: Pool) -> Compared:
    rates = [pool.rate for pool in then if pool.rate is not None]
    return Compared(now, wording.usual(rates), len(rates), before)


def usual_rows(found: AtAge | None) -> tuple[UsualRow, ...]:
    """Empty where there is nothing to compare with."""
    if found is None or (found.clicks.usual is None and found.opens.usual is None):
        return ()
    return (
        _row("click_rate", "Click rate", found.clicks),
        _row("open_rate", "Open rate", found.opens),
    )


def _row(metric: str, label: str, found: Compared) -> UsualRow:
    return UsualRow(
        metric,
        label,
        wording.percent(found.rate.rate) if found.rate.rate is not None else found.rate.why,
        wording.percent(found.usual) if found.usual is not None else wording.UNKNOWN,
        found.change,
    )


def usual_sentence(found: AtAge | None) -> str:
    """The headline rate at this age beside the usual one; empty where either cannot be known."""
    if found is None or found.clicks.rate.rate is None or found.clicks.usual is None:
        return ""
    rate, usual, many = found.clicks.rate.rate, found.clicks.usual, found.clicks.emails
    change = found.clicks.change
    than = "about the usual" if change is None or change.mood == "even" else f"{change.text} on the usual"
    return (
        f"Its human click rate {age_text(found.hours)} was {wording.percent(rate)}, {than} {wording.percent(usual)} "
        f"of the {many} emails before at that age."
    )


def usual_note(email: EmailResult, found: AtAge | None) -> str:
    """Over the comparison, or instead of it."""
    if email.sent_ms is None:
        return (
            "It is not known when this email was sent, so it cannot be compared with others at the same age."
        )
    if found is None:
        return "It was sent less than an hour ago: it is too early to compare it with others."
    if not usual_rows(found):
        return "There are fewer than three earlier emails with a rate at this age: they are no habit yet."
    many = max(found.clicks.emails, found.opens.emails)
    return f"All {age_text(found.hours)}, beside the {many} emails before."


def age_text(hours: int) -> str:
    return "after a week" if hours == WEEK_HOURS else f"after {hours_text(hours)}"


def hours_text(hours: int) -> str:
    return f"{hours // 24} days" if hours >= 48 and hours % 24 == 0 else wording.plural(hours, "hour")
