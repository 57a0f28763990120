"""Notes beside the curves: which there are, where they stand, and that no text of theirs breaks a page."""

import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builder.build import build
from report_builder.geometry import even_positions
from report_builder.pages.overview import NOTES_SHOWN
from report_builder.rows import EmailResult, FirstRuns, Step
from report_builder.views.notes import (
    FIRST_EVENT,
    IMPORT,
    OWN,
    SYNC,
    TRACKING,
    Annotation,
    annotations,
    note_marks,
    said_at,
    within,
)
from report_builder.views.overview_trends import trend_per_email, trend_per_step
from report_builder.views.periods import periods
from report_builder.warehouse import open_warehouse
from shared.project import Note, ProjectSettings
from tests.report_builder.conftest import Sites
from tests.report_builder.examples import CLOCK, an_email
from tests.report_builder.judged import World
from tests.report_builder.stores import DAY, EMOJI, HOSTILE, NOW, NOW_MS, RTL, Store

NO_RUNS = FirstRuns(None, None)
TODAY = CLOCK.today
Tracked = int | None


def weekly(states: Sequence[tuple[Tracked, Tracked]]) -> list[EmailResult]:
    """One email a week, given oldest first, returned latest first."""
    ages = range(len(states), 0, -1)
    return [
        an_email(
            subject=f"#{n}", sent_ms=NOW_MS - 7 * age * DAY, opens_tracked=opens, clicks_tracked=clicks,
            opened=50, clicked=9, email_id=n,
        )
        for n, (age, (opens, clicks)) in enumerate(zip(ages, states, strict=True))
    ][::-1]  # fmt: skip


def switches(*states: tuple[Tracked, Tracked]) -> list[str]:
    return [note.text for note in annotations((), weekly(states), None, NO_RUNS, CLOCK)]


def own(*days_ago: int) -> list[Annotation]:
    return [Annotation(TODAY - timedelta(days=ago), OWN, f"{ago} days ago") for ago in days_ago]


def test_everything_known_in_the_order_of_days() -> None:
    mine = [Note(date(2026, 11, 1), "B"), Note(date(2020, 1, 1), "A")]
    runs = FirstRuns(NOW_MS - 30 * DAY, NOW_MS)
    found = annotations(mine, weekly([(1, 1), (0, 0)]), NOW_MS - 60 * DAY, runs, CLOCK)
    assert [note.kind for note in found] == [OWN, FIRST_EVENT, IMPORT, OWN, TRACKING, SYNC]
    assert found[1].day == date(2026, 9, 19)
    assert found[-2].day == date(2026, 11, 11)
    assert annotations((), (), None, NO_RUNS, CLOCK) == ()


def test_days_are_those_of_the_newsletters_zone() -> None:
    late = NOW_MS + 5 * 3_600_000  # 23:30 in London, past midnight in Berlin
    (note,) = annotations((), (), late, NO_RUNS, CLOCK)
    assert note.day == date(2026, 11, 19)


@pytest.mark.parametrize(
    ("states", "texts"),
    [
        ([], []),
        ([(0, 0)], []),
        ([(1, 1), (1, 1)], []),
        ([(None, None), (1, 0)], []),
        ([(1, 1), (0, 0), (1, 1)], [
            "Tracking of opens and clicks switched off with “#1”",
            "Tracking of opens and clicks switched on with “#2”",
        ]),
        ([(1, 0), (1, 1)], ["Tracking of clicks switched on with “#1”"]),
        ([(1, 0), (0, 1)], ["Tracking of opens switched off with “#1”", "Tracking of clicks switched on with “#1”"]),
        ([(1, 1), (None, None), (0, 1)], ["Tracking of opens switched off at the latest with “#2”"]),
        ([(1, 1), (0, None), (1, 1)], [
            "Tracking of opens switched off with “#1”",
            "Tracking of opens switched on with “#2”",
        ]),
        ([(1, 1), (None, None), (1, 1)], []),
    ],
)  # fmt: skip
def test_switched_tracking_is_told(states: list[tuple[Tracked, Tracked]], texts: list[str]) -> None:
    assert switches(*states) == texts


@given(st.lists(st.tuples(*[st.sampled_from([0, 1, None])] * 2), max_size=12))
def test_the_switches_lead_from_each_known_state_to_the_next(states: list[tuple[Tracked, Tracked]]) -> None:
    told = switches(*states)
    for at, name in enumerate(("opens", "clicks")):
        known = [(n, state[at]) for n, state in enumerate(states) if state[at] is not None]
        turned = [n for (_, before), (n, now) in pairwise(known) if before != now]
        assert [int(text[:-1].rpartition("#")[2]) for text in told if name in text] == turned


def test_only_notes_within_the_period() -> None:
    notes = own(31, 30, 10, 9, 0) + own(-1)
    first, last = TODAY - timedelta(days=30), TODAY - timedelta(days=10)
    assert [note.text for note in within(notes, first, last)] == ["30 days ago", "10 days ago"]


def test_marks_keep_their_numbers_and_share_labels_where_it_is_tight() -> None:
    marks = note_marks([None, 0, 1, 1, 50, 99], even_positions(100))
    assert marks is not None
    assert [(label.at, label.text) for label in marks.labels] == [("0", "2–4"), ("50.5", "5"), ("100", "6")]
    assert marks.path == "M0,0V1000M10.1,0V1000M505.1,0V1000M1000,0V1000"
    assert note_marks([None], [0.5]) is None
    assert note_marks([], []) is None


@given(st.lists(st.integers(0, 90), max_size=30))
def test_every_note_is_in_just_one_label(points: list[int]) -> None:
    marks = note_marks(sorted(points), even_positions(91))
    numbers: list[int] = []
    for label in marks.labels if marks else ():
        first, _, last = label.text.partition("–")
        numbers += range(int(first), int(last or first) + 1)
    assert numbers == list(range(1, len(points) + 1))


