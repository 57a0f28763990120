"""Keys that act from anywhere, and do not when somebody is typing or means the browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

LOOKS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
THEME = "document.documentElement.dataset.theme ?? ''"


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_the_list_of_keys_is_accessible(visit: Open, width: int, theme: str) -> None:
    opened = visit("full", width=width, theme=theme)
    page = opened.open("growth.html")
    page.keyboard.press("?")
    box = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(box).to_be_visible()
    expect(box.get_by_role("button", name="Close")).to_be_focused()
    opened.assert_no_sideways_scrolling()
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found] == []
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    opened.assert_no_complaint()


def test_every_page_has_a_letter_of_its_own_and_it_leads_there(visit: Open) -> None:
    opened = visit("one")
    page = opened.open("index.html")
    page.keyboard.press("?")
    rows = page.locator("dialog.shortcuts dl").nth(1).locator("div")
    listed = {row.locator("dd").text_content(): row.locator("kbd").last.inner_text() for row in rows.all()}
    labels = page.locator(".top .main a").all_inner_texts()
    assert list(listed) == [*labels, "what the numbers mean"]
    assert len(set(listed.values())) == len(listed)
    assert [listed[name] for name in ("Overview", "Emails", "Subscribers")] == ["o", "e", "s"]
    page.keyboard.press("Escape")
    expect(page.locator("dialog.shortcuts")).to_be_hidden()
    for label in [*labels[1:], labels[0]]:
        page.keyboard.press("g")
        page.keyboard.press(listed[label])
        expect(page.locator(".top [aria-current=page]")).to_have_text(label)
    opened.assert_no_complaint()


def test_t_turns_the_theme_and_g_t_does_not(visit: Open) -> None:
    page = visit("one").open("index.html")
    page.keyboard.press("t")
    assert page.evaluate(THEME) == "dark"
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/timing.html")
    assert page.evaluate(THEME) == "dark"


def test_a_letter_that_is_no_page_ends_the_going(visit: Open) -> None:
    page = visit("one").open("index.html")
    page.keyboard.press("g")
    page.keyboard.press("z")
    page.keyboard.press("t")
    assert page.evaluate(THEME) == "dark"
    assert page.url.endswith("index.html")


def test_nothing_happens_while_typing(visit: Open) -> None:
    opened = visit("full")
    page = opened.open("subscribers.html")
    field = page.locator("form.tools [name=q]")
    field.click()
    page.keyboard.type("t/?ge")
    expect(field).to_have_value("t/?ge")
    assert page.evaluate(THEME) == ""
    page.get_by_label("Filter by tag").focus()
    page.keyboard.press("t")
    assert page.evaluate(THEME) == ""
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("t?ge")
    expect(page.get_by_role("combobox", name="Search")).to_have_value("t?ge")
    assert page.evaluate(THEME) == ""
    assert page.locator("dialog.shortcuts").count() == 0
    assert "subscribers.html" in page.url


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta"])
def test_nothing_happens_with_modifier_keys(visit: Open, modifier: str) -> None:
    page = visit("one").open("index.html")
    for key in ("t", "/", "?"):
        page.evaluate(
            """([key, modifier]) => document.body.dispatchEvent(new KeyboardEvent("keydown", {
                key, bubbles: true, cancelable: true,
                ctrlKey: modifier === "Control", altKey: modifier === "Alt", metaKey: modifier === "Meta",
            }))""",
            [key, modifier],
        )
    assert page.evaluate(THEME) == ""
    assert page.locator("dialog").count() == 0


def test_they_can_be_turned_off_for_good(visit: Open) -> None:
    page = visit("one").open("index.html")
    button = page.get_by_role("button", name="Keyboard shortcuts")
    button.click()
    page.get_by_label("Single keys are shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.goto(page.url.replace("index.html", "emails.html"))
    page.keyboard.press("t")
    page.keyboard.press("/")
    assert page.evaluate(THEME) == ""
    assert page.locator("dialog").count() == 0
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Single keys are shortcuts").check()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.shortcuts")).to_be_hidden()
    page.keyboard.press("t")
    assert page.evaluate(THEME) == "dark"


def test_on_a_phone_this_pages_entry_is_in_sight(visit: Open) -> None:
    opened = visit("one", width=390)
    for path in ("index.html", "links.html", "status.html"):
        page = opened.open(path)
        box = page.locator(".top [aria-current=page]").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert page.evaluate("scrollY") == 0
