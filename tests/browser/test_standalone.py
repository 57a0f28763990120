"""Pages as files, opened from a disk: no request, no complaint, accessible, and a clean print."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Request

from tests.browser.conftest import WATCH_POLICY, Open, Site

pytestmark = pytest.mark.browser

FILES = ["snapshots/overview.html", "snapshots/latest-email.html", "snapshots/profile.html"]


def saved(site: Site, path: str, folder: Path) -> Path:
    file = folder / Path(path).name
    file.write_bytes(site.bucket.read(f"p/site/{path}")[0])
    return file


@pytest.mark.parametrize(
    ("name", "width", "theme"),
    [
        *(("full", 1280, "light"), ("full", 390, "dark"), ("full", 320, "light")),
        *(
            ("hostile", 1280, "dark"),
            ("hostile", 320, "light"),
            ("one", 390, "light"),
            ("untracked", 320, "dark"),
        ),
    ],
)
def test_opens_from_a_disk_in_silence(
    browser: Browser, site_of: Callable[[str], Site], tmp_path: Path, name: str, width: int, theme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if theme == "dark" else "light"
    )
    page = context.new_page()
    page.add_init_script(WATCH_POLICY)
    complaints: list[str] = []
    requests: list[Request] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request))
    for path in FILES:
        file = saved(site_of(name), path, tmp_path)
        requests.clear()
        page.goto(file.as_uri())
        assert [request.url for request in requests] == [file.as_uri()]
        assert complaints + page.evaluate("window.violations") == []
        # the styles are in force
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.tiles, .card')).borderRadius") == "10px"
        )
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{path} is {wider} px too wide at {width}"
        assert page.evaluate("document.querySelectorAll('a[href], script, link').length") == 0
        if width == 1280:
            found = Axe().run(page).response["violations"]
            assert [(path, rule["id"], [n["target"] for n in rule["nodes"]][:3]) for rule in found] == []
    context.close()


@pytest.mark.parametrize(("path", "most"), list(zip(FILES, (6, 7, 4), strict=True)))
def test_prints_on_a_few_sheets(
    browser: Browser, site_of: Callable[[str], Site], tmp_path: Path, path: str, most: int
) -> None:
    page = browser.new_page()
    page.goto(saved(site_of("full"), path, tmp_path).as_uri())
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= most
    assert not re.search(rb"/S\s*/URI", printed)  # a link would be one on paper too
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    shown = "[...document.querySelectorAll('.twin')].some(each => each.checkVisibility())"
    assert page.evaluate(shown) is False
    page.close()


def test_the_profile_is_taken_home_from_its_page(visit: Open, tmp_path: Path) -> None:
    opened = visit("full")
    page = opened.open("index.html")
    page.get_by_role("link", name="a profile for sponsors").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as one file").click()
    assert download.value.suggested_filename == "profile-2026-11-18.html"
    download.value.save_as(tmp_path / "profile.html")
    body = (tmp_path / "profile.html").read_bytes()
    assert body == opened.site.bucket.read("p/site/snapshots/profile.html")[0]
    opened.assert_no_complaint()


def test_the_database_and_the_months_are_taken_home_from_the_status_page(visit: Open, tmp_path: Path) -> None:
    opened = visit("full")
    page = opened.open("status.html")
    for link, name, start in (
        ("engagement.sqlite", "engagement.sqlite", b"SQLite format 3\0"),
        ("Nov", "2026-11.parquet", b"PAR1"),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=link, exact=True).first.click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    opened.assert_no_complaint()
