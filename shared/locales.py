"""How places write numbers and dates, after Unicode's CLDR: the one place that imports Babel."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.localedata import locale_identifiers

CHEAP = 4096  # dates remembered as written; a report says a few hundred, many of them thousands of times
LATIN = "latn"
NUMBER = re.compile(r"[#0][#0,.]*")  # in a pattern such as "#,##0 %"


class LocaleUnknown(Exception):
    """`meant` is what was probably meant; empty where nothing comes close."""

    def __init__(self, meant: str) -> None:
        super().__init__(meant)
        self.meant = meant


@dataclass(frozen=True)
class Conventions:
    """Digits are the European ones everywhere: the report's words are English, and its figures stand in columns.

    `tag` is a BCP 47 tag that a browser's Intl understands too. `groups` are the sizes of the last group of digits and
    of those before it. `percent` holds {} where the number goes.
    """

    tag: str
    decimal: str
    group: str
    groups: tuple[int, int]
    percent: str


def locale_tag(given: str) -> str:
    """The tidy form of a tag: "de_de" is "de-DE". Raises LocaleUnknown."""
    try:
        locale = Locale.parse(given.strip().replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        raise LocaleUnknown(_meant(given)) from None
    if locale.language == "root":
        raise LocaleUnknown("")
    return "-".join(filter(None, (locale.language, locale.script, locale.territory)))


@lru_cache
def conventions_of(tag: str) -> Conventions:
    """`tag` comes from locale_tag()."""
    locale = Locale.parse(tag, sep="-")
    symbols = locale.number_symbols.get(LATIN) or locale.number_symbols
    pattern = locale.percent_formats[None].pattern.partition(";")[0]
    before, after = NUMBER.split(pattern, maxsplit=1)
    return Conventions(
        tag=tag,
        decimal=symbols["decimal"],
        group=symbols["group"],
        groups=locale.decimal_formats[None].grouping,
        percent=f"{before}{{}}{after}".replace("%", symbols["percentSign"]),
    )


@lru_cache(CHEAP)
def written_date(tag: str, day: date, skeleton: str) -> str:
    """`skeleton` names the parts in CLDR's letters: "yMMMd", "MMMd", "yMMM", or "LLL" for the month alone."""
    locale = Locale.parse(tag, sep="-")
    if skeleton in locale.datetime_skeletons:
        return format_skeleton(skeleton, day, locale=locale)
    return format_date(day, skeleton, locale=locale)


def _meant(given: str) -> str:
    """By its letters, or by the English name of the language."""
    wanted = given.strip().replace("_", "-").lower()
    names = {name.lower(): code for code, name in Locale("en").languages.items()}
    if wanted in names and names[wanted] in set(_tags()):
        return str(names[wanted])
    known = {tag.lower(): tag for tag in _tags()}
    close = get_close_matches(wanted, known, n=1, cutoff=0.7)
    return known[close[0]] if close else ""


def _tags() -> Iterator[str]:
    return (name.replace("_", "-") for name in sorted(locale_identifiers()) if name.count("_") < 2)
