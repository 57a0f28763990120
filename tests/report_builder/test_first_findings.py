"""What a first report says at once: for a week after the first sync, each line with a page behind it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from report_builder.build import build
from report_builder.views.first_findings import is_first_week
from report_builder.warehouse import open_warehouse
from report_builder.wording import listed
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store

Sites = Callable[[str], dict[str, bytes]]


def found(site: dict[str, bytes], page: str = "index.html") -> list[tuple[str, str]]:
    """Each sentence with the page it leads to."""
    card = site[page].decode().partition('id="findings"')[2].partition("</ul>")[0]
    return re.findall(r'<li><p><span dir="auto">(.*?)</span> <a href="([^"]+)"', card)


def test_the_first_week_ends() -> None:
    assert is_first_week(NOW_MS, NOW_MS)
    assert is_first_week(NOW_MS - 7 * DAY + 1, NOW_MS)
    assert not is_first_week(NOW_MS - 7 * DAY, NOW_MS)
    assert not is_first_week(None, NOW_MS)


def test_lists_are_read_as_a_person_says_them() -> None:
    assert [listed(names) for names in (["A"], ["A", "B"], ["A", "B", "C"])] == ["A", "A and B", "A, B and C"]


def test_a_first_report_says_it_all_and_every_line_leads_somewhere(site_of: Sites) -> None:
    site = site_of("demo")
    said = {href: text for text, href in found(site)}
    assert "highest engagement scores" in said["subscribers.html"]
    assert "of all opens and" in said["status.html"]
    assert "in the last 52 weeks" in said["links.html"]
    assert "fading" in said["engagement.html"]
    assert "not tracked" in said["emails.html"]
    assert set(said) <= set(site)
    assert found(site, "overview-all.html") == found(site)


@pytest.mark.parametrize("name", ["empty", "one", "untracked"])
def test_what_cannot_be_said_is_left_out(site_of: Sites, name: str) -> None:
    said = {href for _, href in found(site_of(name))}
    assert said == {"empty": set(), "one": {"links.html"}, "untracked": {"emails.html"}}[name]


@pytest.mark.parametrize(("days", "is_said"), [(6, True), (8, False)])
def test_after_a_week_it_goes(tmp_path: Path, days: int, is_said: bool) -> None:
    store = Store(tmp_path / "s.sqlite")
    person, sent = store.subscriber(), NOW_MS - 9 * DAY
    email = store.email("One", sent, tracking_at_send=1)
    store.event("subscriber.delivered", sent, person, email)
    store.event("subscriber.clicked", sent + 60_000, person, email, store.link("https://example.com/a"))
    store.run(NOW_MS - days * DAY)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        assert bool(found(build(warehouse, NOW))) == is_said


def test_the_best_email_is_named_once_enough_people_got_one(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    sent = NOW_MS - 9 * DAY
    email, link = store.email("A <b> & C", sent, tracking_at_send=1), store.link("https://example.com/a")
    for number in range(220):
        person = store.subscriber(created_ms=NOW_MS - 300 * DAY)
        store.event("subscriber.delivered", sent, person, email)
        if number < 55:
            store.event("subscriber.clicked", sent + 60_000 * (number + 20), person, email, link)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
    ((text, href),) = [each for each in found(site) if each[1].startswith("emails/")]
    assert text == "Your best email lately: “A &lt;b&gt; &amp; C”, with a human click rate of 25.0%."
    assert href in site
