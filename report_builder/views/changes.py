"""Whether a figure moved: an arrow only where chance alone would seldom have moved it so far."""

from report_builder import wording
from report_builder.significance import CHANCE, rare_events, two_proportions
from report_builder.views.rates import Pool
from report_builder.wording import Change

WITHIN = Change("≈", "within the normal range", "even")


def change_of_rate(now: Pool, before: Pool, shown: float | None = None) -> Change | None:
    """`shown` is the rate that stands beside `now`, where that is not the one of `before`.

    None where a rate cannot be known.
    """
    beside = before.rate if shown is None else shown
    if now.rate is None or before.rate is None or beside is None:
        return None
    p = two_proportions(now.part, now.sample, before.part, before.sample)
    is_one_way = (now.rate > before.rate) == (now.rate > beside)
    return _beyond_chance(wording.rate_change(now.rate, beside), p if is_one_way else 1.0)


def change_of_count(now: int, before: int) -> Change | None:
    """In per cent; None where there was nothing before."""
    return _beyond_chance(wording.count_change(now, before), rare_events(now - before, now + before))


def change_of_stock(now: int, came: int, left: int) -> Change | None:
    """Of how many there are, since before they came and left; in per cent."""
    return _beyond_chance(wording.count_change(now, now - came + left), rare_events(came - left, came + left))


def change_of_balance(now: int, before: int, events: int) -> Change | None:
    """Of a difference between comings and goings; `events` are all of these, of both times."""
    return _beyond_chance(wording.difference(now, before), rare_events(now - before, events))


def _beyond_chance(change: Change | None, p: float) -> Change | None:
    """The one place that decides; no change at all stays what it is."""
    return change if change is None or change.mood == "even" or p < CHANCE else WITHIN
