"""How fresh the report is: a script reads it from data/status.json, for no page knows when it will be read."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
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
    expect(page.locator(".notice")).to_contain_text("ended well was 5 days ago")
    expect(page.locator(".notice code")).to_have_text("rapport sync")
    opened.assert_no_complaint()


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
