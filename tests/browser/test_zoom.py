"""Zooming a chart: by dragging, by keys; the cursor stays with its point, and everything can be undone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

WHOLE = "0 0 1000 1000"
STEPS = 90  # from the first of 13 weeks of days to the last


def plot_of(page: Page) -> tuple[Locator, Locator]:
    figure = page.locator(".view-step figure.chart")
    figure.scroll_into_view_if_needed()
    return figure, figure.locator(".plot")


def area(plot: Locator) -> FloatRect:
    box = plot.bounding_box()
    assert box is not None
    return box


def drag(page: Page, plot: Locator, start: float, end: float) -> None:
    box = area(plot)
    page.mouse.move(box["x"] + box["width"] * start, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, box["y"] + 70, steps=3)
    page.mouse.up()


def window(figure: Locator) -> tuple[float, float]:
    """The part of the path that is shown, in per cent."""
    x, _, width, _ = map(float, (figure.locator(".lines").get_attribute("viewBox") or "").split())
    return x / 10, (x + width) / 10


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dragging_shows_a_part_and_the_path_stays(visit: Open, theme: str) -> None:
    opened = visit("full", theme=theme)
    page = opened.open("index.html")
    figure, plot = plot_of(page)
    path = figure.locator(".lines path.line").first.get_attribute("d")
    drag(page, plot, 0.3, 0.6)
    assert window(figure) == pytest.approx((30, 60), abs=1.2)
    assert figure.locator(".lines path.line").first.get_attribute("d") == path
    sends = figure.locator(".sends").get_attribute("viewBox") or ""
    assert [float(n) / 10 for n in sends.split()[0:3:2]] == pytest.approx((30, 30), abs=1.2)
    first = round(window(figure)[0] / 100 * STEPS)
    heads = figure.locator(".twin tbody th")
    label = heads.nth(first).text_content() or ""
    expect(figure.locator(".zoom [role=status]")).to_contain_text(label.split("✉")[0].strip())
    opened.assert_no_sideways_scrolling()
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found] == []
    figure.get_by_role("button", name="Reset zoom").click()
    expect(figure.locator(".lines")).to_have_attribute("viewBox", WHOLE)
    expect(figure.locator(".zoom")).to_be_hidden()
    expect(plot).to_be_focused()
    opened.assert_no_complaint()


def test_labels_outside_are_hidden_and_those_inside_move_with_their_day(visit: Open) -> None:
    page = visit("full").open("index.html")
    figure, plot = plot_of(page)
    labels = figure.locator(".x text")
    before = {text: label.get_attribute("x") for label in labels.all() if (text := label.text_content())}
    drag(page, plot, 0.4, 0.8)
    low, high = window(figure)
    for label in labels.all():
        at = float((before[label.text_content() or ""] or "").rstrip("%"))
        now = float((label.get_attribute("x") or "").rstrip("%"))
        assert now == pytest.approx((at - low) / (high - low) * 100, abs=0.2)
        assert label.is_visible() == (3 <= now <= 97)
    assert labels.filter(visible=True).count() > 0
    plot.dblclick(position={"x": 200, "y": 60})
    expect(labels.filter(visible=True)).to_have_count(len(before))
    assert {label.text_content(): label.get_attribute("x") for label in labels.all()} == before


def test_notes_move_with_their_day(visit: Open) -> None:
    page = visit("full").open("overview-all.html")
    figure, plot = plot_of(page)
    noted, number = figure.locator("svg.noted"), figure.locator("text.noted").first
    at = float((number.get_attribute("x") or "").rstrip("%"))
    plot.focus()
    page.keyboard.press("Home" if at < 50 else "End")
    page.keyboard.press("+")
    assert noted.get_attribute("viewBox") == figure.locator(".lines").get_attribute("viewBox")
    low, high = window(figure)
    now = float((number.get_attribute("x") or "").rstrip("%"))
    assert now == pytest.approx((at - low) / (high - low) * 100, abs=0.2)
    assert number.is_visible() == (0 <= now <= 100)
    page.keyboard.press("Escape")
    expect(noted).to_have_attribute("viewBox", WHOLE)
    assert float((number.get_attribute("x") or "").rstrip("%")) == at


def test_the_cursor_stays_with_its_point(visit: Open) -> None:
    page = visit("full").open("index.html")
    figure, plot = plot_of(page)
    drag(page, plot, 0.25, 0.5)
    low, high = window(figure)
    rows, tip = figure.locator(".twin tbody tr"), figure.locator(".tip")
    box = area(plot)
    for share in (0.02, 0.35, 0.7, 0.99):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + 60)
        index = round((low + share * (high - low)) / 100 * STEPS)
        expect(tip.locator("dd").first).to_have_text(
            rows.nth(index).locator("td").first.text_content() or "?"
        )
        label = (rows.nth(index).locator("th").text_content() or "").split("✉")[0].strip()
        expect(tip.locator("b")).to_have_text(label)
        at = (index / STEPS * 100 - low) / (high - low) * box["width"]
        line = figure.locator(".cursor").bounding_box()
        assert line is not None
        assert line["x"] - box["x"] == pytest.approx(at, abs=1)


def test_keys_zoom_and_the_cursor_takes_the_part_along(visit: Open) -> None:
    opened = visit("full")
    page = opened.open("index.html")
    figure, plot = plot_of(page)
    plot.focus()
    page.keyboard.press("+")
    low, high = window(figure)
    assert high - low == pytest.approx(50, abs=2)
    page.keyboard.press("End")
    expect(figure.locator(".tip b")).to_have_text("Wed, 18 Nov 2026")
    assert window(figure)[1] == 100
    page.keyboard.press("+")
    page.keyboard.press("Home")
    assert window(figure)[0] == 0
    for _ in range(8):
        page.keyboard.press("+")
    low, high = window(figure)
    assert high - low == pytest.approx(2 / STEPS * 100, abs=0.02)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert window(figure)[1] == pytest.approx(3 / STEPS * 100, abs=0.02)
    expect(figure.locator(".tip b")).to_have_text(
        (figure.locator(".twin th[scope=row]").nth(3).text_content() or "").split("✉")[0].strip()
    )
    for _ in range(8):
        page.keyboard.press("-")
    expect(figure.locator(".lines")).to_have_attribute("viewBox", WHOLE)
    expect(figure.locator(".zoom")).to_be_hidden()
    page.keyboard.press("+")
    page.keyboard.press("Escape")
    expect(figure.locator(".lines")).to_have_attribute("viewBox", WHOLE)
    expect(figure.locator(".tip")).to_be_hidden()
    opened.assert_no_complaint()


def test_a_press_that_trembles_and_a_drag_that_is_given_up_change_nothing(visit: Open) -> None:
    page = visit("full").open("index.html")
    figure, plot = plot_of(page)
    drag(page, plot, 0.5, 0.505)
    expect(figure.locator(".lines")).to_have_attribute("viewBox", WHOLE)
    box = area(plot)
    page.mouse.move(box["x"] + 100, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 60, steps=3)
    expect(figure.locator(".brush")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(figure.locator(".brush")).to_be_hidden()
    expect(figure.locator(".lines")).to_have_attribute("viewBox", WHOLE)


def test_every_chart_can_be_zoomed_whatever_its_points(visit: Open) -> None:
    for name, paths in (
        ("full", ["overview-52.html", "engagement.html", "deliverability.html", "timing.html"]),
        ("one", ["index.html", "timing.html"]),
        ("hostile", ["index.html", "timing.html", "deliverability.html"]),
    ):
        opened = visit(name)
        for path in paths:
            page = opened.open(path)
            for figure in page.locator("figure.chart[data-chart]").filter(visible=True).all():
                figure.locator(".plot").focus()
                for key in ("+", "ArrowRight", "+", "End", "-", "Home", "Escape"):
                    page.keyboard.press(key)
                    assert "NaN" not in figure.locator(".plot").inner_html()
                expect(figure.locator(".zoom")).to_be_hidden()
        opened.assert_no_complaint()
