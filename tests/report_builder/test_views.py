"""What the pages say, case by case."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from report_builder.rows import (
    Clicker,
    CurveHour,
    EmailResult,
    Loss,
    Totals,
    Unassigned,
    UnlinkedEvents,
)
from report_builder.views.downloads import downloads_view
from report_builder.views.email import EmailRows, email_view
from report_builder.views.email_counts import comparison
from report_builder.views.email_speed import Figures
from report_builder.views.email_usual import Course, course
from report_builder.views.overview import Trend
from report_builder.views.overview_figures import answer
from report_builder.views.overview_lists import heat
from report_builder.views.people import Directory
from report_builder.views.periods import periods
from report_builder.views.reconciliation import compare
from report_builder.views.runs import counts_text
from report_builder.views.site import site_view
from report_builder.views.status import status_view
from shared.last_run import LastRun, read_last_run
from tests.report_builder.examples import CLOCK, an_email, facts
from tests.report_builder.stores import DAY, NOW_MS

NOBODY = EmailRows((), (), (), (), Figures())


def sent(hours: Sequence[CurveHour] = (), **values: Any) -> Course:
    return course(an_email(**values), hours)


def test_periods_line_up_by_weekday() -> None:
    for period in periods(CLOCK, date(2020, 1, 1))[:3]:
        assert period.last == date(2026, 11, 18)
        assert period.previous_first is not None
        assert period.previous_last == period.first - timedelta(days=1)
        assert period.first.weekday() == period.previous_first.weekday()
        assert (
            (period.first - period.previous_first).days == period.days == period.steps * period.days_per_step
        )
        assert NOW_MS - period.previous_before_ms == period.days * DAY


def test_a_period_without_history_has_no_past() -> None:
    four, thirteen, year, everything = periods(CLOCK, date(2026, 9, 1))
    assert four.previous_first is not None
    assert thirteen.previous_first is None
    assert year.previous_first is None
    assert everything.first <= date(2026, 9, 1)
    assert [p.path for p in (four, thirteen, everything)] == [
        "overview-4.html",
        "index.html",
        "overview-all.html",
    ]


@pytest.mark.parametrize(("years", "step"), [(0.1, 1), (1, 7), (8, 28)])
def test_all_time_has_a_bounded_number_of_steps(years: float, step: int) -> None:
    everything = periods(CLOCK, CLOCK.today - timedelta(days=int(365 * years)))[-1]
    assert everything.days_per_step == step
    assert everything.steps <= 131
    assert periods(CLOCK, None)[-1].days == 28


@pytest.mark.parametrize(
    ("email", "says"),
    [
        (
            {"opened": 40, "clicked": 5, "measurable": 80, "hidden": 20},
            "It reached 100 people: 5 clicked (5.0%) and 40 were seen opening it (50.0% of the 80 who can be measured; "
            "about 50 in all).",
        ),
        (
            {"recipients": 1, "delivered": 1, "measurable": 1, "opened": 1, "clicked": 1},
            "It reached 1 person: 1 clicked and 1 was seen opening it.",
        ),
        ({"opens_tracked": 0, "measurable": None, "clicked": 5}, "It reached 100 people: 5 clicked (5.0%)."),
        (
            {"opens_tracked": 0, "clicks_tracked": 0},
            "cannot be said, because opens and clicks were not tracked.",
        ),
        ({"opens_tracked": None, "clicks_tracked": None}, "too early to tell"),
        ({"recipients": 0, "delivered": None}, "Nothing has come in"),
        ({"opened": 1, "sent_ms": NOW_MS - DAY}, "Numbers still come in: it is less than a week old."),
    ],
)
def test_the_answer_of_an_email(email: dict[str, Any], says: str) -> None:
    view = email_view(sent(**email), NOBODY, [], None, CLOCK, Directory())
    assert says in view.answer


def test_an_email_is_compared_with_the_usual_one() -> None:
    before = [sent([CurveHour(0, 0, n, n)], clicked=n) for n in (2, 4, 6)]
    mine = sent([CurveHour(0, 4, 10, 10)], opened=50, clicked=10)
    view = email_view(mine, NOBODY, before, None, CLOCK, Directory())
    assert view.answer.endswith(
        "Its human click rate after a week was 10.0%, 6.0 points up on the usual 4.0% of the 3 emails before "
        "at that age."
    )
    assert view.older is not None
    assert view.newer is None


def test_the_curve_ends_where_the_email_is_now() -> None:
    hours = [CurveHour(0, 0, 10, 1), CurveHour(0, 5, 10, 0), CurveHour(0, 168, 5, 0)]

    def curve(**values: Any) -> Trend | None:
        return email_view(sent(hours, **values), NOBODY, [], None, CLOCK, Directory()).curve

    old = curve(opened=25, clicked=1)
    assert old is not None
    assert [row.cells[0] for row in old.rows][-1] == "20"
    assert old.takeaway == "After 7 days 20 had opened and 1 had clicked."
    young = curve(sent_ms=NOW_MS - 7 * 3_600_000, opened=20)
    assert young is not None
    assert young.rows[-1].label == "6 hours after sending"
    fresh = curve(sent_ms=NOW_MS - 60_000, opened=20)
    assert fresh is not None
    assert len(fresh.rows) == 2
    assert curve(opens_tracked=0, clicks_tracked=0, opened=20) is None


def test_people_of_an_email() -> None:
    clicker = Clicker(0, "u1", "a@b.c", None, "regular", 3, None, NOW_MS - 20 * DAY + 3_600_000 * 5)
    loss = Loss(0, "u2", None, "Bo", NOW_MS, None, NOW_MS, "mailbox_full", None)
    view = email_view(
        sent(), EmailRows((), [clicker], [loss], (), Figures()), [], None, CLOCK, Directory(frozenset({"u1"}))
    )
    assert (view.clickers[0].href, view.clickers[0].after) == ("subscribers/u1.html", "5 h")
    assert (view.losses[0].what, view.losses[0].why) == ("complained", "")
    assert view.clicks_csv == "data/emails/u-clicks.csv"


def test_the_provider_beside_us() -> None:
    rows = comparison(an_email(provider_deliveries=98, provider_opens=0))
    assert [(r.label, r.ours, r.theirs, r.difference) for r in rows] == [
        ("Deliveries", "100", "98", "+2"),
        ("Opens, raw", "0", "0", "same"),
    ]


def test_the_overviews_answer() -> None:
    thirteen = periods(CLOCK, date(2020, 1, 1))[1]
    now, before = Totals(6, 2, 4, 0), Totals(3, 1, 3, 0)
    assert answer(thirteen, now, before, facts(), True, 9) == (
        "6 people opened, clicked or replied in the last 13 weeks, about as many as in the 13 weeks before. "
        "4 of them are on the list today, of 8."
    )
    assert (
        answer(thirteen, now, None, facts(active=1), True, 9)
        == "6 people opened, clicked or replied in the last 13 weeks."
    )
    nobody = Totals(0, 0, 0, 0)
    assert answer(thirteen, nobody, None, facts(active=1), True, 0) == (
        "1 person gets this newsletter; no email was sent in the last 13 weeks."
    )
    assert "cannot be said" in answer(thirteen, Totals(0, 0, 0, 0), before, facts(), False, 9)


def test_no_heat_without_fire() -> None:
    assert heat([], "opened") is None


def test_notices() -> None:
    untracked = site_view(facts(), NOW_MS, "UTC", [an_email(opens_tracked=0, clicks_tracked=0)])
    assert "Turn tracking on" in untracked.notice
    assert site_view(facts(), NOW_MS, "UTC", [an_email()]).notice == ""
    assert site_view(facts(events=0, subscribers=0), None, "UTC", []).is_empty


Say = Callable[..., str]


@pytest.fixture
def status_says() -> Say:
    def say(emails: list[EmailResult], synced: int | None = NOW_MS) -> str:
        unlinked = [UnlinkedEvents(e.email_id, "subscriber.delivered", 100, 0) for e in emails]
        compared = compare(emails, unlinked, 0, CLOCK)
        return status_view(
            facts(synced_ms=synced),
            [],
            [],
            [],
            [],
            Unassigned(0, 0),
            [],
            compared,
            0,
            24,
            downloads_view([], False),
            CLOCK,
        ).answer

    return say


def test_status_answers(status_says: Say) -> None:
    same, off = an_email(provider_deliveries=100), an_email(provider_deliveries=150)
    assert status_says([], None).startswith("Nothing was ever synced")
    assert (
        status_says([same])
        == "The newest event is of 18 Nov 2026, 19:30, and our counts agree with the provider's within 1% or one "
        "person for the one email."
    )
    assert (
        "differs from the provider's count by more than 1% and one person for 1 email of 2, for no reason we know"
        in status_says([same, off])
    )
    assert "gives no counts" in status_says([an_email()])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, None),
        (b"not json", None),
        (b"[1]", None),
        (b'{"outcome": "done", "started_at": "2026-11-18T12:00:00Z", "finished_at": "2026-11-18T12:01:00Z"}',
         LastRun(1_795_003_200_000, 1_795_003_260_000, "done")),
        (b'{"outcome": "failed", "finished_at": 5, "problems": ["no"]}', LastRun(None, None, "failed", ("no",))),
        (b'{"outcome": "failed", "finished_at": "yesterday"}', LastRun(None, None, "failed")),
    ],
)  # fmt: skip
def test_last_run_is_read_leniently(body: bytes | None, expected: LastRun | None) -> None:
    assert read_last_run(body) == expected


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ('{"events": {"stored": 1200, "known": 0}, "pages": 3}', "events: 1,200 stored; 3 pages"),
        ('{"unknown_keys": {"a_b": 2}}', "unknown keys: 2 a b"),
        ("[]", ""),
        ("{", ""),
    ],
)
def test_counts_of_a_run(counts: str, text: str) -> None:
    assert counts_text(counts) == text
