"""How the report that is being built writes its numbers and dates: English unless a locale was chosen.

Every figure on every page passes here, some of them a million times, so nothing but the first sight of a date asks
for more than a few operations on a text.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from shared.locales import Conventions, LocaleUnknown, conventions_of, locale_tag, written_date

ENGLISH = Conventions(tag="en", decimal=".", group=",", groups=(3, 3), percent="{}%")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_current: ContextVar[Conventions] = ContextVar("conventions", default=ENGLISH)


def chosen_conventions(owner: str, newsletter: str | None) -> Conventions:
    """Those of the owner's tag, else of the newsletter's as the provider writes it, else English."""
    try:
        tag = owner or locale_tag(newsletter or ENGLISH.tag)
    except LocaleUnknown:
        tag = ENGLISH.tag
    return ENGLISH if tag == ENGLISH.tag else conventions_of(tag)


@contextmanager
def written_as(conventions: Conventions) -> Iterator[None]:
    """Within it everything is written so."""
    token = _current.set(conventions)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Conventions:
    return _current.get()


def localised(english: str) -> str:
    """A number written in English digits, such as "1,204.5", as it is written here."""
    here = _current.get()
    if here is ENGLISH:
        return english
    whole, point, rest = english.partition(".")
    if here.groups == (3, 3):
        whole = whole.replace(",", here.group)
    elif "," in whole:
        whole = _grouped(whole.replace(",", ""), here)
    return f"{whole}{here.decimal}{rest}" if point else whole


def percentage(number: str) -> str:
    """`number` is written already."""
    return _current.get().percent.format(number)


def written_day(day: date, *, year: bool = True) -> str:
    """ "17 Nov 2026" or "17 Nov"."""
    here = _current.get()
    if here is not ENGLISH:
        return written_date(here.tag, day, "yMMMd" if year else "MMMd")
    text = f"{day.day} {MONTHS[day.month - 1]}"
    return f"{text} {day.year}" if year else text


def written_month(day: date, *, year: bool = True) -> str:
    """ "Nov 2026" or "Nov"."""
    here = _current.get()
    if here is not ENGLISH:
        return written_date(here.tag, day, "yMMM" if year else "LLL")
    return f"{MONTHS[day.month - 1]} {day.year}" if year else MONTHS[day.month - 1]


def _grouped(digits: str, here: Conventions) -> str:
    """ "1234567" in groups whose sizes differ: "12,34,567"; a sign in front stays."""
    sign = digits[: len(digits) - len(digits.lstrip("+-−"))]
    digits = digits[len(sign) :]
    last, others = here.groups
    head, groups = digits[:-last], [digits[-last:]]
    while head:
        head, group = head[:-others], head[-others:]
        groups.insert(0, group)
    return sign + here.group.join(groups)
