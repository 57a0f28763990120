"""What the growth page says, case by case."""

import json
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builder.datasets import VERSION
from report_builder.growth_dataset import COHORT_COLUMNS, MONTH_COLUMNS
from report_builder.rows import AgeCount, CohortMonth, MonthMoves, ReasonCount, SourceCounts
from report_builder.views.growth_cohorts import grids
from report_builder.views.growth_figures import answer, tiles
from report_builder.views.growth_leaving import leaving
from report_builder.views.growth_months import (
    Churn,
    half_life,
    month_number,
    month_start,
    month_text,
    months_between,
    months_view,
    quick_ratio,
    usual_churn,
)
from report_builder.views.growth_sources import (
    best,
    by_referrer,
    by_source,
    campaign_tables,
    folded,
    share_cell,
    source_table,
    summed,
)
from report_builder.views.notes import OWN, Annotation
from report_builder.views.rates import share
from tests.report_builder.conftest import Sites
from tests.report_builder.examples import CLOCK, an_email
from tests.report_builder.stores import DAY, NOW_MS

THIS = month_number(CLOCK.today)
SINCE = date(2025, 12, 1)


def moved(ago: int, joined: int = 0, unsubscribed: int = 0, **kinds: int) -> MonthMoves:
    blank = MonthMoves(THIS - ago, joined, 0, unsubscribed, 0, 0, 0)
    return blank._replace(**kinds)


def a_source(name: str | None = None, **counts: Any) -> SourceCounts:
    blank = SourceCounts(name, None, None, None, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    return blank._replace(**counts)


def cell(ago: int, since: int, people: int, **counts: int) -> CohortMonth:
    values = {"measured": people, "subscribed": people, "engaged": 0, "is_measured": 1, **counts}
    return CohortMonth(THIS - ago, since, people, **values)


@given(st.integers(1900, 2200), st.integers(1, 12))
def test_month_numbers_lead_back(year: int, month: int) -> None:
    first = date(year, month, 1)
    assert month_start(month_number(first)) == first
    assert month_text(month_number(first)).endswith(str(year))


def test_months_reckon_back_from_today_and_leave_none_out() -> None:
    months = months_between([moved(3, 50), moved(1, 10, 4), moved(0, 1, 2)], 55, CLOCK.today)
    assert [m.name for m in months] == ["Aug 2026", "Sep 2026", "Oct 2026", "Nov 2026"]
    assert [m.active for m in months] == [0, 50, 50, 56]
    assert [m.is_open for m in months] == [False, False, False, True]
    assert [m.churn.rate for m in months] == [None, 0.0, 0.08, 2 / 56]
    assert months_between([], 0, CLOCK.today) == []


def test_the_usual_churn_is_the_middle_of_full_months() -> None:
    steady = [moved(ago, 10, 10) for ago in range(5)]
    months = months_between([moved(5, 100), *steady], 100, CLOCK.today)
    assert usual_churn(months) == Churn(0.1, 4)
    assert usual_churn(months[:3]) == Churn(0.1, 1)
    assert usual_churn([]) == Churn(None, 1)


@given(st.floats(0.0001, 0.9))
def test_after_a_half_life_half_is_left(churn: float) -> None:
    months = half_life(churn)
    assert months is not None
    assert (1 - churn) ** months == pytest.approx(0.5)


@pytest.mark.parametrize("churn", [None, 0.0, 1.0])
def test_no_half_life(churn: float | None) -> None:
    assert half_life(churn) is None


def test_a_quick_ratio_needs_ten_losses() -> None:
    assert quick_ratio(30, 9) is None
    assert quick_ratio(30, 10) == 3
    assert quick_ratio(0, 0) is None


def test_months_say_what_is_not_over_and_who_is_missing() -> None:
    months = months_between([moved(1, 60), moved(0, 3, 30)], 33, CLOCK.today)
    view = months_view(months, 1, (), "x.csv")
    assert view is not None
    assert view.takeaway == "The list grew in 1 of 1 full month, most in Oct 2026: 60 people came and 0 left."
    assert view.undated == "1 person came or left on a day that is not known, and is in no month."
    assert [row.is_open for row in view.rows] == [True, False]
    assert view.rows[0].cells == ("60", "3", "0", "30", "0", "0", "0", "−27", "50.0%", "0.1")
    assert view.rows[1].cells[-2:] == ("too few", "too few")
    assert view.chart.hits[-1].text == "Nov 2026, so far: 3 came, 30 left"
    alone = months_view(months[1:], 0, (), "x.csv")
    assert alone is not None
    assert alone.takeaway == "The first month, not over yet: 3 people came and 30 left."
    assert months_view([], 0, (), "x.csv") is None


def test_a_month_has_its_notes() -> None:
    months = months_between([moved(1, 60), moved(0, 3, 30)], 33, CLOCK.today)
    days = (date(2025, 11, 1), date(2026, 10, 1), date(2026, 10, 31))
    view = months_view(months, 0, [Annotation(day, OWN, "Snow") for day in days], "x.csv")
    assert view is not None
    assert [row.notes for row in view.rows] == [(), ("1 Oct: Snow", "31 Oct: Snow")]


def test_sources_are_folded_and_the_unknown_comes_last() -> None:
    rows = [
        a_source(None, sign_ups=90),
        a_source("form", sign_ups=5, confirmed=4),
        a_source("form", sign_ups=40, confirmed=30)._replace(utm_campaign="spring"),
        a_source("api", sign_ups=45),
    ]
    named = folded(rows, by_source)
    assert [(name, row.sign_ups) for name, row in named] == [("api", 45), ("form", 45), (None, 90)]
    assert summed(rows).sign_ups == 180
    assert summed([]) == a_source()
    table = source_table("Source", named, 2)
    assert (table.rows[1].activated.text, table.rows[1].activated.counts) == ("75.6%", "34 of 45")
    assert table.more == "1 smaller one not shown"
    assert [t.title for t in campaign_tables(rows)] == ["Campaign (utm_campaign)"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.com:80/a?b", "example.com"),
        ("http://[b", None),
        ("android-app://com.example.mail/", "com.example.mail"),
        ("no address", None),
        (None, None),
    ],
)
def test_referrers_are_hosts(url: str | None, host: str | None) -> None:
    assert by_referrer(a_source()._replace(referrer_url=url)) == host


