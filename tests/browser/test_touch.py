"""Charts under a finger: sideways marks a part, up and down scrolls the page, a tap says what is there."""

from collections.abc import Iterable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_zoom import WHOLE, area, plot_of, window

pytestmark = pytest.mark.browser


def touch(page: Page, *path: Iterable[tuple[float, float]]) -> None:
    """What the browser makes of fingers on the glass; each step of the path holds the place of every finger."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, points: Iterable[tuple[float, float]]) -> None:
        fingers = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    first, *moves = path
    send("touchStart", first)
    for step in moves:
        send("touchMove", step)
    send("touchEnd", [])
    session.detach()


def test_a_finger_moved_sideways_shows_a_part_and_the_button_all(visit: Open) -> None:
    opened = visit("full", width=390, touch=True)
    page = opened.open("index.html")
    figure, plot = plot_of(page)
    box = area(plot)
    y = box["y"] + 80
    places = [
        (box["x"] + box["width"] * share, y + i) for i, share in enumerate((0.3, 0.35, 0.45, 0.55, 0.6))
    ]
    touch(page, *([place] for place in places))
    assert window(figure) == pytest.approx((30, 60), abs=1.5)
    expect(figure.locator(".brush")).to_be_hidden()
    page.wait_for_timeout(600)  # a tap at once is, to the browser, what stops the finger's throw
    figure.get_by_role("button", name="Reset zoom").tap()
    expect(figure.locator(".lines")).to_have_attribute("viewBox", WHOLE)
    opened.assert_no_sideways_scrolling()
    opened.assert_no_complaint()


def test_a_finger_moved_upwards_scrolls_the_page(visit: Open) -> None:
    page = visit("full", width=390, touch=True).open("index.html")
    figure, plot = plot_of(page)
    before = page.evaluate("scrollY")
    box = area(plot)
    x, y = box["x"] + 150, box["y"] + 150
    touch(page, *([(x + step, y - 25 * step)] for step in range(6)))
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") > before + 40
    expect(figure.locator(".lines")).to_have_attribute("viewBox", WHOLE)
    expect(figure.locator(".brush")).to_be_hidden()
    expect(figure.locator(".tip")).to_be_hidden()


def test_a_tap_says_what_is_there_until_another_place_is_tapped(visit: Open) -> None:
    page = visit("full", width=390, touch=True).open("index.html")
    figure, plot = plot_of(page)
    box = area(plot)
    page.touchscreen.tap(box["x"] + box["width"] - 1, box["y"] + 80)
    expect(figure.locator(".tip b")).to_have_text("Wed, 18 Nov 2026")
    expect(figure.locator(".tip")).to_be_visible()
    expect(figure.locator(".lines")).to_have_attribute("viewBox", WHOLE)
    page.get_by_role("heading", level=1).tap()
    expect(figure.locator(".tip")).to_be_hidden()


def test_two_fingers_mark_nothing(visit: Open) -> None:
    page = visit("full", width=390, touch=True).open("index.html")
    figure, plot = plot_of(page)
    box = area(plot)
    y = box["y"] + 80
    steps = [[(box["x"] + 150 - 15 * i, y), (box["x"] + 200 + 15 * i, y)] for i in range(6)]
    touch(page, *steps)
    expect(figure.locator(".lines")).to_have_attribute("viewBox", WHOLE)
    expect(figure.locator(".brush")).to_be_hidden()
