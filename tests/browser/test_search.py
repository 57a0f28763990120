"""The search that every page has: what it finds, how it is moved through, and that strangers' text stays text."""

import json
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Open, Site

pytestmark = pytest.mark.browser

LOOKS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]


def group(page: Page, name: str) -> Locator:
    return page.locator("dialog.search").get_by_role("group", name=name)


def chosen(page: Page) -> Locator:
    return page.locator("dialog.search [aria-selected=true]")


def search_for(page: Page, text: str) -> None:
    page.keyboard.press("/")
    expect(page.locator("dialog.search")).to_be_visible()
    page.get_by_role("combobox", name="Search").fill(text)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_open_it_is_accessible(visit: Open, width: int, theme: str) -> None:
    opened = visit("full", width=width, theme=theme)
    page = opened.open("index.html")
    axe = Axe()
    for text, shown in (("", "Pages"), ("on", "Subscribers"), ("nothing-is-called-this", "")):
        search_for(page, text)
        if shown:
            expect(group(page, shown)).to_be_visible()
        else:
            expect(page.locator("dialog.search [role=status]")).to_have_text("Nothing fits these words.")
        opened.assert_no_sideways_scrolling()
        found = axe.run(page).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found] == []
        page.keyboard.press("Escape")
        expect(page.locator("dialog.search")).to_be_hidden()
    opened.assert_no_complaint()


def test_the_button_opens_it_and_gets_the_focus_back(visit: Open) -> None:
    page = visit("full").open("growth.html")
    button = page.get_by_role("button", name="Search")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.search")).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("dialog.search")).to_be_hidden()
    button.click()
    page.mouse.click(3, 790)
    expect(page.locator("dialog.search")).to_be_hidden()


def test_arrow_keys_go_round_and_enter_goes_there(visit: Open) -> None:
    opened = visit("full")
    page = opened.open("index.html")
    search_for(page, "time to")
    options = page.locator("dialog.search [role=option]")
    expect(group(page, "What the numbers mean")).to_be_visible()
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_have_count(1)
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    named = page.get_by_role("combobox", name="Search").get_attribute("aria-activedescendant")
    assert named == options.nth(1).get_attribute("id")
    target = options.nth(1).evaluate("link => link.href")
    page.keyboard.press("Enter")
    page.wait_for_url(target)
    opened.assert_no_complaint()


