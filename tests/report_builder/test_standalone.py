"""A page as one file: whole, and with no way out of it."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from report_builder.standalone import loosened, policy
from tests.report_builder.conftest import Sites
from tests.report_builder.stores import HOSTILE

KINDS = ["full", "demo", "one", "untracked", "hostile", "empty"]
ACTIVE = set("a script noscript link img iframe object form button input image use".split())
SNAPSHOTS = ["snapshots/overview.html", "snapshots/profile.html", "snapshots/latest-email.html"]


class Ways(HTMLParser):
    """Everything in a page that could ask, lead or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_a_file_asks_leads_or_runs(site_of: Sites, kind: str) -> None:
    found = [path for path in SNAPSHOTS if path in site_of(kind)]
    assert found == SNAPSHOTS[: 2 if kind == "empty" else 3]
    for path in found:
        html = site_of(kind)[path].decode()
        ways = Ways(html)
        assert not ways.tags & ACTIVE
        assert not ways.attributes & {
            "href",
            "src",
            "srcset",
            "action",
            "style",
            "data",
            "poster",
            "xlink:href",
        }
        assert not [name for name in ways.attributes if name.startswith("on")]
        assert "@import" not in html
        assert not re.search(r"url\(|https?://", html.partition("<body")[0])
        assert "Search" not in ways.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_sound_html(site_of: Sites, kind: str) -> None:
    for path in SNAPSHOTS:
        if path in site_of(kind):
            parser = html5lib.HTMLParser(strict=False)
            parser.parse(site_of(kind)[path])
            assert [(position, code) for position, code, _ in parser.errors] == [], path


@pytest.mark.parametrize("path", SNAPSHOTS)
def test_the_policy_lets_in_these_styles_alone(site_of: Sites, path: str) -> None:
    html = site_of("full")[path].decode()
    (styles,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    (given_policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert given_policy.replace("&#39;", "'") == policy(styles)
    assert f"style-src 'sha256-{digest}'" in policy(styles)
    assert "unsafe" not in given_policy


def test_what_a_reader_needs_is_still_there(site_of: Sites) -> None:
    site = site_of("full")
    overview, whole = (Ways(site[path].decode()).text for path in ("snapshots/overview.html", "index.html"))
    people = re.findall(
        r'<tr><th scope="row"><a href="subscribers?/[^>]*>([^<]+)<', site["index.html"].decode()
    )
    assert len(people) > 5
    assert all(name in overview for name in people)
    assert "What the numbers mean" in overview
    assert "Private" in overview
    assert "18 Nov 2026" in overview
    assert "Human openers divided by measurable recipients." in overview
    assert len(overview) > len(whole) / 2
    assert "Show these numbers as a table" in overview


def test_hostile_text_stays_text(site_of: Sites) -> None:
    for path in SNAPSHOTS:
        assert b"<img src=x" not in site_of("hostile")[path]
        assert HOSTILE[:20] in Ways(site_of("hostile")[path].decode()).text


def test_the_pages_offer_them(site_of: Sites) -> None:
    site = site_of("full")
    latest = json.loads(site["data/emails.json"])["emails"][0]["page"]
    for path, href, name in (
        ("index.html", "snapshots/overview.html", "overview-2026-11-18.html"),
        ("profile.html", "snapshots/profile.html", "profile-2026-11-18.html"),
        (latest, "../snapshots/latest-email.html", "latest-email-2026-11-18.html"),
    ):
        assert f'href="{href}" download="{name}"' in site[path].decode()
    assert b"profile.html" in site["index.html"]
    assert b"profile.html" in site["status.html"]


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ('<p>see <a href="x.html" class="y">this <b>page</b></a>.</p>', "<p>see <span>this <b>page</b></span>.</p>"),
        ('<a href="x.csv" download>CSV</a>!', "!"),
        ('<a dir="auto" href="x">n</a>', '<span dir="auto">n</span>'),
        ('<p>a<a href="d#m" aria-describedby="def-1">b</a><span class="x def" id="def-1">c<br><b>d</b></span></p>',
         "<p>a<span>b</span></p>"),
        ("<script>let a = '<p>';</script><p>x</p>", "<p>x</p>"),
        ('<fieldset class="pick"><label><input type="radio" checked> day</label></fieldset>x', "x"),
        ('<svg data-at="1" viewBox="0 0 1 1"><path d="M0"/></svg>', '<svg viewBox="0 0 1 1"><path d="M0"/></svg>'),
        ("<p>&lt;b&gt; &amp; &#39;</p>", "<p>&lt;b&gt; &amp; &#39;</p>"),
        ("<!doctype html><p title='my tabindex'>x", "<!doctype html><p title='my tabindex'>x"),
    ],
)  # fmt: skip
def test_what_is_taken_out(html: str, left: str) -> None:
    assert loosened(html) == left


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_any_text_comes_through_unchanged(texts: list[str]) -> None:
    html = "".join(f"<p>{escape(text)}</p>" for text in texts)
    assert loosened(f'<a href="{escape(texts[0])}">{html}</a>') == f"<span>{html}</span>"
