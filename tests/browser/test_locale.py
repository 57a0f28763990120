"""What the scripts write agrees with what the pages write, in a locale that swaps the point and the comma."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_the_scripts_read_and_write_as_the_page_does(visit: Open) -> None:
    opened = visit("german")
    page = opened.open("index.html")
    assert page.evaluate("[figures.format(1234567.5), dayWriter('UTC')(0)]") == [
        "1.234.567,5", "1. Jan. 1970",
    ]  # fmt: skip
    read = "text => readNumber(text)"
    for text, number in (
        ("1.204", 1204),
        ("12,5\u00a0%", 12.5),
        ("%12,5", 12.5),
        ("−1.204,5", -1204.5),
        ("3,5 h", 3.5),
    ):
        assert page.evaluate(read, text) == number
    assert page.evaluate("Number.isNaN(readNumber('too few'))")
    opened.assert_no_complaint()


def test_the_cursor_of_a_chart_finds_points_between_whole_numbers(visit: Open) -> None:
    page = visit("german").open("index.html")
    page.locator("label", has_text="per email").first.click()
    figure = page.locator(".view-email figure.chart")
    figure.locator(".plot").focus()
    page.keyboard.press("End")
    cell = figure.locator(".twin tbody tr").last.locator("td.n").first.text_content() or ""
    expect(figure.locator(".tip dd").first).to_have_text(cell)
    value = float(cell.split("\u00a0")[0].replace(",", "."))
    top = float(figure.get_attribute("data-top") or "")
    at = float((figure.locator("circle.point").first.get_attribute("cy") or "").rstrip("%"))
    assert at == pytest.approx(100 - value / top * 100, abs=0.01)


def test_the_table_keeps_its_words_when_the_script_takes_over(visit: Open) -> None:
    before = visit("german", scripts=False).open("subscribers.html")
    rows = before.locator("table[data-list] tbody tr")
    server = rows.all_inner_texts()
    after = visit("german").open("subscribers.html")
    expect(after.locator(".pager")).to_be_visible()
    assert after.locator("table[data-list] tbody tr").all_inner_texts() == server
    assert any(". Nov. 2026" in row for row in server)


def test_anybody_is_shown_as_those_with_a_page_of_their_own_are(visit: Open) -> None:
    opened = visit("german")
    (path, *_) = opened.site.paths("subscribers/")
    shown = ".tile p, .timeline time"
    written = opened.open(path).locator(shown).all_inner_texts()
    page = opened.open(f"subscriber.html#{path.removeprefix('subscribers/').removesuffix('.html')}")
    expect(page.locator("[data-slot=timeline] time").first).to_be_visible()
    filled = page.locator(shown).all_inner_texts()
    assert [text for text in written if text not in filled] == []
    assert any(re.fullmatch(r"\d+\. \w+\.? 202\d, \d\d:\d\d", text) for text in written)
