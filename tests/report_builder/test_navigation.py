"""A page that has nothing to say is in no navigation, but it is there and says what it waits for."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from report_builder.build import build
from report_builder.views.site import NAVIGATION
from report_builder.warehouse import open_warehouse
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store

ALL = [kind for kind, *_ in NAVIGATION]


def entries(page: bytes) -> list[str]:
    """The kinds of page in the navigation of a page."""
    row = page.decode().partition('<nav class="main"')[2].partition("</nav>")[0]
    kinds = {href: kind for kind, _, href in NAVIGATION}
    return [kinds[href] for href in re.findall(r'<a href="([^"]+)"', row)]


def no_email(store: Store) -> None:
    store.subscriber()


def no_click(store: Store) -> None:
    person, sent = store.subscriber(), NOW_MS - 3 * DAY
    email = store.email("One", sent, tracking_at_send=1)
    store.event("subscriber.delivered", sent, person, email)
    store.event("subscriber.opened", sent + 60_000, person, email)


def no_event(store: Store) -> None:
    store.email("One", NOW_MS - 3 * DAY, tracking_at_send=1)


@pytest.mark.parametrize(
    ("fill", "silent"),
    [
        (no_email, {"emails", "engagement", "links", "deliverability", "timing"}),
        (no_click, {"links"}),
        (no_event, {"subscribers", "engagement", "growth", "links", "deliverability", "timing", "segments"}),
    ],
)
def test_what_little_there_is_decides(
    tmp_path: Path, fill: Callable[[Store], None], silent: set[str]
) -> None:
    store = Store(tmp_path / "s.sqlite")
    fill(store)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
    assert entries(site["index.html"]) == [kind for kind in ALL if kind not in silent]
    hidden_pages_are_there_and_teach(site, silent)


@pytest.mark.parametrize(
    ("name", "silent"),
    [
        ("empty", {*ALL} - {"overview", "status"}),
        ("one", set()),
        ("untracked", {"engagement", "links", "timing"}),
        ("full", set()),
    ],
)
def test_of_whole_sites(site_of: Callable[[str], dict[str, bytes]], name: str, silent: set[str]) -> None:
    site = site_of(name)
    assert entries(site["index.html"]) == [kind for kind in ALL if kind not in silent]
    hidden_pages_are_there_and_teach(site, silent)


def hidden_pages_are_there_and_teach(site: dict[str, bytes], silent: set[str]) -> None:
    for kind, _, href in NAVIGATION:
        page = site[href]
        assert kind in entries(page), "a reader must see where they are"
        if kind in silent:
            said = page.decode().partition("<main")[2]
            assert re.search(
                r"rapport (sync|report|demo)|was not tracked|were not tracked|three emails", said
            ), kind
