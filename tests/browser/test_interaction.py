"""What the scripts add: searching, sorting, paging, exporting, the cursor of charts, the theme, anybody's page."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site

pytestmark = pytest.mark.browser

STATUS = ".pager [role=status]"


def column(page: Page, number: int) -> list[str]:
    return page.locator(f"table.people tbody tr > :nth-child({number})").all_inner_texts()


def test_search_filter_sort_and_pages_are_in_the_address(visit: Open) -> None:
    opened = visit("full")
    page = opened.open("subscribers.html")
    expect(page.locator(STATUS)).to_contain_text("544 people on the list · page 1 of 11")
    before = column(page, 1)
    page.get_by_role("button", name="Next →").click()
    expect(page.locator(STATUS)).to_contain_text("page 2 of 11")
    assert set(column(page, 1)).isdisjoint(before)
    page.get_by_role("searchbox").fill("gmail.com")
    expect(page.locator(STATUS)).to_contain_text("page 1 of")
    page.get_by_label("Filter by tag").select_option("vip")
    page.get_by_label("Filter by status").select_option("regular")
    page.get_by_role("button", name="Opened").click()
    page.get_by_role("button", name="Opened").click()
    expect(page.locator("th[aria-sort] button")).to_have_text("Opened")
    opened_counts = [int(text) for text in column(page, 4) if text != "–"]
    assert opened_counts == sorted(opened_counts)
    assert all("vip" in tags for tags in column(page, 6))
    assert set(column(page, 7)) == {"regular"}
    said, shown = page.locator(STATUS).inner_text(), column(page, 1)
    assert "q=gmail.com" in page.url
    assert "tag=vip" in page.url
    page.reload()
    expect(page.locator(STATUS)).to_have_text(said)
    assert column(page, 1) == shown
    assert page.get_by_role("searchbox").input_value() == "gmail.com"
    opened.assert_no_complaint()


def test_a_segment_leads_to_its_people(visit: Open, site_of: Callable[[str], Site]) -> None:
    opened = visit("full")
    page = opened.open("segments.html")
    row = page.locator("tbody tr", has_text="Clickers & co").first
    size = row.locator("td").nth(0).inner_text()
    row.get_by_role("link", name="Clickers & co").click()
    expect(page.locator(STATUS)).to_contain_text(f"{size} of 600 people")
    assert page.get_by_label("Filter by segment").input_value() == "Clickers & co"
    page.get_by_label("Filter by segment").select_option("")
    expect(page.locator(STATUS)).to_contain_text("544 people on the list")
    assert "segment=" not in page.url
    opened.assert_no_complaint()


def test_groups_can_be_sorted_and_everybody_stays_below(visit: Open) -> None:
    page = visit("full").open("segments.html")
    tags = page.locator("section", has=page.get_by_role("heading", name="Tags", exact=True))
    tags.get_by_role("button", name="Click rate").click()
    rates = tags.locator("tbody td:nth-child(5)").evaluate_all(
        "all => all.map(each => Number(each.dataset.value))"
    )
    assert rates == sorted(rates, reverse=True)
    assert tags.locator("tfoot th").inner_text() == "Everybody"


def test_two_quick_changes_are_both_kept(visit: Open) -> None:
    page = visit("full").open("subscribers.html")
    expect(page.locator(STATUS)).to_contain_text("544 people on the list")
    page.evaluate("""() => {
        const [q, tag] = [document.querySelector("[name=q]"), document.querySelector("[name=tag]")];
        q.value = "gmail"; q.dispatchEvent(new Event("input", { bubbles: true }));
        tag.value = "vip"; tag.dispatchEvent(new Event("input", { bubbles: true }));
    }""")
    expect(page.locator(STATUS)).to_contain_text("of 544 people on the list")
    page.wait_for_timeout(200)
    assert "q=gmail" in page.url
    assert "tag=vip" in page.url


def test_nobody_found_says_so(visit: Open) -> None:
    page = visit("full").open("subscribers.html?q=nobody-has-this-name")
    expect(page.locator(STATUS)).to_have_text("Nobody fits this search. Clear a filter to see more.")
    assert page.locator("table.people tbody tr").count() == 0


@pytest.mark.parametrize(
    "query", ["?sort=evil&page=-3", "?page=99999", "?status=%3Cimg%3E", "?sort=constructor"]
)
def test_a_strange_address_does_no_harm(visit: Open, query: str) -> None:
    opened = visit("full")
    opened.open(f"subscribers.html{query}")
    expect(opened.page.locator(STATUS)).not_to_be_empty()
    opened.assert_no_complaint()


def test_every_column_sorts(visit: Open) -> None:
    opened = visit("full")
    page = opened.open("subscribers.html")
    for name in (
        "Subscriber",
        "Score",
        "Stage",
        "Opened",
        "Clicked",
        "Tags",
        "Status",
        "Source",
        "Joined",
        "Last active",
    ):
        button = page.locator("table.people thead").get_by_role("button", name=name)
        button.click()
        expect(page.locator("th[aria-sort]")).to_contain_text(name)
        assert page.locator("table.people tbody tr").count() == 50
    opened.assert_no_complaint()


def test_the_selection_is_downloaded_without_formulas(visit: Open, tmp_path: Path) -> None:
    page = visit("hostile").open("subscribers.html")
    expect(page.locator(STATUS)).to_contain_text("7 people on the list")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download these as CSV").click()
    target = tmp_path / "selection.csv"
    waiting.value.save_as(target)
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:2] == ["email", "name"]
    assert len(rows) == 8
    cells = [cell for row in rows[1:] for cell in row]
    assert any(cell.startswith("'=cmd|") for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_the_page_and_the_script_show_the_same_rows(visit: Open) -> None:
    """What the server drew and what table.js draws from the shards are one table."""
    for name in ("full", "hostile"):
        still = visit(name, scripts=False).open("subscribers.html").locator("table.people tbody").inner_text()
        opened = visit(name)
        page = opened.open("subscribers.html")
        expect(page.locator(STATUS)).not_to_be_empty()
        assert page.locator("table.people tbody").inner_text().split() == still.split()


def test_anybody_has_a_page_by_their_uuid(visit: Open, site_of: Callable[[str], Site]) -> None:
    opened = visit("full")
    page = opened.open("subscribers.html?sort=score&page=12")
    expect(page.locator(STATUS)).to_contain_text("page 11 of 11")
    link = page.locator("table.people tbody a").first
    assert "subscriber.html#" in (link.get_attribute("href") or "")
    name = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator("#person .about")).to_contain_text("Joined")
    assert name in page.title()
    opened.assert_no_complaint()


def test_the_page_by_uuid_tells_what_the_static_page_tells(
    visit: Open, site_of: Callable[[str], Site]
) -> None:
    for name in ("full", "hostile", "one"):
        path = site_of(name).paths("subscribers/")[0]
        opened = visit(name)
        texts = []
        for address in (path, f"subscriber.html#{path[12:-5]}"):
            page = opened.open(address)
            expect(page.locator(".timeline tbody tr").first).to_be_visible()
            body = page.locator("table.timeline tbody").first.inner_text().split()
            marks = page.locator(".mail li").count(), page.locator(".mail .clicked").count()
            said = page.locator("h1").inner_text(), page.locator(".answer").inner_text()
            texts.append((said, marks, body[:12]))
        assert texts[0] == texts[1]
        opened.assert_no_complaint()


@pytest.mark.parametrize(
    ("fragment", "says"),
    [
        ("", "named by the address"),
        ("#nonsense", "not the name of a subscriber"),
        ("#00000000-0000-0000-0000-000000000000", "no such subscriber"),
        ("#%3Cimg%20src=x%20onerror=alert(1)%3E", "not the name of a subscriber"),
    ],
)
def test_a_wrong_uuid_is_explained(visit: Open, fragment: str, says: str) -> None:
    opened = visit("one")
    page = opened.open(f"subscriber.html{fragment}")
    expect(page.locator(".answer")).to_contain_text(says)
    assert all("404" in complaint or "failed" in complaint for complaint in opened.complaints)


def test_changing_the_fragment_changes_the_person(visit: Open, site_of: Callable[[str], Site]) -> None:
    first, second = (path[12:-5] for path in site_of("full").paths("subscribers/")[:2])
    page = visit("full").open(f"subscriber.html#{first}")
    expect(page.locator(".timeline tbody tr").first).to_be_visible()
    name = page.locator("h1").inner_text()
    page.evaluate(f"location.hash = '{second}'")
    expect(page.locator("h1")).not_to_have_text(name)
    page.go_back()
    expect(page.locator("h1")).to_have_text(name)


def test_charts_answer_to_arrow_keys_and_pointer(visit: Open) -> None:
    opened = visit("full")
    page = opened.open("index.html")
    plot, tip = page.locator(".view-step .plot"), page.locator(".view-step .tip")
    plot.focus()
    page.keyboard.press("End")
    expect(tip).to_contain_text("Wed, 18 Nov 2026")
    page.keyboard.press("ArrowLeft")
    expect(tip).to_contain_text("Tue, 17 Nov 2026")
    expect(tip).to_contain_text("✉")
    rows = page.locator(".view-step .twin tbody tr")
    expect(tip.locator("dd").first).to_have_text(rows.nth(89).locator("td").first.text_content() or "?")
    page.keyboard.press("Home")
    expect(tip).to_contain_text("20 Aug 2026")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    expect(tip).to_contain_text("Engaged")
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    opened.assert_no_complaint()


def test_the_theme_button_turns_the_page_and_is_remembered(visit: Open) -> None:
    page = visit("full").open("index.html")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Switch between light and dark").click()
    dark = page.evaluate(ground)
    assert dark != light
    page.goto(page.url.replace("index.html", "emails.html"))
    assert page.evaluate(ground) == dark
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate(ground) == light


def test_emails_sort_by_any_column(visit: Open) -> None:
    page = visit("full").open("emails.html")

    def rates() -> list[float]:
        """What has no rate sorts as less than nothing."""
        cells = page.locator("table.emails tbody td:nth-child(4)").all_inner_texts()
        return [float(text.rstrip("%")) if text.endswith("%") else -1 for text in cells]

    page.get_by_role("button", name="Click rate").click()
    assert rates() == sorted(rates(), reverse=True)
    page.get_by_role("button", name="Click rate").click()
    assert rates() == sorted(rates())
    page.get_by_role("button", name="Subject").click()
    subjects = page.locator("table.emails tbody th").all_inner_texts()
    assert subjects[0] <= subjects[-1]


def test_keyboard_reaches_the_content_first(visit: Open) -> None:
    page = visit("full").open("index.html")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_metric_explains_itself_to_pointer_and_keyboard(visit: Open) -> None:
    for scripts in (False, True):
        opened = visit("full", scripts=scripts)
        page = opened.open("index.html")
        label = page.locator(".tile .metric a").nth(1)
        said = page.locator(f"#{label.get_attribute('aria-describedby')}")
        assert said.is_hidden()
        label.hover()
        assert said.is_visible()
        page.mouse.move(1, 1)
        assert said.is_hidden()
        label.focus()
        assert said.is_visible()
        opened.assert_no_sideways_scrolling()
        label.click()
        assert page.url.endswith("definitions.html#click_rate")
        expect(page.locator("#click_rate")).to_be_visible()  # the page may still be coming


def test_a_heading_that_sorts_keeps_its_explanation(visit: Open) -> None:
    page = visit("full").open("emails.html")
    button = page.get_by_role("button", name="Click rate")
    said = page.locator(f"#{button.get_attribute('aria-describedby')}")
    button.focus()
    expect(said).to_contain_text("Human click rate")
    expect(said).to_be_visible()


def test_who_left_is_listed_only_when_asked_for(visit: Open) -> None:
    opened = visit("full")
    page = opened.open("subscribers.html")
    said, who = page.locator(STATUS), page.get_by_label("Who is listed")
    expect(said).to_contain_text("544 people on the list")
    assert "?" not in page.url
    who.select_option("left")
    expect(said).to_contain_text("56 people not on the list · page 1 of 2")
    assert set(column(page, 7)) <= {"undeliverable", "unsubscribed"}
    assert "who=left" in page.url
    page.reload()
    expect(said).to_contain_text("56 people not on the list")
    assert who.input_value() == "left"
    who.select_option("all")
    expect(said).to_contain_text("600 people · page 1 of 12")
    who.select_option("")
    page.get_by_label("Filter by status").select_option("unsubscribed")
    expect(said).to_contain_text("41 of 600 people")
    assert "who=" not in page.url
    opened.open("subscribers.html?who=constructor")
    expect(said).to_contain_text("544 people on the list")
    opened.assert_no_complaint()


def test_without_a_script_the_first_rows_are_of_people_on_the_list(visit: Open) -> None:
    page = visit("full", scripts=False).open("subscribers.html")
    assert set(column(page, 7)) <= {"regular", "premium"}
