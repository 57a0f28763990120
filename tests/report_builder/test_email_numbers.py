"""What an email's page says of times, rates and the usual, case by case."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builder import rows, wording
from report_builder.build import build
from report_builder.email_data import EMAIL_CSV
from report_builder.rows import CurveHour, Depth, EmailLink, HalfLife, OpenCounts, Pace
from report_builder.views.email_answer import answer
from report_builder.views.email_counts import comparison, filtered_counts, outcomes
from report_builder.views.email_curve import email_curve
from report_builder.views.email_funnel import funnel
from report_builder.views.email_links import depth_figures, email_links, per_clicker
from report_builder.views.email_speed import Figures, reached, speed
from report_builder.views.email_usual import (
    WEEK_HOURS,
    Course,
    age_hours,
    at_age,
    course,
    usual_note,
    usual_rows,
)
from report_builder.warehouse import open_warehouse
from tests.report_builder.conftest import Sites
from tests.report_builder.examples import CLOCK, an_email
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store

HOUR = 3_600_000


def sent(clicked: int, after: int = 0, **values: Any) -> Course:
    """An email in which `clicked` people clicked that many hours after sending."""
    return course(an_email(clicked=clicked, **values), [CurveHour(0, after, 0, clicked)])


def test_a_young_email_is_not_compared_with_what_old_ones_got_later() -> None:
    before = [course(an_email(), [CurveHour(0, 2, 0, 4), CurveHour(0, 30, 0, 20)]) for _ in range(3)]
    found = at_age(sent(5, sent_ms=NOW_MS - 10 * HOUR), before, 10)
    assert found is not None
    assert (found.clicks.rate.rate, found.clicks.usual, found.clicks.emails) == (0.05, 0.04, 3)
    later = at_age(sent(5), before, WEEK_HOURS)
    assert later is not None
    assert later.clicks.usual == 0.24


def test_only_ten_before_count_and_three_must_have_a_rate() -> None:
    before = [sent(2)] * 3 + [sent(9, clicks_tracked=0)] * 7 + [sent(50)] * 9
    found = at_age(sent(1), before, 24)
    assert found is not None
    assert (found.clicks.usual, found.clicks.emails) == (0.02, 3)
    few = at_age(sent(1), [sent(2), sent(2), sent(2, delivered=29, opens_tracked=0)], 24)
    assert few is not None
    assert few.clicks.usual is None
    assert usual_rows(few) == ()
    assert usual_note(an_email(), few).startswith("There are fewer than three earlier emails")


def test_the_first_hour_is_too_early() -> None:
    fresh = sent(1, sent_ms=NOW_MS - HOUR + 1)
    assert age_hours(fresh.email, CLOCK) == 0
    assert at_age(fresh, [sent(2)] * 3, 0) is None
    assert "too early" in usual_note(fresh.email, None)
    assert answer(fresh.email, None, True).endswith("too early to compare it with others.")
    assert age_hours(an_email(sent_ms=NOW_MS - HOUR), CLOCK) == 1
    assert age_hours(an_email(sent_ms=NOW_MS - 8 * DAY), CLOCK) == WEEK_HOURS
    assert age_hours(an_email(sent_ms=NOW_MS + DAY), CLOCK) == 0
    assert age_hours(an_email(sent_ms=None), CLOCK) == 0
    assert "not known when" in usual_note(an_email(sent_ms=None), None)


@pytest.mark.parametrize(
    ("clicked", "says"), [(10, "6.0 points up on"), (0, "4.0 points down on"), (4, "about"), (6, "about")]
)
def test_the_answer_names_the_usual(clicked: int, says: str) -> None:
    found = at_age(sent(clicked), [sent(4)] * 5, WEEK_HOURS)
    text = answer(an_email(clicked=clicked), found, False)
    assert f"click rate after a week was {clicked}.0%, {says} the usual 4.0% of the 5 emails before" in text


def test_what_was_not_tracked_is_not_compared() -> None:
    found = at_age(sent(4, clicks_tracked=0), [sent(4)] * 5, WEEK_HOURS)
    assert found is not None
    assert answer(an_email(clicks_tracked=0), found, False).count("usual") == 0
    clicks, opens = usual_rows(found)
    assert (clicks.now, clicks.usual, clicks.change) == ("not tracked", "4.0%", None)
    assert (opens.now, opens.usual) == ("0.0%", "0.0%")


@given(st.lists(st.tuples(st.integers(0, 168), st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_a_course_only_grows_and_holds_the_first_week(hours: list[tuple[int, int, int]]) -> None:
    found = course(an_email(), [CurveHour(0, *hour) for hour in hours])
    for people, place in ((found.opened, 1), (found.clicked, 2)):
        assert list(people) == sorted(people)
        assert people[0] == 0
        assert people[-1] == sum(hour[place] for hour in hours if hour[0] < 168)
        assert len(people) == 169


def test_the_curve_shows_what_the_usual_email_would_have_had() -> None:
    before = [course(an_email(measurable=50), [CurveHour(0, 0, 5, 0), CurveHour(0, 20, 5, 0)])] * 3
    mine = course(an_email(opened=30), [CurveHour(0, 0, 30, 0)])
    drawn = email_curve(mine, before, CLOCK)
    assert drawn is not None
    assert drawn.heads == ("Opened", "Clicked", "Opened, usual")
    assert [drawn.rows[place].cells[2] for place in (0, 1, -1)] == ["0", "10", "20"]
    assert drawn.takeaway == (
        "After 7 days 30 had opened and 0 had clicked. "
        "By then the usual email, sent to as many, would have been opened by 20 people."
    )
    assert (alone := email_curve(mine, before[:2], CLOCK)) is not None
    assert (alone.chart.ghost, alone.heads) == ("", ("Opened", "Clicked"))


def pace(people: int, *within: int, act: str = "open") -> Pace:
    return Pace(1, act, people, 20 * 60_000, 90 * 60_000, 50 * HOUR, *(within or (people,) * 5))


def test_times_need_thirty_people() -> None:
    many, few = pace(30, 10, 15, 20, 25, 30), pace(29, act="click")
    found = speed(an_email(), Figures(opens=many, clicks=few, half_life=HalfLife(1, 30, HOUR)), WEEK_HOURS)
    assert found.takeaway == "Half of those who opened it did so within 1 h 30 min."
    assert [(row.opened, row.clicked) for row in found.rows[:3]] == [
        ("20 min", "too few"), ("1 h 30 min", "too few"), ("2 d 2 h", "too few"),
    ]  # fmt: skip
    assert [row.opened for row in found.rows[3:]] == ["33.3%", "50.0%", "66.7%", "83.3%"]
    assert found.half_life == "1 h after sending, of 30 clicks in the first week"
    none = speed(an_email(), Figures(clicks=few, half_life=HalfLife(1, 29, HOUR)), WEEK_HOURS)
    assert (none.rows, none.half_life) == ((), "")
    assert "too few to say how fast" in none.takeaway
    off = speed(an_email(opens_tracked=0, clicks_tracked=None), Figures(), WEEK_HOURS)
    assert off.takeaway.startswith("It is not known that opens or clicks were tracked")
    hidden = speed(an_email(clicks_tracked=0), Figures(opens=many), WEEK_HOURS)
    assert {row.clicked for row in hidden.rows} == {"not tracked"}


def test_before_the_week_is_over_there_are_no_shares_of_it() -> None:
    found = speed(an_email(), Figures(opens=pace(40), half_life=HalfLife(1, 30, HOUR)), 29)
    assert [row.opened for row in found.rows[3:]] == ["not yet"] * 4
    assert [row.label for row in found.rows[:2]] == ["A quarter so far", "Half so far"]
    assert found.takeaway.endswith("so far.")
    assert found.half_life.endswith("so far")
    assert reached(pace(40), WEEK_HOURS - 1) == []
    assert [hours for hours, _ in reached(pace(40), WEEK_HOURS)] == [1, 6, 24, 72, 168]
    late = pace(40, 0, 0, 0, 0, 29)  # enough people, but too few of them in the first week
    assert {pool.why for _, pool in reached(late, WEEK_HOURS)} == {"too few"}


def test_bounces_complaints_and_unsubscribes_have_rates_from_200_on() -> None:
    email = an_email(
        recipients=400, delivered=390, bounced=10, hard_bounced=4, complained=1, unsubscribed=3, replied=2
    )
    assert [(row.people, f"{row.share} {row.whole}".strip()) for row in outcomes(email)] == [
        ("10", ""),
        ("10", ""),
        ("4", "1.00% of recipients"),
        ("3", "0.77% of deliveries"),
        ("1", "0.26% of deliveries"),
        ("2", ""),
    ]
    assert [row.share for row in funnel(email)][1] == "97.5%"
    few = an_email(recipients=199, delivered=199)
    assert {row.share for row in outcomes(few) if row.rate} == {"too few"}
    assert [row.share for row in funnel(few)][1] == "too few"
    # most of what failed at first arrived later
    delayed = outcomes(an_email(recipients=400, delivered=398, bounced=10, hard_bounced=1))
    assert [(row.metric, row.people) for row in delayed[:3]] == [
        ("bounces", "10"), ("not_delivered", "2"), ("hard_bounces", "1"),
    ]  # fmt: skip
    # nothing was seen of it: the provider's counts alone say nothing about failures
    unseen = an_email(recipients=0, delivered=500, provider_recipients=510)
    assert outcomes(unseen)[1].people == wording.UNKNOWN
    assert {row.share for row in outcomes(unseen) if row.rate} == {wording.UNKNOWN}
    assert [row.share for row in funnel(unseen)][1] == "98.0%"


def test_hard_and_soft_bounces_stand_beside_the_providers() -> None:
    found = comparison(an_email(bounced=5, hard_bounced=2, provider_bounces=6, provider_hard_bounces=2))
    assert [(r.label, r.ours, r.theirs, r.difference) for r in found] == [
        ("Bounces", "5", "6", "-1"), ("Hard bounces", "2", "2", "same"), ("Soft bounces", "3", "4", "-1"),
    ]  # fmt: skip
    assert comparison(an_email()) == ()


def test_link_shares_need_ten_clickers() -> None:
    link = EmailLink(1, "https://a.example/x", "https://a.example/x", 5, 7, 30, 20)
    (row,) = email_links([link], an_email(clicked=10, raw_clicked=40))
    assert (row.link.people, row.share, row.raw_people, row.raw_share) == ("5", "50.0%", "20", "50.0%")
    (row,) = email_links([link], an_email(clicked=9, raw_clicked=40))
    assert (row.share, row.raw_share) == ("too few", "50.0%")


def test_depth_needs_ten_clickers() -> None:
    assert [(f.metric, f.value) for f in depth_figures(Depth(1, 10, 25, 14))] == [
        ("clicks_per_clicker", "2.5"), ("links_per_clicker", "1.4"),
    ]  # fmt: skip
    assert depth_figures(Depth(1, 9, 25, 14)) == ()
    assert per_clicker(None, "links_per_clicker") is None


def test_counts_before_filtering() -> None:
    assert [c.value for c in filtered_counts(OpenCounts(1, 1200, 30, 400))] == ["1,200", "30", "400"]
    assert filtered_counts(None) == ()


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "under 1 min"), (59_999, "under 1 min"), (60_000, "1 min"), (HOUR, "1 h"), (47 * HOUR, "47 h"),
     (2 * HOUR + 60_000, "2 h 1 min"), (48 * HOUR, "2 d"), (76.5 * HOUR, "3 d 4 h"), (2400 * HOUR, "100 d")],
)  # fmt: skip
def test_durations(ms: float, text: str) -> None:
    assert wording.duration(ms) == text


def test_clicks_before_sending_and_repeats(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    at = NOW_MS - 20 * DAY
    person, other, email = store.subscriber(), store.subscriber(), store.email("A", at)
    one, two = store.link("https://a.example/"), store.link("https://b.example/")
    store.event("subscriber.delivered", at + 60_000, person, email)
    for after, link in ((0, one), (300_000, one), (600_001, one), (700_000, two)):
        store.event("subscriber.clicked", at + HOUR + after, person, email, link)
    store.event("subscriber.clicked", at - 5_000, other, email, one)  # no delivery is known
    store.event("subscriber.clicked", at + 7 * DAY, other, email, two)  # after the first week
    store.run()
    with open_warehouse(store.done()) as warehouse:
        assert warehouse.rows(Depth, "email/depth") == [(1, 2, 5, 4)]
        assert warehouse.rows(HalfLife, "email/half_life") == [(1, 5, HOUR + 300_000)]
        found = {row.act: row for row in warehouse.rows(Pace, "email/pace")}
    assert (found["click"].quarter_ms, found["click"].three_quarters_ms) == (0, HOUR - 60_000)
    assert "open" not in found  # no open was ever seen, so nobody knows whether they are tracked


@pytest.mark.parametrize("query", ["pace", "half_life", "depth", "opens"])
def test_an_empty_project_has_no_rows(query: str) -> None:
    kinds = {"pace": Pace, "half_life": HalfLife, "depth": Depth, "opens": OpenCounts}
    with open_warehouse(None) as warehouse:
        assert warehouse.rows(kinds[query], f"email/{query}") == []


def test_published_emails_carry_the_new_fields(site_of: Sites) -> None:
    site = site_of("full")
    emails = json.loads(site["data/emails.json"])["emails"]
    assert set(EMAIL_CSV) <= set(emails[0])
    head = site["data/emails.csv"].decode("utf-8-sig").splitlines()[0]
    assert head == ",".join(EMAIL_CSV)
    one = json.loads(site[f"data/emails/{emails[0]['email_id']}.json"])
    assert {"time_to_open", "time_to_click", "half_life_s", "links"} <= set(one)
    assert any(e["click_rate_usual"] is not None for e in emails)
    for email in json.loads(site_of("untracked")["data/emails.json"])["emails"]:
        assert email["open_events"] is email["click_rate_then"] is email["half_life_s"] is None


def test_a_page_shows_a_full_comparison(tmp_path: Path) -> None:
    """Four emails to forty people: what is measured reaches the page."""
    store = Store(tmp_path / "s.sqlite")
    people = [store.subscriber() for _ in range(40)]
    link = store.link("https://a.example/")
    for number in range(4):
        at = NOW_MS - (40 - 10 * number) * DAY
        email = store.email(f"Letter {number}", at)
        for place, person in enumerate(people):
            store.event("subscriber.delivered", at + 1000, person, email)
            store.event("subscriber.opened", at + (place + 1) * 60_000, person, email)
            if place < 30 + number:
                store.event("subscriber.clicked", at + (place + 2) * 60_000, person, email, link)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
        emails = warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
    page = site[f"emails/{emails[0].uuid}.html"].decode()
    assert "after a week was 82.5%, about the usual 77.5% of the 3 emails before at that age." in page
    assert "half of those who opened it" in page.lower()
    assert "Half-life" in page
    assert "clicks per clicker" in page
