"""The stretches of time the overview is made for, and the stretch before each, aligned by weekday."""

from dataclasses import dataclass
from datetime import date, timedelta

from report_builder.clock import DAY_MS, Clock, span_text

WEEKS = (4, 13, 52)
DEFAULT_WEEKS = 13
ALL = "all"


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included; the last one is today and not over yet.

    The period before ends as many weeks earlier, at the same time of day (`previous_before_ms`), so that a day
    that is not over is compared with the same part of the same weekday.
    """

    key: str
    label: str
    first: date
    last: date
    days_per_step: int
    previous_first: date | None  # None: there is nothing, or not enough, to compare with
    previous_last: date | None
    previous_before_ms: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def steps(self) -> int:
        return -(-self.days // self.days_per_step)

    @property
    def days_per_spark(self) -> int:
        """A small curve has no room for single days, unless there are few."""
        return 7 if self.days_per_step == 1 and self.days > 40 else self.days_per_step

    @property
    def path(self) -> str:
        return "index.html" if self.key == str(DEFAULT_WEEKS) else f"overview-{self.key}.html"

    @property
    def span(self) -> str:
        return span_text(self.first, self.last)

    def step_days(self) -> list[date]:
        """The first day of each step."""
        return [self.first + timedelta(days=i * self.days_per_step) for i in range(self.steps)]


def periods(clock: Clock, begin: date | None) -> list[Period]:
    """`begin` is the day of the first event. All but "all" have a past, if history reaches back far enough."""
    made = [_weeks(clock, weeks, begin) for weeks in WEEKS]
    days = max(28, (clock.today - begin).days + 1 if begin else 28)
    step = 1 if days <= 120 else 7 if days <= 80 * 7 else 28
    first = clock.today - timedelta(days=-(-days // step) * step - 1)
    return [*made, Period(ALL, "All", first, clock.today, step, None, None, clock.now_ms)]


def _weeks(clock: Clock, weeks: int, begin: date | None) -> Period:
    first = clock.today - timedelta(days=7 * weeks - 1)
    previous_first = first - timedelta(days=7 * weeks)
    known = begin is not None and begin <= previous_first
    return Period(
        key=str(weeks),
        label=f"{weeks} weeks",
        first=first,
        last=clock.today,
        days_per_step=1 if weeks <= 13 else 7,
        previous_first=previous_first if known else None,
        previous_last=first - timedelta(days=1) if known else None,
        previous_before_ms=clock.now_ms - 7 * weeks * DAY_MS,
    )
