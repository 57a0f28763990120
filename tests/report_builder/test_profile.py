"""The profile for others: true figures, nobody in them, and nothing about fewer than five people."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builder.disclosure import FEWER, FEWEST, told
from report_builder.pages.page import Page
from report_builder.pages.profile import profile_pages
from report_builder.reading import Reading, read
from report_builder.rows import ClickedHost, CountryPeople, DomainPeople, EmailResult, HourPeople
from report_builder.views import profile as view
from report_builder.views import profile_groups as groups
from report_builder.views.profile import Profile
from report_builder.warehouse import open_warehouse
from shared.project import ProjectSettings
from tests.report_builder.conftest import Sites
from tests.report_builder.examples import CLOCK, an_email
from tests.report_builder.lives import lives_store
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store
from tests.report_builder.test_standalone import Ways

StoreOf = Callable[[str], Path | None]
SMALL = st.integers(0, 12)


def profile_of(reading: Reading) -> Profile:
    (page,) = (made for made in profile_pages(reading) if isinstance(made, Page))
    assert isinstance(page.view, Profile)
    assert not page.is_private
    return page.view


def reading_of(store: Path | None, check: Callable[[Reading], None]) -> None:
    with open_warehouse(store) as warehouse:
        check(read(warehouse, NOW, None, 0, ProjectSettings()))


def counts_of(profile: Profile) -> list[str]:
    """Every count of people that is shown."""
    told_counts = [tile.value for tile in profile.tiles if not tile.unit and tile.value not in ("–",)]
    told_counts += [row.cells[0] for row in profile.growth.rows] if profile.growth else []
    told_counts += [line.delivered for line in profile.emails]
    told_counts += [site.people for site in profile.sites]
    told_counts += [cell.text for row in profile.heat.rows for cell in row.cells] if profile.heat else []
    return told_counts


@pytest.mark.parametrize(
    "kind", ["full", "demo", "one", "untracked", "hostile", "empty", "lives 1", "lives 2", "lives 3"]
)
def test_every_count_is_in_fives_or_hidden(store_of: StoreOf, tmp_path: Path, kind: str) -> None:
    name, _, seed = kind.partition(" ")
    store = lives_store(tmp_path / "s.sqlite", int(seed)) if seed else store_of(name)

    def check(reading: Reading) -> None:
        shown = counts_of(profile_of(reading))
        assert shown
        for text in shown:
            assert text == FEWER or int(text.replace(",", "")) % FEWEST == 0

    reading_of(store, check)


def test_figures_are_those_of_the_newsletter(store_of: StoreOf) -> None:
    def check(reading: Reading) -> None:
        profile, ask = profile_of(reading), reading.warehouse
        tiles = {tile.metric: tile for tile in profile.tiles}
        assert tiles["active_subscribers"].value == f"{told(reading.facts.active):,}"
        latest = [e for e in reading.emails if (e.delivered or 0) >= 30][:10]
        assert [line.subject for line in profile.emails] == [e.subject for e in latest]
        for line, email in zip(profile.emails, latest, strict=True):
            if line.clicked.known:
                assert line.clicked.text == f"{float(line.clicked.value) * 100:.1f}%"
                assert abs(float(line.clicked.value) - email.clicked / (email.delivered or 1)) <= 0.0005
            if line.opened.known:
                assert abs(float(line.opened.value) - email.opened / (email.measurable or 1)) <= 0.0005
        assert any(line.clicked.known for line in profile.emails)
        rates = sorted(float(line.clicked.value) for line in profile.emails if line.clicked.known)
        assert tiles["click_rate"].note.startswith(f"{rates[0] * 100:.1f}% to {rates[-1] * 100:.1f}%")
        found = ask.rows(CountryPeople, "profile/countries")
        assert sum(row.people for row in found) == reading.facts.active
        assert sum(row.people for row in ask.rows(DomainPeople, "profile/domains")) == reading.facts.active

    reading_of(store_of("demo"), check)


@pytest.mark.parametrize("kind", ["demo", "full", "hostile"])
def test_nobody_is_in_it(site_of: Sites, store_of: StoreOf, kind: str) -> None:
    with closing(sqlite3.connect(store_of(kind) or "")) as database:
        people = database.execute("select email, coalesce(name, '') from subscribers").fetchall()
        uuids = [uuid for (uuid,) in database.execute("select distinct subscriber_id from event_log")]
    text = Ways(site_of(kind)["snapshots/profile.html"].decode()).text
    assert len(people) > 3
    for email, name in people:
        assert not email or "@" not in email or email not in text
        assert (
            len(name.strip()) < 6
            or not re.search(rf"\b{re.escape(name.strip())}\b", text)
            or kind == "hostile"
        )
    html = site_of(kind)["snapshots/profile.html"].decode()
    assert "@" not in re.sub(r"@(media|page)\b", "", html)
    assert not [uuid for uuid in uuids if uuid and uuid in html]
    assert "unsubscribe" not in text.lower()
    assert "Private" not in text


def email_with(delivered: int, measurable: int, opened: int, clicked: int) -> EmailResult:
    return an_email(
        delivered=delivered, recipients=delivered, measurable=measurable, opened=opened, clicked=clicked
    )


@st.composite
def emails(draw: st.DrawFn) -> EmailResult:
    """Small and large ones; whoever clicked opened, and whoever opened could be measured."""
    delivered = draw(st.integers(0, 80) | st.integers(0, 5000))
    measurable = draw(st.integers(0, delivered))
    opened = draw(st.integers(0, measurable) | st.integers(0, min(8, measurable)))
    clicked = draw(st.integers(0, opened) | st.just(max(0, opened - 2)))
    return email_with(delivered, measurable, opened, clicked)


@given(emails())
def test_no_rate_tells_of_one_to_four(email: EmailResult) -> None:
    """Also not where whoever reads it knew exactly how many the email reached."""
    clicks, opens = view.told_clicks(email), view.told_opens(email)
    told_groups = []
    if clicks is not None:
        told_groups += [email.clicked, (email.delivered or 0) - email.clicked]
    if opens is not None:
        told_groups += [email.opened, (email.measurable or 0) - email.opened]
    if None not in (clicks, opens):
        told_groups.append(email.opened - email.clicked)
    assert not [people for people in told_groups if 1 <= people < FEWEST]


@given(st.lists(emails(), max_size=14))
def test_what_is_typical_comes_from_what_is_shown(found: list[EmailResult]) -> None:
    last = view.last_emails(found)
    lines = view.email_lines(last, CLOCK)
    rates = [float(line.clicked.value) for line in lines if line.clicked.known]
    middle = view.typical([view.told_clicks(e) for e in last])
    assert len(last) <= view.EMAILS
    if len(rates) < 3:
        assert middle.middle is None
    else:
        assert (middle.lowest, middle.highest) == pytest.approx((min(rates), max(rates)))
        assert middle.lowest <= (middle.middle or 0) <= middle.highest


@given(st.dictionaries(st.sampled_from(["DE", "US", "de", "France", "FR", "NL", "x"]), SMALL), SMALL)
def test_countries_add_up_and_hide_the_small(people: dict[str, int], unknown: int) -> None:
    active = sum(people.values()) + unknown
    found = groups.countries(
        [CountryPeople(None, unknown), *(CountryPeople(c, n) for c, n in people.items())], active
    )
    merged: dict[str, int] = {}
    for country, number in people.items():
        name = {
            "DE": "Germany",
            "de": "Germany",
            "US": "United States",
            "FR": "France",
            "NL": "Netherlands",
        }.get(country, country)
        merged[name] = merged.get(name, 0) + number
    named = [merged[share.label] for share in found if share.label in merged]
    assert all(number >= FEWEST for number in named)
    assert not 1 <= active - sum(named) < FEWEST or not named


def test_a_mailbox_is_named_if_everybody_can_have_one_there_or_many_do() -> None:
    rows = [
        ("gmail.com", 60),
        ("googlemail.com", 4),
        ("acme.example", 25),
        ("tiny.example", 19),
        (None, 2),
        ("proton.me", 3),
    ]
    found = groups.mailboxes([DomainPeople(domain, people) for domain, people in rows], 113)
    assert [(share.label, share.share) for share in found] == [
        ("Gmail", "57%"), ("acme.example", "22%"), ("All others", "21%"),
    ]  # fmt: skip
    assert groups.mailboxes([DomainPeople("tiny.example", 19)], 19) == ()


def host(name: str | None, people: int) -> ClickedHost:
    return ClickedHost(name, people, people * 3, people * 4, 1, 1)


def test_sites_are_others_and_drew_five() -> None:
    rows = [
        host("mine.example", 90),
        host("a.example", 52),
        host(None, 40),
        host("b.example", 7),
        host("c.example", 4),
    ]
    found = groups.sites(rows, frozenset({"mine.example"}))
    assert [(site.label, site.people, site.href) for site in found] == [
        ("a.example", "50", ""),
        ("b.example", "5", ""),
    ]
    assert [site.share for site in found] == ["100", "10"]


def test_hours_of_few_people_are_empty() -> None:
    heat = groups.week([HourPeople(4, 7, 80), HourPeople(4, 8, 4), HourPeople(1, 0, 5)])
    assert heat is not None
    assert heat.takeaway == "Most people read on Thu between 07:00 and 08:00."
    assert (heat.rows[3].cells[7].text, heat.rows[3].cells[7].level) == ("80", 8)
    assert (heat.rows[3].cells[8].text, heat.rows[3].cells[8].level) == (FEWER, 0)
    assert (heat.rows[0].cells[0].text, heat.rows[0].cells[0].level) == ("5", 1)
    assert groups.week([HourPeople(4, 7, 3)]) is None
    assert groups.week([]) is None


@given(st.lists(st.integers(0, 400), min_size=1, max_size=13))
def test_growth_is_drawn_from_told_counts_alone(counts: list[int]) -> None:
    points: list[tuple[date, Any]] = [
        (date(2026, 1, 1).replace(month=1 + n % 12, year=2025 + n // 12), told(c))
        for n, c in enumerate(counts)
    ]
    trend = groups.growth_trend(points)
    known = [value for _, value in points if value]
    assert (trend is None) == (len(known) < 3)
    if trend:
        shown = [row.cells[0] for row in reversed(trend.rows)]
        assert shown == [FEWER if told(c) is None else f"{told(c):,}" for c in counts]
        for before, after in pairwise([value for _, value in points if value is not None]):
            assert not 1 <= abs(after - before) < FEWEST


@pytest.mark.parametrize(
    ("gap_days", "words"),
    [
        (1, "daily"), (3, "several times a week"), (7, "weekly"), (14, "every two weeks"), (30, "monthly"),
        (90, "every few months"),
    ],
)  # fmt: skip
def test_how_often_it_comes(gap_days: int, words: str) -> None:
    sent = [an_email(sent_ms=NOW_MS - n * gap_days * DAY) for n in range(5)]
    assert view.rhythm(sent, CLOCK) == words
    assert view.rhythm(sent[:3], CLOCK) == ""


def test_a_handful_of_readers_is_said_to_be_one(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    for _ in range(3):
        store.subscriber()
    store.run()
    store.done()

    def check(reading: Reading) -> None:
        profile = profile_of(reading)
        assert profile.answer == "Fewer than 5 people get The Weekly."
        assert profile.tiles[0].value == FEWER
        assert (profile.growth, profile.heat, profile.sites, profile.countries, profile.mailboxes) == (
            None,
            None,
            (),
            (),
            (),
        )

    reading_of(tmp_path / "s.sqlite", check)


@given(st.integers(0, 2**32))
def test_a_list_that_grows_by_one_looks_the_same_or_five_more(seed: int) -> None:
    """Whoever fetches the profile twice learns of nobody who came in between."""
    before = Random(seed).randrange(5, 5000)
    one, two = told(before), told(before + 1)
    assert one is not None
    assert two is not None
    assert two - one in (0, 5)