def test_notes_stand_at_their_day_in_curve_and_table() -> None:
    period = periods(CLOCK, None)[1]
    notes = own(90, 3, 3, 0)
    trend = trend_per_step(period, [Step(0, 3, 1)], (), (), notes, CLOCK, {})
    assert trend is not None
    assert trend.notes is not None
    assert [(label.at, label.text) for label in trend.notes.labels] == [("0", "1"), ("96.7", "2–4")]
    said = {number: row.note for number, row in enumerate(trend.rows) if row.note}
    assert said == {
        0: "Note 1: 90 days ago",
        87: "Note 2: 3 days ago; Note 3: 3 days ago",
        90: "Note 4: 0 days ago",
    }
    assert said_at([], []) == {}


def test_notes_stand_at_the_first_email_from_their_day_on() -> None:
    emails = weekly([(1, 1)] * 50)[::-1]  # 350 days ago to 7 days ago; the last forty are shown
    trend = trend_per_email(emails, own(349, 281, 280, 274, 273, 7, 6), CLOCK)
    assert trend is not None
    said = {number: row.note for number, row in enumerate(trend.rows) if row.note}
    assert said == {
        0: "Note 2: 281 days ago; Note 3: 280 days ago",
        1: "Note 4: 274 days ago; Note 5: 273 days ago",
        39: "Note 6: 7 days ago",
    }
    assert trend.notes is not None
    assert [label.text for label in trend.notes.labels] == ["2–5", "6"]


def test_first_runs(world: World) -> None:
    with closing(sqlite3.connect(world.store)) as database:
        runs = database.execute("select command, outcome, finished_ms from sync_runs").fetchall()
    ends = {
        wanted: min((at for command, how, at in runs if command == wanted and how != "failed"), default=None)
        for wanted in ("import", "sync")
    }
    assert world.warehouse.row(FirstRuns, "site/first_runs") == (ends["import"], ends["sync"])


def test_the_first_runs_that_brought_data(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    for at, outcome, command in ((1, "failed", "sync"), (2, "incomplete", "sync"), (3, "done", "sync"),
                                 (4, "failed", "import"), (6, "done", "import"), (5, "done", "import")):  # fmt: skip
        store.run(at, outcome, command)
    with open_warehouse(store.done()) as warehouse:
        assert warehouse.row(FirstRuns, "site/first_runs") == (5, 2)
    with open_warehouse(None) as warehouse:
        assert warehouse.row(FirstRuns, "site/first_runs") == NO_RUNS


def test_hostile_notes_stay_text(store_of: Callable[[str], Path | None]) -> None:
    texts = [HOSTILE, RTL, EMOJI, "a" * 200, "{{ 7 * 7 }}"]
    notes = tuple(Note(TODAY - timedelta(days=20 + n), text) for n, text in enumerate(texts))
    with open_warehouse(store_of("full")) as warehouse:
        site = build(warehouse, NOW, settings=ProjectSettings(notes=notes))
    for path in ("index.html", "overview-4.html", "overview-52.html", "overview-all.html", "growth.html"):
        html = site[path].decode()
        assert "<img src=x" not in html
        assert all(text in unescape(html) for text in texts), path
    shown = re.search(r'<ol class="notes">.*?</ol>', site["index.html"].decode(), re.DOTALL)
    assert shown
    listed = [unescape(text) for text in re.findall(r"<bdi>(.*?)</bdi>", shown[0])]
    published = json.loads(site["data/overview-13.json"])["notes"]
    assert [note["text"] for note in published] == listed
    assert [note["text"] for note in published if note["kind"] == OWN] == texts[::-1]
    assert published[0]["day"] == (TODAY - timedelta(days=24)).isoformat()


def test_many_notes_are_cut_with_a_page_for_all(store_of: Callable[[str], Path | None]) -> None:
    notes = tuple(Note(TODAY - timedelta(days=n % 80), f"number {n}") for n in range(400))
    with open_warehouse(store_of("full")) as warehouse:
        site = build(warehouse, NOW, settings=ProjectSettings(notes=notes))
    index = site["index.html"].decode()
    assert len(re.findall(r"<[a-z]", index)) < 1_500
    shown = re.search(r'<ol class="notes">(.*?)</ol>', index, re.DOTALL)
    assert shown
    assert shown[1].count("<li>") == NOTES_SHOWN
    published = json.loads(site["data/overview-13.json"])["notes"]
    assert len(published) >= 400
    assert published[-1]["text"] in shown[1]
    assert f"Note {NOTES_SHOWN}: " in index
    assert f"Note {NOTES_SHOWN + 1}: " not in index
    assert '<a href="all-notes.html">All ' in index
    listed = site["all-notes.html"].decode()
    assert all(f"number {n}<" in listed for n in range(400))
    assert listed.index("number 0<") < listed.index("number 79<")


def test_a_note_of_another_time_is_on_no_page_of_this(store_of: Callable[[str], Path | None]) -> None:
    notes = (Note(TODAY - timedelta(days=60), "two months ago"), Note(TODAY + timedelta(days=1), "tomorrow"))
    with open_warehouse(store_of("one")) as warehouse:
        site = build(warehouse, NOW, settings=ProjectSettings(notes=notes))
    assert b"two months ago" in site["index.html"]
    assert b"two months ago" not in site["overview-4.html"]
    assert not [path for path, body in site.items() if b"tomorrow" in body]


def test_an_empty_project_has_no_notes(site_of: Sites) -> None:
    assert json.loads(site_of("empty")["data/overview-13.json"])["notes"] == []
