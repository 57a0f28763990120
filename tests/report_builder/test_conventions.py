"""Numbers and dates as other places write them; the files for machines do not change with it."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from report_builder import wording
from report_builder.build import build
from report_builder.charts import day_labels, line_chart
from report_builder.clock import day_text, span_text
from report_builder.conventions import ENGLISH, chosen_conventions, current, written_as
from report_builder.inputs import settings_version
from report_builder.warehouse import open_warehouse
from shared.project import ProjectSettings
from tests.report_builder import stores

THIN, HARD = "\u202f", "\u00a0"


def written(tag: str, what: Callable[[], object]) -> object:
    with written_as(chosen_conventions(tag, None)):
        return what()


@pytest.mark.parametrize(
    ("tag", "count", "share", "decimal", "compact", "signed"),
    [
        ("", "1,234,567", "26.8%", "1,234.5", "12.3k", "−1,200"),
        ("de-DE", "1.234.567", f"26,8{HARD}%", "1.234,5", "12,3k", "−1.200"),
        ("de-CH", "1’234’567", "26.8%", "1’234.5", "12.3k", "−1’200"),
        ("fr-FR", f"1{THIN}234{THIN}567", f"26,8{HARD}%", f"1{THIN}234,5", "12,3k", f"−1{THIN}200"),
        ("hi-IN", "12,34,567", "26.8%", "1,234.5", "12.3k", "−1,200"),
        ("tr-TR", "1.234.567", "%26,8", "1.234,5", "12,3k", "−1.200"),
    ],
)
def test_numbers(tag: str, count: str, share: str, decimal: str, compact: str, signed: str) -> None:
    assert written(tag, lambda: wording.count(1_234_567)) == count
    assert written(tag, lambda: wording.percent(0.26849)) == share
    assert written(tag, lambda: wording.decimal(1234.5)) == decimal
    assert written(tag, lambda: wording.compact(12_345)) == compact
    assert written(tag, lambda: wording.signed(-1200)) == signed
    assert written(tag, lambda: wording.count(999)) == "999"


def test_the_groups_of_india_hold_two_digits_before_the_last_three() -> None:
    sizes = [1000, 99_999, 100_000, 12_345_678, -1_234_567]
    assert [written("hi-IN", lambda n=n: wording.count(n)) for n in sizes] == [  # type: ignore[misc]
        "1,000", "99,999", "1,00,000", "1,23,45,678", "-12,34,567",
    ]  # fmt: skip


def test_a_share_whose_sign_stands_in_front_is_not_torn() -> None:
    assert written("de-DE", lambda: wording.percent_parts(0.5)) == ("50,0", f"{HARD}%")
    assert written("tr-TR", lambda: wording.percent_parts(0.5)) == ("%50,0", "")


def test_limits_in_our_sentences_are_written_so_too() -> None:
    assert wording.with_shares("up to 0.10%, 1–2% good") == "up to 0.10%, 1–2% good"
    assert written("de-DE", lambda: wording.with_shares("0.30% or more")) == f"0,30{HARD}% or more"


def test_dates_and_the_axes_of_charts() -> None:
    day = date(2026, 3, 7)
    assert written("de-DE", lambda: day_text(day)) == "7. März 2026"
    assert written("en-US", lambda: span_text(date(2025, 12, 1), day)) == "Dec 1, 2025 – Mar 7, 2026"
    year = [date.fromordinal(date(2025, 11, 20).toordinal() + i) for i in range(365)]
    labels = written("de-DE", lambda: [label.text for label in day_labels(year)])
    assert isinstance(labels, list)
    assert {"Jan. 2026", "Mai"} <= set(labels)

    def axis() -> list[str]:
        chart = line_chart([("s1", "A", [0.5, 2.5])], x=(), positions=[0, 1], unit="%")
        return [label.text for label in chart.y]

    assert written("fr-FR", axis) == [f"0{HARD}%", f"1{HARD}%", f"2{HARD}%", f"3{HARD}%"]


def test_which_locale_is_taken() -> None:
    assert chosen_conventions("de-DE", "fr").tag == "de-DE"
    assert chosen_conventions("", "pt-br").tag == "pt-BR"
    for unknown in (None, "", "en", "tlh", "../x"):
        assert chosen_conventions("", unknown) is ENGLISH
    with pytest.raises(RuntimeError), written_as(chosen_conventions("de", None)):
        raise RuntimeError
    assert current() is ENGLISH


def test_another_locale_is_another_report() -> None:
    assert settings_version(ProjectSettings()) != settings_version(ProjectSettings(locale="de-DE"))


@pytest.fixture(scope="module")
def german(store_of: Callable[[str], Path | None]) -> dict[str, bytes]:
    with open_warehouse(store_of("full")) as warehouse:
        return build(warehouse, stores.NOW, store_bytes=1_000_000, settings=ProjectSettings(locale="de-DE"))


def test_every_page_is_written_so(german: dict[str, bytes]) -> None:
    english = re.compile(r"\d,\d{3}\b|\d\.\d+%|\d%|\b\d{1,2} (?:Oct|Dec|Mar|May|Nov|Sep)\b(?!\.)")
    for path, body in german.items():
        if path.endswith(".html") and path != "definitions.html":
            if not path.startswith("snapshots/"):  # files without a script that would ask
                assert b'<html lang="en" data-locale="de-DE" data-decimal=",">' in body, path
            shown = re.sub(
                r"<(script|style).*?</\1>|<span class=\"def\".*?</span>|<[^>]*>",
                "|",
                body.decode(),
                flags=re.S,
            )
            assert not (left := english.findall(shown)), (path, left[:3])
    assert "1.000 emails delivered" in german["timing.html"].decode()


def test_files_for_machines_keep_plain_numbers(
    german: dict[str, bytes], site_of: Callable[[str], dict[str, bytes]]
) -> None:
    plain = site_of("full")
    said = ("overview-", "search.json", "names.json")  # hold sentences and labels that a reader sees
    for path, body in plain.items():
        if path.startswith("data/") and not any(word in path for word in said):
            assert german[path] == body, path


def test_the_newsletter_says_how_it_is_written(tmp_path: Path) -> None:
    store = stores.Store(tmp_path / "s.sqlite")
    store.insert("project_facts", name="locale", value="de-ch")
    store.subscriber("a@example.com")
    with open_warehouse(store.done()) as warehouse:
        assert b'data-locale="de-CH"' in build(warehouse, stores.NOW)["index.html"]