def test_a_share_has_its_counts_and_a_minimum() -> None:
    known = share_cell(share("engaged_after_30_days", 5, 20), 5)
    assert (known.text, known.counts, known.bar, known.known) == ("25.0%", "5 of 20", "25", True)
    few = share_cell(share("engaged_after_30_days", 5, 19), 5)
    assert (few.text, few.counts, few.known) == ("too few", "5 of 19", False)
    nobody = share_cell(share("engaged_after_30_days", 0, 0), 0)
    assert (nobody.text, nobody.counts) == ("nobody yet", "")


def test_a_few_lucky_readers_make_no_best_source() -> None:
    form, lucky = a_source("form", measured=600, engaged=480), a_source("lucky", measured=20, engaged=18)
    clear = best([("form", form), ("lucky", lucky), ("import", a_source(measured=600, engaged=240))])
    assert clear is not None
    assert (clear.name, clear.is_clear, round(clear.others, 2)) == ("form", True, 0.42)
    even = best([("form", form), ("lucky", lucky)])
    assert even is not None
    assert not even.is_clear
    assert best([("form", form)]) is None
    assert best([("form", form), ("few", a_source(measured=19, engaged=19))]) is None


def test_the_best_of_many_sources_must_be_better_than_chance_makes_one_of_them() -> None:
    better, usual = a_source("a", measured=100, engaged=64), a_source("b", measured=400, engaged=200)
    two = best([("a", better), ("b", usual)])
    assert two is not None
    assert two.is_clear
    share = a_source("c", measured=100, engaged=50)
    many = best([("a", better), *((name, share) for name in "bcde")])
    assert many is not None
    assert (many.name, many.others, many.is_clear) == ("a", 0.5, False)


