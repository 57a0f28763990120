"""Numbers as a reader expects them, and the few words that change with them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from report_builder.conventions import localised, percentage

NOT_TRACKED = "not tracked"
NOT_KNOWN = "not known"
UNKNOWN = "–"
TOO_FEW = "too few"  # people behind a rate
HIDDEN = "can't be known"  # seen through proxies or filters only
SHARE = re.compile(r"(\d+(?:\.\d+)?)%")


@dataclass(frozen=True)
class Change:
    """How a figure moved: `mood` is good, bad or even; `arrow` is for the eye, `text` says the same."""

    arrow: str
    text: str
    mood: str


def count(number: int | float) -> str:
    return localised(f"{number:,.0f}")


def decimal(number: float, places: int = 1) -> str:
    return localised(f"{number:,.{places}f}")


def compact(number: float) -> str:
    """ "950", "12.3k", "4.1M": three digits are enough on an axis or a tile."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= size * 0.9995:
            scaled = number / size
            return (tidy(f"{scaled:.1f}") if scaled < 99.95 else f"{scaled:.0f}") + unit
    return tidy(f"{number:.2f}")


def tidy(text: str) -> str:
    """Without the zeros that a fixed number of decimals leaves."""
    return localised(text.rstrip("0").rstrip("."))


def count_if_known(number: int | None) -> str:
    return UNKNOWN if number is None else count(number)


def tile_count(number: int) -> str:
    """In full as long as it fits a tile."""
    return count(number) if number < 100_000 else compact(number)


def percent(share: float) -> str:
    return percentage(percent_number(share))


def percent_number(share: float) -> str:
    return decimal(_tenths(share) / 10)


def as_printed(share: float) -> float:
    """No more exact than `percent` says it."""
    return _tenths(share) / 1000


def percent_parts(share: float) -> tuple[str, str]:
    """The number and, for smaller print, what follows it; where the sign stands in front, all is the number."""
    number, whole = percent_number(share), percent(share)
    return (number, whole.removeprefix(number)) if whole.startswith(number) else (whole, "")


def whole_percent(share: float) -> str:
    return percentage(f"{share * 100:.0f}")


def with_unit(number: str, unit: str) -> str:
    """`number` is written already."""
    return percentage(number) if unit == "%" else number + unit


def with_shares(sentence: str) -> str:
    """A sentence of ours with the shares in it, "up to 0.10%", written as all others are."""
    return SHARE.sub(lambda found: percentage(localised(found[1])), sentence)


def _tenths(share: float) -> int:
    """Of a per cent, half up; what binary fractions lose (0.1005 is a little less) is put back first."""
    return math.floor(round(share * 1000, 6) + 0.5)


def ratio(part: int, whole: int | None) -> float | None:
    """A share between 0 and 1; None when there is nothing to divide by."""
    return min(1.0, part / whole) if whole else None


def people(number: int) -> str:
    return f"{count(number)} {'person' if number == 1 else 'people'}"


def plural(number: int, one: str, many: str = "") -> str:
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def duration(ms: float) -> str:
    """ "under 1 min", "34 min", "2 h 14 min", "3 d 4 h": two units are enough."""
    minutes = int(ms // 60_000)
    if not minutes:
        return "under 1 min"
    hours, rest = divmod(minutes, 60)
    units = [(rest, "min"), (hours, "h")] if hours < 48 else [(hours % 24, "h"), (hours // 24, "d")]
    return " ".join(f"{count(n)} {unit}" for n, unit in reversed(units) if n)


def shortened(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def signed(number: int) -> str:
    """ "+1,200", "−35", "0": with a real minus."""
    return localised(f"{number:+,}").replace("-", "−") if number else "0"


def difference(now: int, before: int) -> Change:
    """As a number of its own: per cent of a growth that may be negative mean nothing."""
    return _change(now - before, count(abs(now - before)), True, even=now == before)


def count_change(now: int, before: int, *, more_is_good: bool = True) -> Change | None:
    """In per cent; None where there was nothing before."""
    if not before:
        return None
    share = (now - before) / before
    text = percent(abs(share)) if abs(share) < 10 else f"{count(abs(share))} times"
    return _change(now - before, text, more_is_good, even=not _tenths(abs(share)))


def rate_change(now: float | None, before: float | None) -> Change | None:
    """In percentage points, between the figures as they are shown; None where either side cannot be known."""
    if now is None or before is None:
        return None
    tenths = _tenths(now) - _tenths(before)
    return _change(tenths, f"{decimal(abs(tenths) / 10)} points", True, even=not tenths)


def _change(difference: float, text: str, more_is_good: bool, *, even: bool) -> Change:
    if even:
        return Change("=", "no change", "even")
    mood = "good" if (difference > 0) == more_is_good else "bad"
    return (
        Change("▲", f"{text} more" if "points" not in text else f"{text} up", mood)
        if difference > 0
        else Change("▼", f"{text} fewer" if "points" not in text else f"{text} down", mood)
    )


def usual(rates: list[float]) -> float | None:
    """The median of at least three, else None: fewer are no habit."""
    return median(rates) if len(rates) >= 3 else None
