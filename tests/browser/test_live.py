"""What only a served report can do: start a sync for its owner, and come again by itself when it is built again."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.sync_api import expect

from demo import make_newsletter, serve
from report_builder.job import build_report
from report_site.exchange import Answer, Request
from report_site.gates import OpenGate, Visitor
from report_site.local import local_site
from report_site.local_sync import LocalSync
from report_site.sync_control import Started
from shared.bucket.folder import FolderBucket
from tests.browser.conftest import Open, Site
from tests.report_builder import stores
from tests.report_site.sites import Idle, open_site, quiet_log, serving

pytestmark = pytest.mark.browser

NOTE = '[[note]]\non = 2026-10-01\ntext = "Something new"\n'


class Viewer:
    def admit(self, request: Request) -> Visitor | Answer:
        return Visitor("viewer@example.com", "viewer")


@pytest.fixture
def bucket(tmp_path: Path) -> FolderBucket:
    bucket = FolderBucket(tmp_path)
    (tmp_path / "p").mkdir()
    stores.one_subscriber_store(tmp_path / "p" / "engagement.sqlite")
    build_report(bucket, "p", stores.NOW)
    return bucket


@pytest.fixture
def live(bucket: FolderBucket) -> Iterator[Site]:
    """As `rapport serve` shows it."""
    with serving(local_site(bucket, "p", OpenGate(), Idle(), quiet_log()).answer) as port:
        yield Site(f"http://127.0.0.1:{port}/", bucket)


@pytest.mark.parametrize("path", ["index.html", "emails"])
def test_an_open_page_comes_again_when_the_report_is_built_again(live: Site, visit: Open, path: str) -> None:
    opened = visit(live)
    page = opened.page
    with page.expect_response("**/live/version"):
        opened.open(path)
    page.evaluate("window.isTheOld = true")
    live.bucket.write("p/project.toml", NOTE.encode())
    assert build_report(live.bucket, "p", stores.NOW).published.written > 0
    with page.expect_navigation(url=f"{live.url}{path}"):
        pass
    assert page.evaluate("window.isTheOld") is None
    opened.assert_no_complaint()


def test_the_first_report_comes_by_itself(tmp_path: Path, visit: Open) -> None:
    bucket = FolderBucket(tmp_path)
    with serving(local_site(bucket, "p", OpenGate(), Idle(), quiet_log()).answer) as port:
        opened = visit(Site(f"http://127.0.0.1:{port}/", bucket))
        with opened.page.expect_response("**/live/version"):
            page = opened.open("")
        expect(page.locator("h1")).to_have_text("There is no report yet")
        build_report(bucket, "p", stores.NOW)
        expect(page.locator("header.top")).to_be_visible(timeout=30_000)


def test_a_page_of_the_published_site_watches_nothing(bucket: FolderBucket, visit: Open) -> None:
    with serving(open_site(bucket, "p").answer) as port:
        opened = visit(Site(f"http://127.0.0.1:{port}/", bucket))
        page = opened.open("index.html")
        assert page.locator('script[src*="live"]').count() == 0
        assert page.request.get(f"http://127.0.0.1:{port}/live/version").status == 404


def test_an_owner_starts_a_sync_and_sees_its_report(tmp_path: Path, visit: Open) -> None:
    until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
    newsletter = make_newsletter(until=until, subscribers=20, emails=3)
    bucket = FolderBucket(tmp_path)
    build_report(bucket, "default", stores.NOW)
    with serve(newsletter, key="k") as api:
        environ = os.environ | {
            "RAPPORT_BUCKET": str(tmp_path), "BUTTONDOWN_API_KEY": "k", "BUTTONDOWN_API_URL": api.url,
        }  # fmt: skip
        starter = LocalSync(lambda problem: None, environ=environ)
        site = local_site(bucket, "default", OpenGate(), starter, quiet_log())
        with serving(site.answer) as port:
            opened = visit(Site(f"http://127.0.0.1:{port}/", bucket))
            page = opened.open("status.html")
            expect(page.locator('[data-slot="last-run"]')).to_be_empty()
            with page.expect_response("**/api/sync/events") as started:
                page.get_by_role("button", name="Sync now").click()
            assert started.value.status == 202
            expect(page.locator('[data-slot="last-run"]')).to_contain_text("last run: done", timeout=60_000)
            expect(page.get_by_role("button", name="Sync now")).to_be_enabled(timeout=60_000)
            opened.assert_no_complaint()
            opened.assert_no_sideways_scrolling()


def test_a_viewer_and_a_reader_without_scripts_have_no_button(bucket: FolderBucket, visit: Open) -> None:
    with serving(open_site(bucket, "p", gate=Viewer()).answer) as port:
        opened = visit(Site(f"http://127.0.0.1:{port}/", bucket))
        with opened.page.expect_response("**/whoami"):
            page = opened.open("status.html")
        expect(page.locator("button.sync")).to_be_hidden()
        opened.assert_no_complaint()
        bare = visit(Site(f"http://127.0.0.1:{port}/", bucket), scripts=False)
        expect(bare.open("status.html").locator("button.sync")).to_be_hidden()


def test_what_stands_in_the_way_is_said(bucket: FolderBucket, visit: Open) -> None:
    class Refusing(Idle):
        def start(self) -> Started:
            return Started(HTTPStatus.TOO_MANY_REQUESTS, "Google takes no more starts just now.")

    with serving(open_site(bucket, "p", starter=Refusing()).answer) as port:
        opened = visit(Site(f"http://127.0.0.1:{port}/", bucket))
        page = opened.open("status.html")
        page.get_by_role("button", name="Sync now").click()
        expect(page.get_by_role("status")).to_have_text("Google takes no more starts just now.")
        expect(page.get_by_role("button", name="Sync now")).to_be_enabled()
