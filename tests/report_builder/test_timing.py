"""The page Timing: hours of the week, how soon people act, and times of sending."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from report_builder import rows
from report_builder.build import build
from report_builder.rows import HalfLife, HourIntensity, Pace, PaceOfAll
from report_builder.views.email_speed import Figures
from report_builder.views.timing import answer, heat, tiles
from report_builder.views.timing_heat import intensity, peak, per_thousand
from report_builder.views.timing_pace import pace_trend, reached_trend, timed, usual_half_life
from report_builder.views.timing_slots import slot_rows, slots, slots_note
from report_builder.warehouse import open_warehouse
from tests.report_builder.conftest import Sites
from tests.report_builder.examples import CLOCK, an_email
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store

HOUR = 3_600_000


def all_of(people: int = 100, act: str = "click") -> PaceOfAll:
    return PaceOfAll(act, 5, people, HOUR, 2 * HOUR, 9 * HOUR, *(people * n // 9 for n in range(1, 10)))


def test_a_cell_below_the_minimum_is_no_rate() -> None:
    hours = [HourIntensity(1, 0, 49, 49), HourIntensity(1, 1, 50, 0), HourIntensity(4, 9, 1000, 30)]
    assert [per_thousand(hour) for hour in hours] == [None, 0, 30]
    assert peak(hours) == hours[2]
    found = intensity(hours, "clicked")
    assert found is not None
    few, none = found.rows[0].cells[:2]
    assert (few.css, few.text, few.title) == ("few", "too few", "Mon 00:00: too few, 49 exposed deliveries")
    assert (none.css, none.text) == ("q0", "0.0")
    best = found.rows[3].cells[9]
    assert (best.css, best.title) == ("q8", "Thu 09:00: 30.0 of 1,000 clicked (30 of 1,000 deliveries)")
    assert found.takeaway.startswith("The busiest hour is Thu between 09:00 and 10:00: 30.0 of 1,000 emails")
    assert found.rows[6].cells[23].title == "Sun 23:00: too few, 0 exposed deliveries"
    assert intensity(hours[:2], "clicked") is None
    assert intensity([], "clicked") is None
    assert peak([]) is None


def test_opens_stand_in_for_too_few_clicks() -> None:
    clicked, opened = [HourIntensity(1, 9, 100, 29)], [HourIntensity(2, 8, 100, 30)]
    found, note = heat([HourIntensity(1, 9, 100, 30)], opened)
    assert (found and found.verb, note) == ("clicked", "")
    found, note = heat(clicked, opened)
    assert (found and found.verb, note) == (
        "opened",
        "Opens by people, because 29 clicks would show no habit.",
    )
    found, note = heat(clicked, [])
    assert found is None
    assert note.endswith("too few for a habit.")


def test_answers() -> None:
    hours = [HourIntensity(4, 9, 1000, 30)]
    found = intensity(hours, "clicked")
    assert answer([an_email()], None, all_of(), hours, found, True) == (
        "An email is most likely to be clicked on Thu between 09:00 and 10:00; half of those who click do so "
        "within 2 h of delivery."
    )
    assert answer([an_email()], all_of(act="open"), all_of(29), [], None, True) == (
        "Half of those who open do so within 2 h of delivery."
    )
    assert answer([an_email()], None, all_of(), hours, found, False) == (
        "Clicks come soon after sending, and other times of sending were hardly tried, so no best hour can be named; "
        "half of those who click do so within 2 h of delivery."
    )
    assert answer([an_email()], None, None, [], None, False).startswith("Too few")
    assert "not tracked" in answer([an_email(opens_tracked=0, clicks_tracked=0)], None, None, [], None, True)


def test_tiles_say_why_there_is_no_figure() -> None:
    known = tiles([an_email()], all_of(act="open"), all_of(), [])
    assert [tile.value for tile in known] == ["2 h", "66.0%", "2 h", "66.0%", "–"]
    assert known[0].note == "middle half 1 h to 9 h"
    assert {tile.note for tile in tiles([], None, None, [])} == {"no email sent"}
    assert {t.note for t in tiles([an_email(opens_tracked=0, clicks_tracked=0)], None, None, [])} == {
        "not tracked"
    }
    assert {tile.note for tile in tiles([an_email()], all_of(29), None, [])} == {"too few"}


def test_how_soon_they_act() -> None:
    found = reached_trend(None, all_of(90))
    assert found is not None
    assert found.takeaway == (
        "Of those who click in the first week, 11.1% do so in the first hour and 66.7% within a day."
    )
    assert [row.label for row in found.rows[:2]] == ["Within 1 h", "Within 2 h"]
    assert found.rows[-1].cells == ("100.0%",)
    assert [tick.text for tick in found.chart.y][-1] == "100%"
    assert reached_trend(None, all_of(29)) is None
    assert reached_trend(None, None) is None


def test_pace_from_email_to_email() -> None:
    def one(hours: int, clicks: int = 30) -> Figures:
        ends = (hours * HOUR, hours * HOUR, hours * HOUR)
        return Figures(
            clicks=Pace(1, "click", clicks, *ends, 0, 0, 0, 0, clicks), half_life=HalfLife(1, clicks, ends[0])
        )

    emails = [timed(an_email(), one(hours)) for hours in (2, 3, 7)]
    found = pace_trend([*emails, timed(an_email(), one(9, 29))], CLOCK)
    assert found is not None
    assert found.takeaway == "The typical click comes after 2 h to 7 h, depending on the email."
    assert [row.cells for row in found.rows] == [(f"{h}.0 h", f"{h}.0 h") for h in (2, 3, 7)]
    assert usual_half_life(emails) == (3 * HOUR, [2 * HOUR, 3 * HOUR, 7 * HOUR])
    assert pace_trend(emails[:2], CLOCK) is None
    assert usual_half_life(emails[:2]) is None


def test_slots_need_three_emails() -> None:
    def at(text: str, **values: int) -> rows.EmailResult:
        return an_email(sent_ms=int(datetime.fromisoformat(text).timestamp() * 1000), **values)

    monday = [at(f"2026-11-{day:02}T05:30:00+01:00", clicked=2) for day in (2, 9, 16)]
    thursday = [at(f"2026-11-{day:02}T06:00:00+01:00", clicked=4) for day in (5, 12)]
    found = slots([*monday, *thursday, at("2026-10-01T06:30:00+02:00", clicked=4)], CLOCK)
    assert [(slot.weekday, slot.part, slot.emails, slot.clicks.rate) for slot in found] == [
        (4, 1, 3, 0.04), (1, 0, 3, 0.02),
    ]  # fmt: skip
    assert slots_note(found).startswith(
        "Emails sent on Thu morning, 06–12 h were clicked most (4.0%), on Mon night"
    )
    assert "not proof" in slots_note(found)
    few = slots([*monday, *thursday, at("2026-11-03T07:00:00+01:00", clicks_tracked=0)], CLOCK)
    assert [row.clicked.text for row in slot_rows(few)] == ["2.0%", "too few emails"]
    assert "too few" in slots_note(few)
    assert slots([], CLOCK) == []


def test_a_clock_change_moves_an_act_by_an_hour_and_no_further(tmp_path: Path) -> None:
    """Delivered on the Saturday before the clocks go back: 25 hours later it is the same hour of the next day."""
    store = Store(tmp_path / "s.sqlite")
    at = int(datetime(2026, 10, 24, 8, 30, tzinfo=UTC).timestamp() * 1000)  # 10:30 in Berlin
    people = [store.subscriber() for _ in range(3)]
    email, link = store.email("A", at), store.link("https://a.example/")
    for person, hours in zip(people, (1, 25, 71), strict=True):
        store.event("subscriber.delivered", at, person, email)
        store.event("subscriber.clicked", at + hours * HOUR, person, email, link)
        store.event("subscriber.clicked", at + hours * HOUR + 60_000, person, email, link)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        found = warehouse.rows(
            HourIntensity, "timing/intensity", event_type="subscriber.clicked", since_ms=0, until_ms=NOW_MS
        )
    assert len(found) == 72
    assert {row.exposed for row in found} == {3}
    acted = {(row.weekday, row.hour): row.actions for row in found if row.actions}
    assert acted == {(6, 11): 1, (7, 10): 1, (2, 8): 1}


def test_only_hours_a_delivery_is_exposed_to_count(tmp_path: Path) -> None:
    """From half past ten, 72 hours end in an hour of the clock that is the 73rd; nothing counts there or later."""
    store = Store(tmp_path / "s.sqlite")
    at = int(datetime(2026, 9, 7, 8, 30, tzinfo=UTC).timestamp() * 1000)  # Monday, 10:30 in Berlin
    email, link = store.email("A", at), store.link("https://a.example/")
    for minutes in (-5, 0, 71 * 60 + 29, 71 * 60 + 45, 72 * 60):
        person = store.subscriber()
        store.event("subscriber.delivered", at, person, email)
        store.event("subscriber.clicked", at + minutes * 60_000, person, email, link)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        found = warehouse.rows(
            HourIntensity, "timing/intensity", event_type="subscriber.clicked", since_ms=0, until_ms=NOW_MS
        )
        judged = warehouse.rows(rows.FilteredTotal, "verdicts/by_reason")
    by_people = sum(row.events for row in judged if row.verdict == "human")
    assert by_people >= 4  # a click at the very moment of delivery is no person's
    acted = {(row.weekday, row.hour): row.actions for row in found if row.actions}
    assert acted == {(4, 9): 1}


def test_whoever_asked_not_to_be_tracked_is_not_exposed(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    at = NOW_MS - 20 * DAY
    seen, unseen = store.subscriber(), store.subscriber(untracked_until_ms=9223372036854775807)
    email, off = store.email("A", at), store.email("B", at, tracking_at_send=0)
    for person in (seen, unseen):
        store.event("subscriber.delivered", at, person, email)
        store.event("subscriber.delivered", at, person, off)
    store.event("subscriber.clicked", at + HOUR, seen, email, store.link("https://a.example/"))
    store.run()
    with open_warehouse(store.done()) as warehouse:
        found = warehouse.rows(
            HourIntensity, "timing/intensity", event_type="subscriber.clicked", since_ms=0, until_ms=NOW_MS
        )
    assert {row.exposed for row in found} == {1}


@pytest.mark.parametrize("kind", ["full", "one", "untracked", "hostile", "empty"])
def test_the_page_and_its_data(site_of: Sites, kind: str) -> None:
    site = site_of(kind)
    page, data = site["timing.html"].decode(), json.loads(site["data/timing.json"])
    assert 'aria-current="page">Timing' in page
    assert not re.search(r"\bnan\b", page)
    assert site["data/timing.csv"].startswith(b"\xef\xbb\xbfweekday,hour,exposed_deliveries,")
    assert all(hour["per_1000"] is None or hour["exposed"] >= 50 for hour in data["hours"])
    if kind == "untracked":
        assert "not tracked" in page
        assert data["hours"] == []
    if kind == "full":
        assert data["act"] in ("clicked", "opened")
        assert 'class="heat tall"' in page


def test_young_emails_do_not_count_yet(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    at = NOW_MS - 2 * DAY
    email, link = store.email("A", at), store.link("https://a.example/")
    for _ in range(60):
        person = store.subscriber()
        store.event("subscriber.delivered", at, person, email)
        store.event("subscriber.clicked", at + HOUR * person, person, email, link)
    store.run(NOW_MS)
    with open_warehouse(store.done()) as warehouse:
        data = json.loads(build(warehouse, NOW)["data/timing.json"])
    assert (data["hours"], data["pace"], data["emails"], data["slots"]) == ([], {}, [], [])
