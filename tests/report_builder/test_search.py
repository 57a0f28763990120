"""What the search box looks through: everything with a page, each address one of ours or of the web."""

import json
import re

import pytest

from report_builder.definitions import DEFINITIONS
from report_builder.rows import ClickedLink
from report_builder.views.search import GLOSSARY, LINKS_FOUND, PROFILE, WORDS, search_entries
from report_builder.views.site import NAVIGATION
from tests.report_builder.conftest import Sites
from tests.report_builder.examples import CLOCK, an_email


def a_link(target: str, people: int) -> ClickedLink:
    return ClickedLink(target, None, target, people, people, people + 1, 1, 1, None, None)


def test_every_page_of_the_navigation_has_words() -> None:
    assert list(WORDS) == [kind for kind, _, _ in (*NAVIGATION, PROFILE, GLOSSARY)]


@pytest.mark.parametrize("kind", ["full", "one", "hostile", "empty"])
def test_every_entry_leads_to_a_page_or_to_the_web(site_of: Sites, kind: str) -> None:
    site = site_of(kind)
    found = json.loads(site["data/search.json"])
    assert (found["version"], found["kind"]) == (3, "search")
    for group in ("pages", "emails", "definitions"):
        for entry in found[group]:
            path, _, anchor = entry["href"].partition("#")
            assert path in site
            assert f'id="{anchor}"'.encode() in site[path] or not anchor
    for link in found["links"]:
        assert link["href"] == "" or re.match("https?://", link["href"])
    assert len(found["definitions"]) == len(DEFINITIONS)


def test_all_emails_are_in_it_latest_first(site_of: Sites) -> None:
    site = site_of("full")
    found = json.loads(site["data/search.json"])["emails"]
    emails = json.loads(site["data/emails.json"])["emails"]
    assert [e["href"] for e in found] == [e["page"] for e in emails]
    assert [e["label"] for e in found] == [e["subject"] for e in emails]


def test_links_are_those_most_people_followed_and_none_that_only_machines_did() -> None:
    links = [a_link(f"https://a.example/{n}", 1000 - n) for n in range(LINKS_FOUND + 50)]
    found = search_entries([], [a_link("https://a.example/trap", 0), *links], [], CLOCK)["links"]
    assert len(found) == LINKS_FOUND
    assert found[0] == {
        "label": "0", "detail": "a.example · 1,000 people", "href": "https://a.example/0", "words": "",
    }  # fmt: skip


def test_what_a_browser_must_not_follow_has_no_address() -> None:
    hostile = [a_link("javascript:alert(1)", 5), a_link("http://[broken", 4), a_link("data:text/html,x", 3)]
    found = search_entries([an_email(subject="", sent_ms=None)], hostile, [], CLOCK)
    assert [link["href"] for link in found["links"]] == ["", "", ""]
    assert found["links"][0]["label"] == "javascript:alert(1)"
    assert (found["emails"][0]["label"], found["emails"][0]["detail"]) == ("Email without a subject", "")


def test_segments_and_tags_lead_to_their_people(site_of: Sites) -> None:
    groups = [("segment", "VIPs & co", 3), ("tag", "<b>", 1)]
    assert search_entries([], [], groups, CLOCK)["groups"] == [
        {"label": "VIPs & co", "detail": "segment · 3 people", "href": "subscribers.html?segment=VIPs+%26+co",
         "words": "segment segments"},
        {"label": "<b>", "detail": "tag · 1 person", "href": "subscribers.html?tag=%3Cb%3E", "words": "tag tags"},
    ]  # fmt: skip
    found = json.loads(site_of("full")["data/search.json"])["groups"]
    tags = json.loads(site_of("full")["data/subscribers.json"])["tags"]
    assert {entry["label"] for entry in found} == set(tags)