def test_the_answer_names_the_source_and_the_reason_or_why_not() -> None:
    months = months_between([moved(2, 400, 30)], 370, CLOCK.today)
    form, bulk = a_source("form", measured=600, engaged=480), a_source("bulk", measured=600, engaged=240)
    named = [("form", form), ("bulk", bulk)]
    said = answer(months, named, [ReasonCount(None, 9), ReasonCount("Too many emails.", 4)])
    assert said == (
        "In the last 12 months 400 people came and 30 left: +370. The best readers come from form: 80.0% did "
        "something within 30 days, of all others 40.0%. The reason most often given for leaving is “Too many emails”."
    )
    assert answer(months, named[:1], []).endswith(
        "There are too few new readers of different sources to say which is best. Nobody who left lately gave a reason."
    )
    assert "No source brings clearly better readers" in answer(months, [("a", form), ("b", form)], [])
    assert "nobody’s first 30 days are over and brought" in answer(months, [("a", a_source())], [])
    assert answer([], [], []).startswith("Nobody came onto the list on a known day yet")


def test_tiles_say_why_there_is_no_figure() -> None:
    values = {t.metric: (t.value, t.note) for t in tiles([], Churn(None, 1), a_source())}
    assert values["monthly_churn"] == ("–", "too few people for a rate")
    assert values["list_half_life"] == ("–", "too few people for a rate")
    assert values["quick_ratio"] == ("–", "too few losses for a ratio")
    assert values["engaged_after_30_days"] == ("–", "nobody could be measured for 30 days")
    assert values["survival_after_90_days"] == ("–", "nobody joined 90 days ago")
    assert values["net_growth"][0] == "0"
    months = months_between([moved(2, 100), moved(1, 0, 10)], 90, CLOCK.today)
    some = {t.metric: t for t in tiles(months, Churn(0.1, 1), a_source(old=19, here=19))}
    assert (some["list_half_life"].value, some["quick_ratio"].value) == ("6.6", "10.0")
    assert some["monthly_churn"].detail == "Oct 2026: 10 of 100"
    assert some["survival_after_90_days"].note == "too few new readers for a rate"
    for churn, why in ((0.0, "at the usual churn nobody leaves"), (1.0, "everybody left within a month")):
        assert tiles(months, Churn(churn, 3), a_source())[2].note == why


def test_cohorts_hatch_what_is_open_and_dim_what_is_small() -> None:
    found = [
        cell(2, 0, 40, engaged=20),
        cell(2, 1, 40, subscribed=30, engaged=10),
        cell(2, 2, 40, subscribed=20, is_measured=0),
        cell(1, 0, 19),
        cell(1, 1, 19),
    ]
    subscribed, engaged = grids(found, THIS)
    assert [c.kind for c in subscribed.rows[0].cells] == ["value", "value", "open", *["none"] * 10]
    assert [c.text for c in subscribed.rows[0].cells][:3] == ["100", "75", "50"]
    assert [c.level for c in subscribed.rows[0].cells][:3] == [8, 4, 1]
    assert subscribed.rows[1].is_few
    assert [c.kind for c in subscribed.rows[1].cells][:3] == ["few", "few", "none"]
    assert [c.kind for c in engaged.rows[0].cells][:3] == ["value", "value", "unmeasured"]
    assert subscribed.takeaway == (
        "1 month after the month they joined in, 75.0% were still on the list (30 of 40)."
    )
    assert "opened, clicked or replied in that month (10 of 40)" in engaged.takeaway
    assert grids([], THIS) == ()
    young = grids([cell(0, 0, 500)], THIS)
    assert "too few people in finished months" in young[0].takeaway


