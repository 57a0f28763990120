"""How long people took to open and to click, and when half of the clicks were in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from report_builder import wording
from report_builder.definitions import BY_KEY
from report_builder.rows import Depth, EmailResult, HalfLife, OpenCounts, Pace
from report_builder.views.email_usual import WEEK_HOURS
from report_builder.views.rates import Pool, share, why_unknown

WITHIN = ((1, "within_1h"), (6, "within_6h"), (24, "within_24h"), (72, "within_72h"), (168, "within_7d"))


@dataclass(frozen=True)
class Figures:
    """What is counted for an email beside its result; None: there was nothing of the kind."""

    opens: Pace | None = None
    clicks: Pace | None = None
    half_life: HalfLife | None = None
    depth: Depth | None = None
    open_counts: OpenCounts | None = None


@dataclass(frozen=True)
class SpeedRow:
    label: str
    metric: str  # the key of the label's definition; empty: that of the column
    opened: str
    clicked: str


@dataclass(frozen=True)
class Speed:
    takeaway: str
    rows: tuple[SpeedRow, ...]  # empty: too few acted, or nobody could be seen
    half_life: str  # empty: too few clicks


def pace_if_enough(pace: Pace | None, key: str) -> Pace | None:
    """None below the minimum of the definition `key`."""
    return pace if pace is not None and pace.people >= BY_KEY[key].minimum else None


def half_life_if_enough(found: HalfLife | None) -> HalfLife | None:
    return found if found is not None and found.clicks >= BY_KEY["half_life"].minimum else None


def reached(pace: Pace | None, age: int) -> list[tuple[int, Pool]]:
    """By hours, the share of those who acted in the first week; before it is over nobody knows how many will."""
    if pace is None or age < WEEK_HOURS:
        return []
    return [(hours, share("reached_by", getattr(pace, field), pace.within_7d)) for hours, field in WITHIN]


def speed(email: EmailResult, figures: Figures, age: int) -> Speed:
    """`age` in whole hours, a week at most."""
    opens = pace_if_enough(figures.opens, "time_to_open")
    clicks = pace_if_enough(figures.clicks, "time_to_click")
    half = half_life_if_enough(figures.half_life)
    so_far = " so far" if age < WEEK_HOURS else ""
    return Speed(
        takeaway=_takeaway(email, opens, clicks, so_far),
        rows=_rows(email, opens, clicks, age, so_far) if opens or clicks else (),
        half_life=_half_life_text(half, so_far) if half else "",
    )


def _takeaway(email: EmailResult, opens: Pace | None, clicks: Pace | None, so_far: str) -> str:
    said = [
        f"half of those who {verb} did so within {wording.duration(pace.median_ms)}"
        for pace, verb in ((opens, "opened it"), (clicks, "clicked"))
        if pace
    ]
    if not said and email.opens_tracked != 1 and email.clicks_tracked != 1:
        return "It is not known that opens or clicks were tracked, so nobody can say how fast people were."
    if not said:
        least = BY_KEY["time_to_open"].minimum
        return f"Fewer than {least} people were seen acting: too few to say how fast they are."
    text = ", ".join(said) + so_far
    return f"{text[0].upper()}{text[1:]}."


def _half_life_text(half: HalfLife, so_far: str) -> str:
    clicks = wording.plural(half.clicks, "click")
    return f"{wording.duration(half.half_ms)} after sending, of {clicks} in the first week{so_far}"


def _rows(
    email: EmailResult, opens: Pace | None, clicks: Pace | None, age: int, so_far: str
) -> tuple[SpeedRow, ...]:
    absent = _absent(email.opens_tracked), _absent(email.clicks_tracked)

    def row(label: str, metric: str, say: Callable[[Pace], str]) -> SpeedRow:
        cells = (say(pace) if pace else why for pace, why in zip((opens, clicks), absent, strict=True))
        return SpeedRow(label, metric, *cells)

    made = [
        row(f"A quarter{so_far or ' within'}", "", lambda p: wording.duration(p.quarter_ms)),
        row(f"Half{so_far or ' within'}", "", lambda p: wording.duration(p.median_ms)),
        row(f"Three quarters{so_far or ' within'}", "", lambda p: wording.duration(p.three_quarters_ms)),
    ]
    made += [
        row(f"Within {wording.plural(hours, 'hour')}", "reached_by", partial(_share_text, age, hours))
        for hours, _ in WITHIN[:-1]
    ]
    return tuple(made)


def _absent(tracked: int | None) -> str:
    return wording.TOO_FEW if tracked == 1 else why_unknown(tracked)


def _share_text(age: int, hours: int, pace: Pace) -> str:
    found = dict(reached(pace, age)).get(hours)
    if found is None:
        return "not yet"
    return wording.percent(found.rate) if found.rate is not None else found.why