def test_pages_are_found_by_what_they_are_about(visit: Open) -> None:
    page = visit("full").open("index.html")
    search_for(page, "churn")
    expect(group(page, "Pages").get_by_role("option")).to_have_text(["Growth"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/growth.html")


def test_an_email_is_found_from_a_page_further_down(visit: Open, site_of: Callable[[str], Site]) -> None:
    emails = json.loads(site_of("full").bucket.read("p/site/data/search.json")[0])["emails"]
    opened = visit("full")
    page = opened.open(site_of("full").paths("subscribers/")[0])
    search_for(page, emails[3]["label"].upper())
    group(page, "Emails").get_by_role("option", name=emails[3]["label"]).first.click()
    page.wait_for_url(re.compile(r"/emails/[0-9a-f-]+\.html$"))
    expect(page.locator("h1")).to_contain_text(emails[3]["label"])
    opened.assert_no_complaint()


def test_subscribers_are_loaded_with_the_second_character(visit: Open) -> None:
    opened = visit("full")
    page = opened.open("emails.html")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    search_for(page, "a")
    expect(group(page, "Emails").or_(group(page, "Pages")).first).to_be_visible()
    assert [url for url in asked if "subscribers" in url] == []
    page.get_by_role("combobox", name="Search").fill("gmail.com")
    people = group(page, "Subscribers").get_by_role("option")
    expect(people.last).to_have_text(re.compile("All subscribers who fit"))
    expect(people).to_have_count(9)
    loads = len([url for url in asked if "subscribers" in url])
    assert loads == 2
    page.get_by_role("combobox", name="Search").fill("gmail.co")
    expect(people).to_have_count(9)
    assert len([url for url in asked if "subscribers" in url]) == loads
    people.last.click()
    expect(page.locator(".pager [role=status]")).to_contain_text("page 1 of")
    assert page.locator("form.tools [name=q]").input_value() == "gmail.co"
    opened.assert_no_complaint()


def test_anybody_is_found_with_or_without_a_page_of_their_own(visit: Open) -> None:
    opened = visit("full")
    page = opened.open("subscribers.html?page=11")
    expect(page.locator(".pager [role=status]")).to_contain_text("page 11 of 11")
    row = page.locator("table.people tbody tr").last
    address = row.locator("small").inner_text()
    name = row.locator("a").inner_text()
    search_for(page, name if address.startswith("@") else address)
    group(page, "Subscribers").get_by_role("option", name=name).first.click()
    page.wait_for_url("**/subscriber.html#*")
    expect(page.locator("h1")).to_have_text(name)
    opened.assert_no_complaint()


def test_hostile_texts_stay_text(visit: Open, site_of: Callable[[str], Site]) -> None:
    opened = visit("hostile")
    page = opened.open(site_of("hostile").paths("emails/")[0])
    for text in ("<", "img src", "example", "alert", "()[]{}\\*+?.^$|"):
        search_for(page, text)
        expect(page.locator("dialog.search [role=status]")).not_to_have_text("Loading …")
        assert page.locator("dialog.search img, dialog.search script").count() == 0
        for href in page.locator("dialog.search [role=option]").evaluate_all("all => all.map(a => a.href)"):
            assert href.startswith((opened.site.url, "http://", "https://"))
        page.keyboard.press("Escape")
        expect(page.locator("dialog.search")).to_be_hidden()
    search_for(page, "javascript")
    dangerous = group(page, "Links").get_by_role("option", name="javascript:")
    expect(dangerous).to_have_attribute("href", "../links.html")
    opened.assert_no_complaint()


def test_an_address_that_is_neither_ours_nor_of_the_web_leads_nowhere_else(visit: Open) -> None:
    """Even if the data said so."""
    opened = visit("one")

    def forge(route: Route) -> None:
        entries = [
            {"label": f"forged {href}", "detail": "", "href": href, "words": ""}
            for href in ("javascript:alert(1)//.html", "data:text/html,x", "//evil.example/a.html", "../../x")
        ]
        route.fulfill(json={"links": entries})

    opened.page.route("**/data/search.json", forge)
    page = opened.open("index.html")
    search_for(page, "forged")
    options = group(page, "Links").get_by_role("option")
    expect(options).to_have_count(4)
    found = options.evaluate_all("all => all.map(a => a.href)")
    assert all(href == f"{opened.site.url}links.html" for href in found)


def test_what_could_not_be_loaded_is_said_and_asked_for_again(visit: Open) -> None:
    opened = visit("one")
    opened.page.route(
        "**/data/search.json", lambda route: route.fulfill(body="<p>Sign in</p>", content_type="text/html")
    )
    page = opened.open("index.html")
    search_for(page, "growth")
    expect(page.locator("dialog.search [role=status]")).to_contain_text("sign in again")
    page.keyboard.press("Escape")
    page.unroute("**/data/search.json")
    expect(page.locator("dialog.search")).to_be_hidden()
    search_for(page, "growth")
    expect(group(page, "Pages").get_by_role("option")).to_have_text(["Growth"])


def test_an_empty_project_can_be_searched(visit: Open) -> None:
    opened = visit("empty")
    page = opened.open("index.html")
    search_for(page, "anybody")
    expect(page.locator("dialog.search [role=status]")).to_have_text("Nothing fits these words.")
    opened.assert_no_complaint()


def test_without_scripts_nothing_promises_a_search(visit: Open) -> None:
    page = visit("full", scripts=False).open("index.html")
    assert page.locator(".find").is_hidden()
    assert page.locator("button.keys").is_hidden()


def test_tags_and_segments_are_found_and_lead_to_their_people(visit: Open) -> None:
    opened = visit("full")
    page = opened.open("growth.html")
    search_for(page, "clickers & co")
    expect(group(page, "Segments and tags").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/subscribers.html?segment=Clickers+%26+co")
    expect(page.get_by_label("Segment")).to_have_value("Clickers & co")
    opened.assert_no_complaint()
