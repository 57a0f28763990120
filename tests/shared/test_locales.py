"""Tags as people write them, and what Unicode's tables say about their places."""

from datetime import date

import pytest
from babel.localedata import locale_identifiers

from shared.locales import LocaleUnknown, conventions_of, locale_tag, written_date


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        ("de-DE", "de-DE"),
        ("de_de", "de-DE"),
        (" FR-ch ", "fr-CH"),
        ("pt-br", "pt-BR"),
        ("hi", "hi"),
        ("zh-tw", "zh-Hant-TW"),
        ("sr-Latn", "sr-Latn"),
        ("en-US-POSIX", "en-US"),
        ("de-DE-1996", "de-DE"),
    ],
)
def test_a_tag_is_made_tidy(given: str, tidy: str) -> None:
    assert locale_tag(given) == tidy
    assert conventions_of(tidy).tag == tidy


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("german", "de"),
        ("Hindi", "hi"),
        ("de-DEE", "de-DE"),
        ("fr-CHH", "fr-CH"),
        ("klingon", ""),
        ("", ""),
        ("root", ""),
        ("../../etc/passwd", ""),
        ("\x00", ""),
    ],
)
def test_an_unknown_tag_comes_with_what_was_meant(given: str, meant: str) -> None:
    with pytest.raises(LocaleUnknown) as told:
        locale_tag(given)
    assert told.value.meant == meant


@pytest.mark.parametrize(
    ("tag", "decimal", "group", "groups", "percent"),
    [
        ("de-DE", ",", ".", (3, 3), "{}\u00a0%"),
        ("de-CH", ".", "’", (3, 3), "{}%"),
        ("fr-FR", ",", "\u202f", (3, 3), "{}\u00a0%"),
        ("hi-IN", ".", ",", (3, 2), "{}%"),
        ("tr-TR", ",", ".", (3, 3), "%{}"),
        ("rif", ".", ",", (3, 3), "{}%"),
    ],
)
def test_numbers(tag: str, decimal: str, group: str, groups: tuple[int, int], percent: str) -> None:
    found = conventions_of(tag)
    assert (found.decimal, found.group, found.groups, found.percent) == (decimal, group, groups, percent)


@pytest.mark.parametrize(
    ("tag", "whole", "short", "month", "alone"),
    [
        ("de-DE", "17. Nov. 2026", "17. Nov.", "Nov. 2026", "Nov"),
        ("en-US", "Nov 17, 2026", "Nov 17", "Nov 2026", "Nov"),
        ("fr-FR", "17 nov. 2026", "17 nov.", "nov. 2026", "nov."),
        ("ja-JP", "2026年11月17日", "11月17日", "2026年11月", "11月"),
    ],
)
def test_dates(tag: str, whole: str, short: str, month: str, alone: str) -> None:
    day = date(2026, 11, 17)
    assert [written_date(tag, day, each) for each in ("yMMMd", "MMMd", "yMMM", "LLL")] == [
        whole, short, month, alone,
    ]  # fmt: skip


def test_every_place_can_be_written_for() -> None:
    for name in locale_identifiers():
        if name.partition("_")[0] != "root":
            assert conventions_of(locale_tag(name)).percent.count("{}") == 1, name
