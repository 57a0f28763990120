"""The page of links: what it says of few and of many, of your own site, and of sites that rise."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from report_builder.build import build
from report_builder.rows import ClickedHost, ClickedLink, ClickTotals
from report_builder.views.links import answer, links_view, own_hosts
from report_builder.views.links_rising import rising_hosts
from report_builder.warehouse import open_warehouse
from tests.report_builder.conftest import Sites
from tests.report_builder.examples import CLOCK, an_email
from tests.report_builder.stores import DAY, NOW, NOW_MS, SCANNER, Store

OWN = frozenset({"weekly.example"})


def a_link(target: str, people: int, *, emails: int = 1, clicks: int | None = None) -> ClickedLink:
    clicks = people if clicks is None else clicks
    first = NOW_MS - 3 * DAY if clicks else None
    host = target.split("/")[2]
    return ClickedLink(target, host, target, people, clicks, clicks + 2, emails, emails, first, first)


def a_host(host: str | None, people: int) -> ClickedHost:
    return ClickedHost(host, people, people, people + 5, 1, 1)


def test_own_site_is_where_the_archive_is() -> None:
    urls = ("https://www.Weekly.example/archive/1", "javascript:alert(1)", None, "http://[broken")
    assert own_hosts([an_email(url=url) for url in urls]) == OWN


def test_the_answer_names_the_site_that_most_went_to_and_leaves_your_own_out() -> None:
    links = [a_link("https://weekly.example/a", 9), a_link("https://far.example/b", 6)]
    hosts = [a_host("weekly.example", 9), a_host("far.example", 6)]
    assert answer(ClickTotals(12, 20, 30), links, hosts, OWN, True) == (
        "12 people clicked 2 links 20 times. More went to far.example than to any other site, your own site left out: "
        "6 people, 50.0% of all who clicked."
    )
    few = answer(ClickTotals(9, 15, 15), links, hosts, OWN, True)
    assert few.endswith("; more went to far.example than to any other site, your own site left out.")
    assert "%" not in few
    assert answer(ClickTotals(6, 6, 6), links[1:], hosts[1:], OWN, True) == (
        "6 people clicked 1 link 6 times, always on far.example."
    )
    assert "none led away" in answer(ClickTotals(9, 9, 9), links[:1], hosts[:1], OWN, True)
    assert "No click" not in answer(ClickTotals(0, 0, 5), [], [], OWN, True)
    assert "was tracked" in answer(ClickTotals(0, 0, 0), [], [], OWN, False)


def test_what_only_machines_clicked_is_in_no_list() -> None:
    links = [a_link("https://a.example/x", 12), a_link("https://a.example/trap", 0)]
    hosts = [a_host("a.example", 12), ClickedHost("b.example", 0, 0, 7, 0, 0)]
    view = links_view(ClickTotals(12, 12, 21), links, hosts, (), "", OWN, True, "", (), "data/x.csv", CLOCK)
    assert [row.label for row in view.links] == ["x"]
    assert [row.label for row in view.hosts] == ["a.example"]
    assert view.raw_note.startswith("9 clicks of 21 by machines")
    assert view.links[0].share == "100.0%"
    assert view.csv == "data/x.csv"


def test_the_way_out_is_in_no_list() -> None:
    links = [
        a_link("https://a.example/x", 12, emails=4),
        a_link("https://a.example/unsubscribe", 20, emails=9),
    ]
    links[1] = links[1]._replace(is_ending=1)
    totals, hosts = ClickTotals(30, 32, 32, 20), [a_host("a.example", 12)]
    view = links_view(totals, links, hosts, (), "", OWN, True, "", (), "data/x.csv", CLOCK)
    assert [row.label for row in view.links] == [row.label for row in view.repeated] == ["x"]
    assert view.links[0].bar == "100"
    assert view.endings_note.startswith("20 people followed a link to unsubscribe")
    assert view.answer.startswith("30 people clicked 2 links 32 times. More went to a.example than")
    only = links_view(ClickTotals(20, 20, 20, 20), links[1:], [], (), "", OWN, True, "", (), "", CLOCK)
    assert only.answer.endswith("only to end the subscription or to change its settings.")
    assert only.links == ()


def test_shares_need_ten_clickers_and_repeats_three_emails() -> None:
    links = [a_link("https://a.example/x", 4, emails=3), a_link("https://a.example/y", 9, emails=2)]
    view = links_view(ClickTotals(9, 13, 13), links, [], (), "", OWN, True, "", (), "", CLOCK)
    assert {row.share for row in view.links} == {"too few"}
    assert [row.label for row in view.repeated] == ["x"]


def test_a_rise_is_named_only_where_chance_does_not_explain_it() -> None:
    now = [a_host("up.example", 40), a_host("same.example", 30), a_host("few.example", 9), a_host(None, 50)]
    before = [a_host("up.example", 10), a_host("same.example", 28)]
    found = rising_hosts(now, before, ClickTotals(100, 0, 0), ClickTotals(100, 0, 0), OWN)
    assert [(r.host, r.now, r.before, r.change) for r in found] == [
        ("up.example", "40 of 100", "10 of 100", "30.0 points up")
    ]
    assert found[0].p < 0.001
    assert not found[0].is_own
    ours = rising_hosts(
        now, before, ClickTotals(100, 0, 0), ClickTotals(100, 0, 0), frozenset({"up.example"})
    )
    assert ours[0].is_own
    assert rising_hosts(now, before, ClickTotals(100, 0, 0), ClickTotals(29, 0, 0), OWN) == ()
    assert rising_hosts(now, [], ClickTotals(100, 0, 0), ClickTotals(0, 0, 0), OWN) == ()


@given(st.integers(0, 200), st.integers(0, 200), st.integers(200, 400), st.integers(200, 400))
def test_a_fall_is_never_a_rise(people: int, before: int, all_now: int, all_before: int) -> None:
    found = rising_hosts(
        [a_host("a", people)],
        [a_host("a", before)],
        ClickTotals(all_now, 0, 0),
        ClickTotals(all_before, 0, 0),
        OWN,
    )
    for rising in found:
        assert people / all_now > before / all_before
        assert people >= 10
        assert rising.p < 0.05


def test_pages_over_a_year_and_over_everything(tmp_path: Path) -> None:
    """A link in two spellings, an old click, a scanner's clicks, and a person nobody can name."""
    store = Store(tmp_path / "s.sqlite")
    people = [store.subscriber(created_ms=NOW_MS - 500 * DAY) for _ in range(12)]
    old = store.email("Old", NOW_MS - 400 * DAY, url="https://weekly.example/1")
    new = store.email("New", NOW_MS - 20 * DAY, url="https://weekly.example/2")
    far = store.link("https://far.example/a?utm_source=x", "https://far.example/a")
    again = store.link("https://far.example/a?utm_source=y", "https://far.example/a")
    for person in people:
        store.event("subscriber.delivered", NOW_MS - 400 * DAY, person, old)
        store.event("subscriber.delivered", NOW_MS - 20 * DAY, person, new)
    store.event("subscriber.clicked", NOW_MS - 399 * DAY, people[0], old, far)
    store.event("subscriber.clicked", NOW_MS - 19 * DAY, people[1], new, far)
    store.event("subscriber.clicked", NOW_MS - 18 * DAY, people[2], new, again)
    store.event("subscriber.clicked", NOW_MS - 19 * DAY, people[3], new, far, agent=SCANNER, address=7)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
    data = json.loads(site["data/links.json"])
    assert {key: (s["people"], s["clicks"], s["clicks_raw"]) for key, s in data["spans"].items()} == {
        "52": (2, 2, 3),
        "all": (3, 3, 4),
    }
    link = data["spans"]["all"]["links"][0]
    assert (link["url"], link["site"], link["emails"], link["is_own"]) == (
        "https://far.example/a",
        "far.example",
        2,
        False,
    )
    assert data["rising"] == []
    assert b"chance would explain" in site["links.html"]
    assert b'href="links.html"' in site["links-all.html"]
    assert (
        site["data/links-52.csv"].decode("utf-8-sig").splitlines()[1].startswith("https://far.example/a,far")
    )


def test_empty_and_untracked_projects_say_so(site_of: Sites) -> None:
    assert b"What readers care about cannot be said" in site_of("empty")["links.html"]
    untracked = site_of("untracked")["links.html"].decode()
    assert "no click of any email was tracked" in untracked
    assert "links-all.html" not in site_of("untracked")
    assert "does not reach back" in site_of("one")["links.html"].decode()