def test_leaving() -> None:
    reasons = [ReasonCount(None, 50), *[ReasonCount(f"R{n}", 10 - n) for n in range(10)]]
    emails = [
        an_email(
            uuid=str(n), subject=f"S{n}", delivered=delivered, unsubscribed=left, sent_ms=NOW_MS - n * DAY
        )
        for n, (delivered, left) in enumerate([(1000, 5), (400, 4), (199, 20), (500, 0)])
    ]
    view = leaving(reasons, [AgeCount(1, 3, 9), AgeCount(4, 7, 7)], emails, SINCE, CLOCK)
    assert len(view.reasons) == 9
    assert (view.reasons[-1].label, view.reasons[-1].people) == ("2 other reasons", "3")
    assert view.reasons_note == "55 people of the 105 who unsubscribed and stayed away said why."
    assert [bar.people for bar in view.ages] == ["3", "0", "0", "7"]
    assert (
        view.ages_note
        == "The largest group had been on the list for more than a year: 7 of 10 who unsubscribed."
    )
    assert [row.subject for row in view.emails] == ["S1", "S0"]
    assert view.emails_note.startswith("No email lost a larger share than the others beyond")  # 4 of 400
    clear = leaving([], [], [*emails, an_email(subject="Oh", delivered=200, unsubscribed=9)], SINCE, CLOCK)
    assert clear.emails_note == "“Oh” lost the largest share: 4.5%, 9 of 200."
    small = leaving([], [], emails[2:], SINCE, CLOCK)
    assert [(row.subject, row.share.text) for row in small.emails] == [("S2", "too few")]
    assert small.emails_note == "No email reached enough people for a rate; these lost the most."
    assert (small.reasons, small.ages, small.reasons_note) == ((), (), "")
    lost = leaving([], [], [an_email(unsubscribed=9, delivered=None)], SINCE, CLOCK)
    assert [row.share.text for row in lost.emails] == ["not known"]
    old = leaving([ReasonCount(None, 2)], [], [an_email(unsubscribed=9, sent_ms=0)], SINCE, CLOCK)
    assert old.emails == ()
    assert old.reasons_note == "Nobody who unsubscribed gave a reason."


@pytest.mark.parametrize("kind", ["full", "one", "untracked", "hostile", "empty"])
def test_the_data_is_beside_the_page(site_of: Sites, kind: str) -> None:
    site = site_of(kind)
    data = json.loads(site["data/growth.json"])
    assert (data["version"], data["kind"]) == (VERSION, "growth")
    months = site["data/growth-months.csv"].decode("utf-8-sig").splitlines()
    cohorts = site["data/growth-cohorts.csv"].decode("utf-8-sig").splitlines()
    assert (months[0], cohorts[0]) == (",".join(MONTH_COLUMNS), ",".join(COHORT_COLUMNS))
    assert (len(months) - 1, len(cohorts) - 1) == (len(data["months"]), len(data["cohorts"]))
    for name in ("sources", "campaigns", "utm_sources", "referrers"):
        assert sum(s["sign_ups"] for s in data[name]) == sum(s["sign_ups"] for s in data["sources"])


def test_the_page_of_a_whole_newsletter(site_of: Sites) -> None:
    html = site_of("full")["growth.html"].decode()
    assert html.count('class="column s') == 3  # joined, unsubscribed, undeliverable
    assert html.count('class="column open') == 3
    assert 'class="q' in html
    assert re.search(r"<td class=\"q\d open", html)
    assert "Hatched: not over yet" in html


def test_what_cannot_be_measured_is_no_share(site_of: Sites) -> None:
    html = site_of("untracked")["growth.html"].decode()
    assert "nobody’s first 30 days are over and brought" in html
    assert "nobody could be measured for 30 days" in html
    assert '<span class="unknown">not measured</span>' in html
    data = json.loads(site_of("untracked")["data/growth.json"])
    assert {c["engaged"] for c in data["cohorts"]} == {None}
    assert {s["measured"] for s in data["sources"]} == {0}


def test_an_empty_project_is_told_what_to_do(site_of: Sites) -> None:
    assert b"rapport sync" in site_of("empty")["growth.html"]
