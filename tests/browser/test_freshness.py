"""How fresh the report is: a script reads it from data/status.json, for no page knows when it will be read."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from report_builder.job import build_report
from tests.browser.conftest import Open, Site
from tests.report_builder.stores import NOW

pytestmark = pytest.mark.browser


def test_the_age_is_that_of_the_moment_of_reading(visit: Open) -> None:
    opened = visit("one")
    opened.page.clock.set_fixed_time(NOW + timedelta(hours=3))
    page = opened.open("index.html")
    expect(page.locator("[data-status] time")).to_have_text("3 h ago")
    expect(page.locator(".notice")).to_have_count(0)
    opened.page.clock.set_fixed_time(NOW + timedelta(days=5))
    page = opened.open("emails.html")
    expect(page.locator(".notice")).to_have_text("No sync for more than 24 hours. What to do")
    expect(page.locator("[data-status] time")).to_have_text("5 d ago")
    page.locator(".notice a").click()
    expect(page.locator("#alerts p").last).to_contain_text("Run rapport sync and rapport report")
    opened.assert_no_complaint()


@pytest.mark.parametrize("path", ["index.html", "status.html", "emails.html"])
def test_a_page_that_lies_open_turns_to_an_alert_by_itself(visit: Open, path: str) -> None:
    opened = visit("one")
    opened.page.clock.install(time=NOW + timedelta(hours=23))
    page = opened.open(path)
    expect(page.locator("[data-status] time")).to_have_text("23 h ago")
    expect(page.locator(".alert")).to_have_count(0)
    opened.page.clock.fast_forward(3_600_000)
    expect(page.locator(".alert")).to_have_count(1)
    opened.page.clock.fast_forward(3_600_000)
    expect(page.locator(".alert")).to_have_count(1)
    expect(page.locator(".alert")).to_be_visible()
    opened.assert_no_complaint()


def test_without_scripts_the_status_page_says_how_old_it_may_be(visit: Open) -> None:
    page = visit("one", scripts=False).open("status.html")
    expect(page.locator("noscript p")).to_contain_text(
        "The last data came on 18 Nov 2026, 19:20, and a sync is expected every 24 hours: if none ran since, run"
    )
    expect(page.locator("#alerts")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_alerts_are_on_top_of_the_status_page_and_one_line_of_the_overview(
    visit: Open, site_of: Callable[[str], Site], width: int, theme: str
) -> None:
    bucket = site_of("one").bucket
    run = {
        "command": "sync",
        "outcome": "failed",
        "finished_at": (NOW + timedelta(hours=30)).isoformat(),
        "problems": ["Buttondown does not accept the API key (<b>no</b> reason given)."],
    }
    bucket.write("p/last_run.json", json.dumps(run).encode())
    try:
        assert build_report(bucket, "p", NOW + timedelta(hours=31)).published.written == 1
        opened = visit("one", width=width, theme=theme)
        opened.page.clock.set_fixed_time(NOW + timedelta(hours=31))
        page = opened.open("status.html")
        alerts = page.locator("#alerts .alert")
        expect(alerts).to_have_count(2)
        expect(alerts.first.locator("h2")).to_have_text("The last sync failed")
        expect(alerts.first).to_contain_text("It ended on 20 Nov 2026, 01:30. Buttondown does not accept")
        expect(alerts.first.locator("code")).to_have_text(["rapport sync", "rapport doctor"])
        expect(alerts.first).to_contain_text("(<b>no</b> reason given)")
        expect(alerts.last).to_contain_text("known to have ended well did so on 18 Nov 2026, 19:20")
        above, below = alerts.first.bounding_box(), page.locator(".tiles").bounding_box()
        assert above
        assert below
        assert above["y"] < below["y"]
        opened.assert_no_sideways_scrolling()
        assert not (found := Axe().run(page).response["violations"]), [
            (v["id"], v["nodes"][0]["html"]) for v in found
        ]
        page = opened.open("index.html")
        expect(page.locator(".alert")).to_have_count(1)
        expect(page.locator(".alert strong")).to_have_text(
            "The last sync failed. No sync for more than 24 hours."
        )
        opened.assert_no_sideways_scrolling()
        page.locator(".alert a").click()
        expect(page).to_have_url(opened.site.url + "status.html#alerts")
        page = opened.open("emails.html")
        expect(page.locator(".alert")).to_contain_text("No sync for more than 24 hours")
        opened.assert_no_complaint()
    finally:
        bucket.delete("p/last_run.json")
        build_report(bucket, "p", NOW)


def test_without_scripts_the_dates_stay(visit: Open) -> None:
    page = visit("one", scripts=False).open("index.html")
    expect(page.locator("footer")).to_contain_text(
        "Newest event here: 17 Nov 2026, 19:31 · all times in Europe/Berlin"
    )


def test_a_failed_run_is_on_the_status_page(visit: Open, site_of: Callable[[str], Site]) -> None:
    bucket = site_of("hostile").bucket
    started = (NOW - timedelta(minutes=5)).isoformat()
    run = {"outcome": "failed", "started_at": started, "problems": ["no <b>way</b>"]}
    bucket.write("p/last_run.json", json.dumps(run).encode())
    try:
        assert build_report(bucket, "p", NOW).published.written == 1
        opened = visit("hostile")
        opened.page.clock.set_fixed_time(NOW)
        page = opened.open("status.html")
        expect(page.locator('[data-slot="last-run"]')).to_have_text("last run: failed, 5 min ago")
        expect(page.locator(".problems li")).to_have_text("no <b>way</b>")
        opened.assert_no_complaint()
    finally:
        bucket.delete("p/last_run.json")
