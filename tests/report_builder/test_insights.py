"""What stands out: each rule speaks on clear evidence, the right way round, and is silent otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from report_builder.comparison import Compared, Counts, Group, Rated
from report_builder.insights import RULES, SHOWN, insights
from report_builder.insights.evidence import Evidence
from report_builder.rows import FanCount, GroupDepartures, GroupEmails, GroupPeople, SourceCounts, StageCount
from report_builder.scoring import Stage
from report_builder.views.deliverability_lights import Figures
from report_builder.views.email_usual import WEEK_HOURS, Course
from report_builder.views.links_rising import Rising
from report_builder.views.rates import Pool
from tests.report_builder.examples import CLOCK, an_email
from tests.report_builder.stores import DAY, NOW_MS

NOTHING = Evidence(CLOCK, (), (), (), (), Figures(0, 0, 0, 0, 0, 0), (), ())
SENT = Figures(recipients=10_000, delivered=9_900, hard=20, soft=60, complained=2, unsubscribed=20)


def course(clicked: int, days: float, *, delivered: int = 2_000, early: float = 0.6, **values: Any) -> Course:
    """An email that old; the share `early` of the clicks came on its first day, the rest by the end of the week."""
    email = an_email(sent_ms=NOW_MS - round(days * DAY), delivered=delivered, clicked=clicked, **values)
    clicks = [0, *[round(clicked * early)] * 24, *[clicked] * (WEEK_HOURS - 24)]
    return Course(email, tuple(clicks), tuple(clicks))


def weekly(rates: Sequence[int], **values: Any) -> list[Course]:
    """Emails a week apart, the latest a week and a day old."""
    return [course(clicked, 8 + 7 * n, **values) for n, clicked in enumerate(rates)]


def stages(step: int, **people: int) -> list[StageCount]:
    names: list[Stage] = ["champion", "active", "cooling", "dormant"]
    return [StageCount(step, NOW_MS - 28 * step * DAY, name, people.get(name, 0)) for name in names]


def source(name: str, engaged: int, measured: int) -> SourceCounts:
    return SourceCounts(name, None, None, None, measured, measured, measured, engaged, 0, 0, 0, 0, 0, 0, 0)


def said(**evidence: Any) -> dict[str, str]:
    return {each.key: each.text for each in insights(replace(NOTHING, **evidence))}


def test_nothing_is_said_of_nothing() -> None:
    assert insights(NOTHING) == ()


@pytest.mark.parametrize(
    ("figures", "key"),
    [
        (replace(SENT, hard=400), "permanent_failure_rate"),
        (replace(SENT, complained=60), "complaint_rate"),
        (replace(SENT, hard=400, complained=60), "complaint_rate"),
        (replace(SENT, hard=210), ""),  # above the limit, but not surely
        (replace(SENT, recipients=150, delivered=140, hard=30), ""),  # too few
        (SENT, ""),
    ],
)
def test_failures_are_told_when_they_are_surely_too_many(figures: Figures, key: str) -> None:
    assert set(said(lately=figures)) == ({key} if key else set())


def test_people_who_leave() -> None:
    usual = weekly([80] * 15, unsubscribed=4)
    more = [*weekly([80] * 5, unsubscribed=16), *usual[5:]]
    assert said(courses=usual) == {}
    assert said(courses=more) == {
        "leaving": "More readers leave: 0.80% of deliveries, where it used to be 0.20%."
    }
    assert said(courses=[*weekly([80] * 5, unsubscribed=1), *usual[5:]]) == {}, "fewer is no alarm"
    assert said(courses=weekly([1] * 15, delivered=12, unsubscribed=2)) == {}, "too few deliveries"


@pytest.mark.parametrize(
    ("clicked", "days", "says"),
    [
        (200, 2, "was clicked more than any of the 10 emails before"),
        (10, 2, "was clicked less than any of the 10 emails before"),
        (90, 2, ""),  # within the range of those before
        (200, 0.5, ""),  # less than a day old
    ],
)
def test_the_latest_email_at_the_same_age(clicked: int, days: float, says: str) -> None:
    before = [course(80 + 5 * (n % 4), 8 + 7 * n, early=0.5) for n in range(12)]
    found = said(courses=[course(clicked, days, early=0.5, subject="News"), *before])
    assert ("latest_email" in found) == bool(says)
    assert says in found.get("latest_email", "")


def test_one_email_among_very_different_ones_does_not_stand_out() -> None:
    """Beyond chance it is, as every email is that has a topic of its own; but it lies within what is usual here."""
    before = [
        course(clicked, 8 + 7 * n, early=1) for n, clicked in enumerate((20, 200, 40, 160, 60, 30, 180, 20))
    ]
    assert "latest_email" not in said(courses=[course(170, 2, early=1), *before])


@pytest.mark.parametrize(
    ("latest", "says"), [(120, "Clicks are rising: 6.0%"), (50, "Clicks are falling: 2.5%"), (84, "")]
)
def test_where_clicks_are_going(latest: int, says: str) -> None:
    found = said(courses=weekly([latest] * 5 + [80] * 10))
    assert says in found.get("clicks_trend", "")
    assert ("clicks_trend" in found) == bool(says)


def test_emails_younger_than_a_week_are_no_trend() -> None:
    young = [course(0, n + 1) for n in range(5)]
    assert "clicks_trend" not in said(courses=[*young, *weekly([80] * 15)])
    untracked = weekly([0] * 5, clicks_tracked=0)
    assert said(courses=[*untracked, *weekly([80] * 15)]) == {}


def test_warmth() -> None:
    past = stages(3, active=500, dormant=500)
    assert "getting warmer: 60.0%" in said(stages=[*past, *stages(0, active=600, dormant=400)])["warmth"]
    assert "getting colder: 40.0%" in said(stages=[*past, *stages(0, active=400, dormant=600)])["warmth"]
    assert said(stages=[*past, *stages(0, active=510, dormant=490)]) == {}
    assert said(stages=[*stages(3, active=20), *stages(0, dormant=20)]) == {}, "too few"


@pytest.mark.parametrize(("quiet", "speaks"), [(60, True), (25, False), (5, False)])
def test_fans_who_fade(quiet: int, speaks: bool) -> None:
    fans = [FanCount(0, 200, quiet), FanCount(3, 200, 20)]
    assert ("fading_fans" in said(fans=fans)) == speaks
    assert said(fans=fans[:1]) == {}


def test_the_best_source() -> None:
    found = said(sources=[source("partner_site", 90, 100), source("form", 500, 1_000)])
    assert found == {
        "best_source": "Readers from “partner site” engage most: 90.0% did something in their first 30 days, against "
        "50.0% of all others."
    }
    assert said(sources=[source("partner", 55, 100), source("form", 500, 1_000)]) == {}
    assert said(sources=[source("partner", 15, 15), source("form", 500, 1_000)]) == {}, "too few"


def test_a_site_that_rises() -> None:
    site = Rising("blog.example", False, "40 of 200", "10 of 200", "15 points up", 40, 10, 1e-6)
    assert "click through to blog.example" in said(rising=[site])["rising_site"]
    assert said(rising=[replace(site, is_own=True)]) == {}
    assert said(rising=[replace(site, p=0.04)]) == {}, "one of nine questions"


def group(kind: Any, key: str, clicked: int, delivered: int, difference: Any = None) -> Compared:
    emails = GroupEmails(0, *[0] * 10)._replace(clicked=clicked, delivered=delivered)
    counts = Counts(GroupPeople(0, *[0] * 6), emails, GroupDepartures(0, 0, 0))
    rates = {"click_rate": Rated(clicked, Pool(clicked / delivered, delivered))}
    differences = {"click_rate": difference} if difference else {}
    return Compared(Group(kind, key, frozenset()), counts, rates, None, differences)


def test_a_tag_whose_people_click_more() -> None:
    groups = [
        group("everybody", "", 500, 10_000),
        group("segment", "Fans", 200, 1_000, "higher"),
        group("tag", "editors", 100, 1_000, "higher"),
        group("tag", "vip", 150, 1_000, "higher"),
        group("tag", "cold", 1, 1_000, "lower"),
    ]
    assert said(groups=groups) == {
        "keen_tag": "Readers tagged “vip” click more than all others: 15.0% of deliveries against 3.9%."
    }
    assert said(groups=groups[:2]) == {}, "a segment may be made of clickers"


def test_at_most_five_and_the_bad_news_first() -> None:
    found = insights(
        Evidence(
            clock=CLOCK,
            courses=[course(300, 2), *weekly([120] * 5 + [80] * 10, unsubscribed=4)],
            stages=[*stages(3, active=500, dormant=500), *stages(0, active=400, dormant=600)],
            fans=[FanCount(0, 200, 90), FanCount(3, 200, 20)],
            sources=[source("partner", 90, 100), source("form", 500, 1_000)],
            lately=replace(SENT, hard=600),
            rising=[Rising("blog.example", False, "", "", "", 40, 10, 1e-6)],
            groups=(),
        )
    )
    assert len(found) == SHOWN
    moods = [each.mood for each in found]
    assert moods == sorted(moods), "badly before well"
    assert all(each.evidence and each.action and each.href for each in found)


def test_chance_alone_is_seldom_taken_for_news() -> None:
    """A thousand newsletters in which nothing ever changes: one rule or another speaks of fewer than one in twenty."""
    rng = Random(5)

    def draw(trials: int, rate: float) -> int:
        return round(rng.gauss(trials * rate, (trials * rate * (1 - rate)) ** 0.5))

    spoke = 0
    for _ in range(1_000):
        evidence = replace(
            NOTHING,
            courses=[
                course(draw(2_000, 0.04), 8 + 7 * n, unsubscribed=draw(2_000, 0.003)) for n in range(15)
            ],
            stages=[*_chance_stages(draw, 0), *_chance_stages(draw, 3)],
            fans=[FanCount(0, 200, draw(200, 0.2)), FanCount(3, 200, draw(200, 0.2))],
            sources=[source(name, draw(200, 0.6), 200) for name in ("a", "b")],
        )
        spoke += bool(insights(evidence))
    assert spoke < 50
    assert len(RULES) == 9


def _chance_stages(draw: Any, step: int) -> list[StageCount]:
    active = draw(800, 0.5)
    return stages(step, active=active, dormant=800 - active)
