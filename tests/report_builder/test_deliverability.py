"""The page of deliverability: lights at their limits, few and none, and what it says of whom."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builder.build import build
from report_builder.rows import DomainDelivery, EmailDelivery, EmailResult, FailureReason, LostAddress
from report_builder.views.deliverability import Deliverability, deliverability_view, windows
from report_builder.views.deliverability_lights import (
    BY_RATE,
    LIMITS,
    Figures,
    Limit,
    fine_percent,
    measure,
    rates,
    worst,
)
from report_builder.views.deliverability_lists import domain_rows, reason_rows, still_active
from report_builder.views.deliverability_trend import delivery_trend
from report_builder.views.people import Directory
from report_builder.warehouse import open_warehouse
from tests.report_builder.conftest import Sites
from tests.report_builder.examples import CLOCK, an_email
from tests.report_builder.failing import CODES, FOR_GOOD, fail
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store

Sent = list[tuple[EmailResult, EmailDelivery]]


def sent(days_ago: int, recipients: int = 1000, hard: int = 0, complained: int = 0, gone: int = 0) -> Sent:
    email = an_email(email_id=days_ago, sent_ms=NOW_MS - days_ago * DAY, subject=f"{days_ago} days ago")
    return [(email, EmailDelivery(days_ago, recipients, recipients - hard, hard, 0, complained, gone))]


def view_of(emails: Sent) -> Deliverability:
    return deliverability_view(emails, [], [], [], CLOCK, Directory())


@pytest.mark.parametrize(
    ("key", "rate", "word"),
    [
        ("permanent_failure_rate", 0.01, "good"),
        ("permanent_failure_rate", 0.0101, "watch"),
        ("permanent_failure_rate", 0.02, "watch"),
        ("permanent_failure_rate", 0.0201, "too high"),
        ("complaint_rate", 0.001, "good"),
        ("complaint_rate", 0.0011, "watch"),
        ("complaint_rate", 0.0029, "watch"),
        ("complaint_rate", 0.003, "too high"),
        ("unsubscribe_rate", 0.0049, "good"),
        ("unsubscribe_rate", 0.005, "watch"),
        ("unsubscribe_rate", 0.01, "watch"),
        ("unsubscribe_rate", 0.0101, "too high"),
    ],
)
def test_lights_change_at_the_published_limits(key: str, rate: float, word: str) -> None:
    assert BY_RATE[key].light(rate).word == word


def test_counts_at_a_limit_are_not_moved_by_division() -> None:
    assert rates(Figures(300, 300, 3, 0, 0, 0))[0].light == BY_RATE["permanent_failure_rate"].light(0.0)
    assert [r.text for r in rates(Figures(3000, 3000, 3, 0, 3, 3))] == ["0.10%", "0.10%", "0.10%"]
    assert rates(Figures(3000, 3000, 0, 0, 3, 0))[1].light == BY_RATE["complaint_rate"].light(0.0)


def test_below_200_there_are_numbers_and_no_light() -> None:
    few = rates(Figures(199, 199, 5, 0, 1, 1))
    assert {(r.text, r.light, r.share) for r in few} == {("too few", None, None)}
    assert few[0].counts == "5 of 199"
    enough = rates(Figures(200, 199, 0, 0, 0, 0))
    assert [r.light.word if r.light else None for r in enough] == ["good", None, None]
    assert worst(few) is None
    assert worst(enough) is None  # good in one of three is not good
    bad = rates(Figures(200, 190, 10, 0, 0, 0))
    assert worst(bad) == bad[0].light  # but bad news need not wait for the others
    assert measure("delivery_rate", Figures(0, 0, 0, 0, 0, 0)).text == "–"


def test_a_domain_is_warned_of_only_where_chance_is_no_explanation() -> None:
    def lights(delivered: int, complained: int, unsubscribed: int) -> list[str | None]:
        (row,) = domain_rows([DomainDelivery("d", delivered, delivered, 0, 0, complained, unsubscribed)])
        return [rate.light.word if rate.light else None for rate in row.rates]

    assert lights(600, 0, 6) == ["good", "good", None]  # six are 1%, but the true rate may be 0.46%
    assert lights(600, 1, 2) == ["good", None, "good"]
    assert lights(6000, 0, 60) == ["good", "good", "watch"]
    assert lights(6000, 60, 120) == ["good", "too high", "too high"]
    six = Figures(600, 600, 0, 0, 0, 6)
    assert measure("unsubscribe_rate", six).light == BY_RATE["unsubscribe_rate"].light(0.01), (
        "of all, the rate itself"
    )


@given(st.sampled_from(LIMITS), st.integers(200, 5000), st.integers(0, 300))
def test_what_is_sure_is_never_worse_than_the_rate(limit: Limit, whole: int, part: int) -> None:
    part = min(part, whole)
    sure, light = limit.sure_light(part, whole), limit.light(part / whole)
    assert sure is None or sure.level <= light.level
    assert (sure == limit.light(0.0)) == (light == limit.light(0.0))


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_more_failures_never_look_better(recipients: int, hard: int, more: int) -> None:
    hard = min(hard, recipients)
    more = min(hard + more, recipients)
    better, worse = (rates(Figures(recipients, recipients, n, 0, 0, 0))[0].light for n in (hard, more))
    assert (better is None) == (worse is None) == (recipients < 200)
    if better and worse:
        assert better.level <= worse.level


def test_the_light_is_the_worst_of_a_month_and_of_five_emails() -> None:
    """A bad email forty days ago is among the last five, though not of the last thirty days."""
    old = sent(40, hard=50)
    month, five = windows(sent(1) + sent(10) + old, CLOCK)
    assert (month.figures.recipients, five.figures.recipients) == (2000, 3000)
    view = view_of(sent(1) + sent(10) + old)
    assert view.health is not None
    assert view.health.word == "watch"
    assert view.answer.startswith("100.0% of the 2,000 emails sent in the last 30 days were delivered, but")
    assert (
        "the permanent failure rate of the last five emails is 1.67%, where good is up to 1%" in view.answer
    )
    busy = [pair for day in range(1, 7) for pair in sent(day, hard=0 if day < 6 else 300)]
    worse = view_of(busy)
    assert worse.health is not None
    assert worse.health.word == "too high"
    assert worse.answer.startswith("95.0%")


def test_answers_where_little_or_nothing_is_known() -> None:
    assert view_of(sent(1)).answer.startswith("100.0% of the 1,000 emails")
    assert view_of([]).answer.startswith("Whether mail is arriving cannot be said yet")
    assert view_of([]).health is None
    few = view_of(sent(1, recipients=50, hard=1))
    assert few.answer.startswith("Too little mail to judge: 49 deliveries of the last five emails")
    assert few.tiles[0].value == "no light"
    quiet = view_of(sent(40))
    assert quiet.answer.startswith("100.0% of the 1,000 copies of the last five emails were delivered")


def test_many_domains_are_one_row_at_the_end() -> None:
    domains = [DomainDelivery(f"d{n}.example", 300 - n, 300 - n, 3, 0, 0, 0) for n in range(17)]
    rows = domain_rows([*domains, DomainDelivery(None, 1, 0, 1, 0, 0, 0)])
    assert len(rows) == 16
    assert (rows[-1].label, rows[-1].recipients, rows[-1].hard) == ("3 other domains", "570", "7")
    assert sum(row.figures.recipients for row in rows) == sum(d.recipients for d in domains) + 1
    assert rows[0].rates[0].light is not None
    nameless = domain_rows([DomainDelivery(None, 1, 0, 1, 0, 0, 0)])[0]
    assert (nameless.label, nameless.is_domain) == ("address not known", False)


def test_reasons_are_plain_words_and_an_unknown_one_stays_readable() -> None:
    rows = reason_rows([FailureReason("does_not_exist", 1, 3, 2, 1), FailureReason("new_kind", 0, 1, 1, 1)])
    assert [(r.sentence, r.word, r.kind) for r in rows] == [
        ("There is no such mailbox", "does_not_exist", "for good"),
        ("New kind", "new_kind", "for now"),
    ]


def test_people_still_on_the_list_are_pointed_out() -> None:
    person = LostAddress("u", "a@b.c", None, "regular", True, "hard_bounce", NOW_MS)
    gone = person._replace(is_active=False)
    assert still_active([person, gone]).startswith("1 of these people is still on the list")
    assert still_active([gone]) == ""


def test_the_trend_needs_two_emails_and_names_the_worst() -> None:
    assert delivery_trend(sent(1), CLOCK) is None
    assert delivery_trend(sent(1) + sent(2, recipients=100), CLOCK) is None
    trend = delivery_trend(sent(1) + sent(2, recipients=100) + sent(3, hard=20), CLOCK)
    assert trend is not None
    assert (
        trend.takeaway
        == "Most failed at first, for now or for good: 2.00% of “3 days ago”, sent on 15 Nov 2026."
    )
    assert [row.cells[0] for row in trend.rows] == ["2.00%", "too few", "0.00%"]
    assert trend.rows[0].label == "3 days ago (15 Nov), 980 delivered (98.0%)"
    flawless = delivery_trend(sent(1) + sent(2), CLOCK)
    assert flawless is not None
    assert flawless.takeaway.startswith("None of the last 2 emails failed")


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_fine_percentages_have_two_digits(part: int, whole: int) -> None:
    assert re.fullmatch(r"[\d,]+\.\d\d%", fine_percent(part / whole))


def test_the_page_and_its_data(tmp_path: Path) -> None:
    """250 people, an email with every kind of failure; one of those that bounced for good is on the list still."""
    store = Store(tmp_path / "s.sqlite")
    people = [store.subscriber(f"p{n}@{'big' if n < 210 else 'small'}.example") for n in range(250)]
    email = store.email("Hello", NOW_MS - 5 * DAY)
    failing = dict(zip(people, CODES, strict=False))
    for person in people:
        at = NOW_MS - 5 * DAY + person
        if person in failing:
            fail(store, "rejected", at, person, email, failing[person])
        else:
            store.event("subscriber.delivered", at, person, email)
    store.event("subscriber.complained", NOW_MS - 4 * DAY, people[100], email)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
    data = json.loads(site["data/deliverability.json"])
    hard = sum(1 for code in CODES if code in FOR_GOOD or code in (None, "other"))
    month = data["windows"]["last_30_days"]
    assert (month["recipients"], month["delivered"], month["hard"], month["soft"]) == (
        250,
        243,
        hard,
        7 - hard,
    )
    assert month == data["windows"]["last_five_emails"]
    assert month["permanent_failure_rate"] == hard / 250
    assert month["lights"]["complaint_rate"] == "too high"
    assert data["health"] == "too high"
    assert [d["domain"] for d in data["domains"]] == ["big.example", "small.example"]
    assert data["domains"][1]["permanent_failure_rate"] is None
    assert data["domains"][1]["lights"] == {}
    assert {r["reason"]: r["is_permanent"] for r in data["reasons"]}["out_of_storage"] is False
    html = site["deliverability.html"].decode()
    assert "were delivered, but the complaint rate" in html
    assert "&lt;b&gt;new&lt;/b&gt;" in html
    assert "<b>new" not in html
    assert f"{hard} of these people are still on the list" in html
    assert len(site["data/deliverability-bounced.csv"].decode().splitlines()) == 1 + hard
    lights = re.findall(r'class="state (\w+)">([^<]+)<', html)
    assert dict(lights) == {"good": "good", "watch": "watch", "bad": "too high"}


def test_unknown_deliveries_are_left_out(tmp_path: Path) -> None:
    """Opens alone, of an email from before the history: neither its deliveries nor its failures are known."""
    store = Store(tmp_path / "s.sqlite")
    person = store.subscriber()
    email = store.email("Old", NOW_MS - 5 * DAY, analytics={"deliveries": 900, "permanent_failures": 50})
    store.event("subscriber.opened", NOW_MS - 4 * DAY, person, email)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
    assert json.loads(site["data/deliverability.json"])["emails"] == []
    assert b"cannot be said yet" in site["deliverability.html"]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("empty", "cannot be said yet"),
        ("one", "Too little mail to judge: 1 delivery of the last five emails is known"),
        ("untracked", "Too little mail to judge: 195 deliveries of the last five emails are known"),
        ("hostile", "Too little mail to judge"),
    ],
)
def test_special_projects(site_of: Sites, kind: str, says: str) -> None:
    site = site_of(kind)
    assert says in site["deliverability.html"].decode()
    assert json.loads(site["data/deliverability.json"])["health"] is None
