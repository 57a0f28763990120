"""Every kind of page, on a desktop and a phone, light and dark: whole, quiet, accessible, and strict."""

from collections.abc import Callable
from functools import cache

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Open, Site

pytestmark = pytest.mark.browser

LOOKS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
PLAIN = [
    "index.html",
    "emails.html",
    "subscribers.html",
    "engagement.html",
    "timing.html",
    "segments.html",
    "profile.html",
    "links.html",
    "deliverability.html",
    "growth.html",
    "status.html",
    "definitions.html",
    "subscriber.html",
]


@cache
def axe() -> Axe:
    return Axe()


def kinds_of(site: Site) -> list[str]:
    """One page of each kind; people and emails where there are any, and somebody without a page of their own."""
    return [*PLAIN, *site.paths("emails/")[:1], *site.paths("subscribers/")[:1]]


def look(visit: Open, name: str, width: int, theme: str, paths: list[str]) -> None:
    opened = visit(name, width=width, theme=theme)
    for path in paths:
        page = opened.open(path)
        if path == "subscribers.html":
            page.wait_for_load_state("networkidle")  # then the rows are the script's
        opened.assert_no_sideways_scrolling()
        found = axe().run(page).response["violations"]
        assert [(path, rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found] == []
        opened.assert_no_complaint()


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_full_site(visit: Open, site_of: Callable[[str], Site], width: int, theme: str) -> None:
    look(visit, "full", width, theme, [*kinds_of(site_of("full")), "overview-52.html"])


@pytest.mark.parametrize(
    ("name", "width", "theme"),
    [
        ("empty", 390, "dark"),
        ("one", 1280, "light"),
        ("untracked", 390, "light"),
        ("hostile", 1280, "dark"),
        ("hostile", 390, "light"),
    ],
)
def test_special_sites(
    visit: Open, site_of: Callable[[str], Site], name: str, width: int, theme: str
) -> None:
    look(visit, name, width, theme, kinds_of(site_of(name)))


@pytest.mark.parametrize("width", [320, 620, 800, 1020])
def test_widths_between_do_not_scroll_sideways(
    visit: Open, site_of: Callable[[str], Site], width: int
) -> None:
    for name in ("full", "hostile"):
        opened = visit(name, width=width)
        for path in kinds_of(site_of(name)):
            opened.open(path)
            opened.assert_no_sideways_scrolling()


@pytest.mark.parametrize("name", ["full", "empty", "one", "untracked", "hostile"])
def test_html_is_strict(site_of: Callable[[str], Site], name: str) -> None:
    site = site_of(name)
    for path in [*kinds_of(site), "overview-all.html"]:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(site.bucket.read(f"p/site/{path}")[0])
        assert [(position, code) for position, code, _ in parser.errors] == [], path


def test_every_link_of_the_site_resolves(visit: Open) -> None:
    opened = visit("full")
    seen, waiting = set(), ["index.html"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = opened.page.request.get(opened.site.url + path)
        assert answer.status == 200, path
        if path.endswith(".html") and (path in PLAIN or len(seen) < 20):
            opened.open(path)
            links = opened.page.eval_on_selector_all(
                "a[href]", "all => all.map(a => a.href.split('#')[0].split('?')[0])"
            )
            waiting += [
                link.removeprefix(opened.site.url) for link in links if link.startswith(opened.site.url)
            ]
    assert len(seen) > 100


def test_overview_has_few_elements(visit: Open) -> None:
    page = visit("full").open("index.html")
    assert page.evaluate("document.querySelectorAll('*').length") < 1500


def test_without_scripts_everything_is_there_to_read(visit: Open, site_of: Callable[[str], Site]) -> None:
    opened = visit("full", scripts=False)
    page = opened.open("index.html")
    assert page.locator(".theme").is_hidden()
    assert page.locator("svg.plot").first.is_visible()
    page.locator("label", has_text="per email").click()
    assert page.locator(".view-email svg.plot").is_visible()
    assert page.locator(".view-step").is_hidden()
    page.locator(".view-email summary").click()
    assert page.locator(".view-email tbody tr").first.is_visible()
    page.locator(".choice a", has_text="52 weeks").click()
    assert "52 weeks" in page.locator(".answer").inner_text()
    page = opened.open("subscribers.html")
    assert page.locator("tbody tr").count() == 50
    assert page.locator(".tools").is_hidden()
    assert page.locator("noscript p").is_visible()
    page.locator("tbody a").first.click()
    assert page.locator(".timeline tbody tr").count() > 3
    page = opened.open("subscriber.html")
    assert page.locator("noscript p").is_visible()


def test_print_leaves_out_what_cannot_be_pressed(visit: Open) -> None:
    page = visit("full").open("index.html")
    page.emulate_media(media="print")
    assert page.locator(".choice").is_hidden()
    assert page.locator(".theme").is_hidden()
    assert page.locator("svg.plot").first.is_visible()
