"""The whole site as a mapping: the same each time, whole, harmless, and small."""

import gzip
import json
import os
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from report_builder import build as builder
from report_builder.pages.page import File
from report_builder.warehouse import open_warehouse
from tests.report_builder.conftest import Sites
from tests.report_builder.stores import HOSTILE, NOW, Store

KINDS = ["full", "one", "untracked", "hostile", "empty"]
GOLDEN = Path(__file__).parent / "golden"
VOID = {"meta", "link", "input", "br", "img"}


class Reader(HTMLParser):
    """Collects what the tests ask of a page."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.elements = 0
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.scripts: list[str] = []
        self.text = ""
        self._in_script = False
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        self._in_script = tag == "script"
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)
        self.text += data


def pages(site: dict[str, bytes]) -> Iterator[tuple[str, Reader]]:
    for path, body in site.items():
        if path.endswith(".html"):
            yield path, Reader(body)


@pytest.mark.parametrize("kind", ["full", "hostile"])
def test_building_twice_gives_the_same_bytes(
    site_of: Sites, store_of: Callable[[str], Path | None], kind: str
) -> None:
    with open_warehouse(store_of(kind)) as warehouse:
        again = builder.build(warehouse, NOW, store_bytes=1_000_000)
    assert again == site_of(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_internal_link_leads_somewhere(site_of: Sites, kind: str) -> None:
    site = site_of(kind)
    for path, page in pages(site):
        for address in page.addresses:
            if re.match(r"https?://", address):
                continue
            target = address.partition("#")[0].partition("?")[0]
            if target:
                resolved = os.path.normpath(os.path.join(os.path.dirname(path), target))
                assert resolved in site, f"{path} links to {address}"


@pytest.mark.parametrize("kind", KINDS)
def test_pages_keep_to_the_content_policy(site_of: Sites, kind: str) -> None:
    for path, page in pages(site_of(kind)):
        assert "style" not in page.attributes, path
        assert not [name for name in page.attributes if name.startswith("on")], path
        assert not [text for text in page.scripts if text.strip()], path
        assert not [a for a in page.addresses if re.match(r"(?i)\s*(javascript|data|vbscript):", a)], path


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_answers_first_and_says_where_it_stands(site_of: Sites, kind: str) -> None:
    for path, body in site_of(kind).items():
        if path.endswith(".html"):
            html = body.decode()
            answer = re.search(r'class="answer"[^>]*>([^<]+)<', html)
            assert answer, path
            assert answer[1].strip().endswith("."), path
            assert "all times in" in html
            assert html.count("<h1") - html.count('data-slot="title"') <= 1


def test_markup_in_names_stays_text(site_of: Sites) -> None:
    for path, page in pages(site_of("hostile")):
        assert b"<img src=x" not in site_of("hostile")[path]
        assert HOSTILE[:20] in page.text, path


def test_empty_project_says_what_to_do(site_of: Sites) -> None:
    site = site_of("empty")
    for page in (
        "index.html", "emails.html", "subscribers.html", "links.html", "deliverability.html", "status.html",
        "timing.html",
    ):  # fmt: skip
        assert b"rapport sync" in site[page]
    assert json.loads(site["data/emails.json"]) == {"version": 3, "kind": "emails", "emails": []}


def test_what_was_not_tracked_is_not_zero(site_of: Sites) -> None:
    site = site_of("untracked")
    assert b"not tracked" in site["index.html"]
    assert b"0.0%" not in site["index.html"]
    assert b"0.0%" not in site["emails.html"]
    for email in json.loads(site["data/emails.json"])["emails"]:
        assert email["opens_tracked"] is False
        unknown = (
            "open_rate",
            "open_rate_raw",
            "click_rate",
            "opened",
            "opened_estimated",
            "measurable_recipients",
        )
        assert {email[name] for name in unknown} == {None}
    assert b"nobody can be ranked" in site["subscribers.html"]
    people = json.loads(site[json.loads(site["data/subscribers.json"])["shards"][0]])
    assert set(people["score"]) == set(people["opened"]) == set(people["clicked"]) == {-1}
    assert site["data/subscribers.csv"].decode().splitlines()[1].endswith(",,,New,0,,,")
    page = next(
        body for path, body in site.items() if path.startswith("subscribers/") and b"Received 5" in body
    )
    assert b"cannot be said" in page


@pytest.mark.parametrize(
    "name",
    [
        "overview-13.json", "emails.json", "engagement.json", "growth.json", "links.json", "deliverability.json",
        "timing.json", "segments.json", "counts.json", "events.json", "status.json",
    ],
)  # fmt: skip
def test_published_data_keeps_its_shape(site_of: Sites, name: str) -> None:
    """Golden files of the demo newsletter; after a change on purpose, delete one and run once without CI set."""
    made = json.dumps(json.loads(site_of("demo")[f"data/{name}"]), indent=1, sort_keys=True) + "\n"
    golden = GOLDEN / name
    if not golden.exists() and not os.environ.get("CI"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(made, "utf-8")
    assert made == golden.read_text("utf-8")


def test_the_same_path_twice_is_refused(
    full: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(builder, "site_pages", lambda reading: [File("a", b""), File("a", b"")])
    with (
        open_warehouse(Store(tmp_path / "s.sqlite").done()) as warehouse,
        pytest.raises(builder.PathTaken, match="a"),
    ):
        builder.build(warehouse, NOW)


def test_assets_are_named_by_content(site_of: Sites) -> None:
    names = [path for path in site_of("one") if path.startswith("assets/")]
    assert all(re.fullmatch(r"assets/[a-z]+\.[0-9a-f]{12}\.(css|js|svg)", name) for name in names)
    assert builder.hashed_name("a.css", b"1") != builder.hashed_name("a.css", b"2")


def packed(body: bytes) -> int:
    return len(gzip.compress(body, 6, mtime=0))


def test_the_overview_is_light(site_of: Sites) -> None:
    site = site_of("full")
    used = re.findall(r'(?:href|src)="(assets/[^"]+)"', site["index.html"].decode())
    assert packed(site["index.html"]) + sum(packed(site[name]) for name in used) < 31_000
    assert Reader(site["index.html"]).elements < 1_500


def test_no_page_is_heavy(site_of: Sites) -> None:
    for path, body in site_of("full").items():
        if path.endswith(".html"):
            assert packed(body) < 40_000, path


def test_a_person_and_an_event_cost_few_bytes(site_of: Sites) -> None:
    """What 100,000 people and a million events would take, from a small site: 15 MB is the budget."""
    site = site_of("full")
    lists = sum(packed(b) for p, b in site.items() if p.startswith(("data/subscribers", "data/people")))
    people, events = 600, len(re.findall(rb"\d+", b"".join(json.dumps(json.loads(b)["events"]["minute"]).encode()
                      for p, b in site.items() if re.match(r"data/people/..\.json", p))))  # fmt: skip
    assert events > 5_000
    overhead = 900  # a shard's own words, which do not grow
    assert lists < overhead + 110 * people + 6 * events
