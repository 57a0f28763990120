"""A real Chromium against the real server. Without one the tests are skipped, unless RAPPORT_REQUIRE_BROWSER is 1."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from report_builder.job import build_report
from report_site.server import make_server
from shared.bucket.folder import FolderBucket
from tests.report_builder import stores
from tests.report_site.sites import open_site

REQUIRED = os.environ.get("RAPPORT_REQUIRE_BROWSER") == "1"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
MAKERS: dict[str, Callable[[Path], Path]] = {
    "full": stores.full_store,
    "german": stores.full_store,
    "one": stores.one_subscriber_store,
    "untracked": stores.untracked_store,
    "hostile": stores.hostile_store,
}
SEGMENTS = """
[[segment]]
name = "Clickers & co"
rule = { clicked_any_of_last = 10, subscribed = true }

[[segment]]
name = "Readers_without_a_space_in_their_name_whatever_that_is_for"
rule = { any = [{ stage = ["cooling", "dormant", "new"] }, { tag = "no-such-tag-anywhere" }] }
"""
LOCALES = {"german": '[site]\nlocale = "de-DE"\n'}
# recorded inside the page, because a blocked style or script is no error to anybody else
WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if REQUIRED:
            pytest.fail("there is no chromium, and RAPPORT_REQUIRE_BROWSER asks for one")
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Site:
    url: str
    bucket: FolderBucket

    def paths(self, prefix: str) -> list[str]:
        names = (stat.name.removeprefix("p/site/") for stat in self.bucket.list(f"p/site/{prefix}"))
        return [name for name in names if name.endswith(".html")]


@pytest.fixture(scope="session")
def site_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Site]]:
    """Builds and serves the site of a kind of store, by name; "empty" has no database."""
    sites: dict[str, Site] = {}
    servers = []

    def find(name: str) -> Site:
        if name not in sites:
            bucket = FolderBucket(tmp_path_factory.mktemp(f"site-{name}"))
            if name != "empty":
                folder = bucket.root / "p"
                folder.mkdir()
                MAKERS[name](folder / "engagement.sqlite")
                (folder / "project.toml").write_text(LOCALES.get(name, "") + SEGMENTS)
            build_report(bucket, "p", stores.NOW)
            server = make_server(open_site(bucket, "p").answer, port=0)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            servers.append(server)
            sites[name] = Site(f"http://127.0.0.1:{server.server_address[1]}/", bucket)
        return sites[name]

    yield find
    for server in servers:
        server.shutdown()
        server.server_close()


@dataclass
class Visit:
    """A page that must not complain: everything it logs, throws or asks of strangers is kept."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def note_failure(self, url: str, reason: str | None) -> None:
        """A request that the browser itself gave up, for it went on to another page, is nobody's fault."""
        if reason != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {url} ({reason})")

    def assert_no_complaint(self) -> None:
        violations = self.page.evaluate("window.violations ?? []")
        assert self.complaints + violations == []

    def assert_no_sideways_scrolling(self) -> None:
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{self.page.url} is {wider} px too wide"


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, site_of: Callable[[str], Site]) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def make(
        name: str | Site,
        *,
        width: int = 1280,
        theme: str = "light",
        scripts: bool = True,
        touch: bool = False,
    ) -> Visit:
        site = site_of(name) if isinstance(name, str) else name
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if theme == "dark" else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
            has_touch=touch,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        visit = Visit(page, site)
        page.add_init_script(WATCH_POLICY)
        page.on(
            "console", lambda m: visit.complaints.append(m.text) if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))

        def judge(url: str) -> None:
            if not url.startswith((site.url, "blob:", "about:")):
                visit.complaints.append(f"request to {url}")

        page.on("request", lambda request: judge(request.url))
        page.on("requestfailed", lambda request: visit.note_failure(request.url, request.failure))
        return visit

    yield make
    for context in contexts:
        context.close()
