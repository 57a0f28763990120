"""What a designer would see, as far as it can be measured: fills apart, labels beside lines, heads that wrap."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

# What a fill comes out as: a canvas turns any notation of a colour into bytes.
PAINTED = """nodes => nodes.map(node => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = getComputedStyle(node).fill;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
})"""


def lightness(colour: list[int]) -> float:
    """Relative luminance, after WCAG."""
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_neighbours_in_a_stack_differ_in_lightness(visit: Open, theme: str) -> None:
    page = visit("full", theme=theme).open("engagement.html")
    stages = ["champion", "active", "cooling", "dormant", "new"]
    for names in (stages, stages[1:], [f"star{n}" for n in (5, 4, 3, 2, 1)]):
        page.evaluate(
            """names => {
              document.getElementById("probe")?.remove();
              const layers = names.map(name => svg("path", { class: `layer ${name}` }));
              document.querySelector("main").append(svg("svg", { id: "probe" }, ...layers));
            }""",
            names,
        )
        fills = page.locator("#probe path").evaluate_all(PAINTED)
        for (one, a), (other, b) in pairwise(zip(names, map(lightness, fills), strict=True)):
            contrast = (max(a, b) + 0.05) / (min(a, b) + 0.05)
            assert contrast >= 1.5, f"{one} beside {other}: {contrast:.2f}"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["index.html", "growth.html", "timing.html"])
def test_the_scale_is_written_beside_the_plot(visit: Open, width: int, path: str) -> None:
    opened = visit("full", width=width)
    page = opened.open(path)
    found = page.locator("svg.plot.scaled").evaluate_all(
        """plots => plots.filter(plot => plot.checkVisibility()).map(plot => {
          const [left, card] = [plot, plot.closest(".card")].map(node => node.getBoundingClientRect().left);
          const boxes = [...plot.querySelectorAll("text.y")].map(text => text.getBoundingClientRect());
          return boxes.map(box => [box.left - card, left - box.right]);
        })"""
    )
    assert found
    for labels in found:
        assert len(labels) > 1
        for outer, inner in labels:
            assert outer >= 0, "a label is outside its card"
            assert inner >= 2, "a label lies on the lines"
    opened.assert_no_sideways_scrolling()


def heads(page: Page) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.locator(".card > header:has(.aside):not(:has(.pick))").evaluate_all(
        """heads => heads.map(head => {
          const [title, note] = ["h2", ".aside"].map(name => head.querySelector(name).getBoundingClientRect());
          const line = parseFloat(getComputedStyle(head.querySelector("h2")).lineHeight);
          return { lines: title.height / line, below: note.top - title.bottom, indent: note.left - title.left };
        })"""
    )
    return found


def test_on_a_phone_a_long_note_goes_below_its_head(visit: Open) -> None:
    for path in ("index.html", "deliverability.html", "links.html", "growth.html"):
        for head in heads(visit("full", width=390).open(path)):
            assert head["lines"] < 1.6, f"{path}: a head is squeezed"
            if head["below"] >= -1:
                assert head["indent"] == pytest.approx(0, abs=1), (
                    f"{path}: a note below its head stands apart"
                )


def test_the_tip_stays_within_its_card(visit: Open) -> None:
    page = visit("full", width=390).open("index.html")
    plot = page.locator(".view-step .plot")
    plot.focus()
    for key in ("Home", "End"):
        page.keyboard.press(key)
        tip, card = page.locator(".view-step .tip").bounding_box(), page.locator(".card.views").bounding_box()
        assert tip is not None
        assert card is not None
        assert card["x"] <= tip["x"]
        assert tip["x"] + tip["width"] <= card["x"] + card["width"]


def test_a_long_subject_takes_a_second_line_before_it_is_cut(visit: Open) -> None:
    page = visit("hostile", width=390).open("emails.html")
    link = page.locator(".emails tbody th a", has_text="A very long subject").first
    box = link.evaluate(
        "node => [node.getBoundingClientRect().height, parseFloat(getComputedStyle(node).lineHeight)]"
    )
    assert round(box[0] / box[1]) == 2
    expect(link).to_be_visible()
    assert re.search("without an end", link.inner_text())
