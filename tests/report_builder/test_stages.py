"""Lifecycle stages by hand: who is in which, since when, and was in which before, at the limits of every rule."""

from pathlib import Path

import pytest

from report_builder import rows
from report_builder.warehouse import open_warehouse
from tests.report_builder.letters import Letters, change, people, people_of
from tests.report_builder.stores import DAY, NOW_MS, Store


def test_somebody_without_emails_is_new_however_long(letters: Letters) -> None:
    person = people_of(letters, letters.subscriber())
    assert (person.stage, person.score, person.stars) == ("new", None, None)
    assert (person.streak, person.depth, person.recency_step) == (0, None, None)
    assert person.since_ms == NOW_MS - 200 * DAY


def test_whoever_asked_not_to_be_tracked_cannot_be_known(letters: Letters) -> None:
    assert people_of(letters, letters.subscriber(untracked_until_ms=2**63 - 1)).stage == "unmeasurable"


def test_complaint_outlasts_everything_but_leaving(letters: Letters) -> None:
    reader = letters.reader(*[(5.0, "clicked")] * 3)
    gone = letters.reader(*[(5.0, "clicked")] * 3, status="unsubscribed", unsubscribed_ms=NOW_MS - DAY)
    for person in (reader, gone):
        letters.event("subscriber.complained", NOW_MS - 4 * DAY, person, None)
    found = people(letters)
    assert (found[reader].stage, found[reader].stars, found[reader].score) == ("complained", 1, 90)
    assert (found[gone].stage, found[gone].stars) == ("lost", 1)
    assert found[reader].since_ms == NOW_MS - 4 * DAY
    assert found[gone].since_ms == NOW_MS - DAY


def stages_of(store: Store, number: int) -> list[str]:
    """At every checkpoint, now first."""
    with open_warehouse(store.done()) as warehouse:
        warehouse.score(NOW_MS)
        ways = [warehouse.rows(rows.Mover, "engagement/movers", step=step) for step in range(14)]
        now = {p.subscriber_id: p for p in warehouse.rows(rows.Person, "subscribers/list")}[number]
    before = [[m.from_stage for m in movers if m.uuid == now.uuid] for movers in ways]
    return [found[0] if found else now.stage for found in before]


def test_unsubscribed_and_back_was_away_in_between(letters: Letters) -> None:
    reader = letters.reader((190, "clicked"), (180, "clicked"), (170, "clicked"), (1, "clicked"))
    change(letters, reader, (200, "regular"), (130, "unsubscribed"), (20, "regular"))
    stages = stages_of(letters, reader)
    assert stages[:8] == ["champion", *["lost"] * 4, "champion", "champion", "joined"]


def test_unsubscribed_and_back_has_one_star_and_comes_anew(letters: Letters) -> None:
    reader = letters.reader((190, None), (180, None), (170, None))
    change(letters, reader, (200, "regular"), (150, "unsubscribed"), (20, "regular"))
    person = people_of(letters, reader)
    assert (person.stage, person.stars, person.since_ms) == ("dormant", 1, NOW_MS - 20 * DAY)


def test_whoever_must_confirm_again_is_not_on_the_list(letters: Letters) -> None:
    reader = letters.reader(*[(190.0, "clicked")] * 3, status="unactivated")
    change(letters, reader, (200, "regular"), (150, "unsubscribed"), (20, "unactivated"))
    person = people_of(letters, reader)
    assert (person.stage, person.since_ms) == ("unactivated", NOW_MS - 20 * DAY)


def test_who_never_confirmed_and_was_deleted_is_lost_from_then_on(letters: Letters) -> None:
    letters.reader((190, "opened"))
    waiting = letters.subscriber(status="unactivated", deleted_ms=NOW_MS - 40 * DAY)
    assert stages_of(letters, waiting)[:4] == ["lost", "lost", "unactivated", "unactivated"]


def test_who_left_on_an_unknown_day_is_gone_at_every_checkpoint(letters: Letters) -> None:
    gone = letters.reader(*[(190.0, "opened")] * 3, status="removed")
    assert set(stages_of(letters, gone)) - {"joined"} == {"lost"}


def test_who_joined_on_an_unknown_day_is_on_the_list_since_the_first_email(letters: Letters) -> None:
    quiet = letters.reader(*[(50.0, None)] * 3, created_ms=None)
    letters.reader((190, "opened"))
    assert stages_of(letters, quiet)[:4] == ["cooling", "cooling", "joined", "joined"]


def test_who_joined_on_an_unknown_day_can_be_a_champion(letters: Letters) -> None:
    person = people_of(
        letters, letters.reader((9, "clicked"), (8, "clicked"), (7, "clicked"), created_ms=None)
    )
    assert (person.stage, person.since_ms) == ("champion", NOW_MS - 7 * DAY)


@pytest.mark.parametrize(
    ("days", "stage", "since"),
    [
        (30, "active", 30), (31 - 1 / DAY, "active", 31 - 1 / DAY), (31, "cooling", 0), (90, "cooling", 59),
        (91 - 1 / DAY, "cooling", 60 - 1 / DAY), (91, "dormant", 0), (120, "dormant", 29),
    ],
)  # fmt: skip
def test_days_since_the_last_act(letters: Letters, days: float, stage: str, since: float) -> None:
    reader = letters.reader((130, None), (129, None), (128, None), (127, None))
    (email,) = letters.letters(days + 1)
    letters.event("subscriber.opened", NOW_MS - round(days * DAY), reader, email)
    person = people_of(letters, reader)
    assert person.stage == stage
    assert person.since_ms == pytest.approx(NOW_MS - since * DAY, abs=1)


def test_whoever_never_did_anything_cools_once_they_are_not_new(letters: Letters) -> None:
    quiet = letters.reader((20, None), (10, None), (5, None), created_ms=NOW_MS - 30 * DAY)
    fresh = letters.reader((20, None), (10, None), (5, None), created_ms=NOW_MS - 30 * DAY + 1)
    found = people(letters)
    assert (found[quiet].stage, found[quiet].since_ms) == ("cooling", NOW_MS)
    assert (found[fresh].stage, found[fresh].since_ms) == ("new", NOW_MS - 30 * DAY + 1)


@pytest.mark.parametrize(("silence", "is_back"), [(91, 1), (91 - 1 / DAY, 0)])
def test_back_after_more_than_ninety_days_of_nothing(letters: Letters, silence: float, is_back: int) -> None:
    reader = letters.reader((150, None), (150, None), (150, None))
    (email,) = letters.letters(140)
    letters.event("subscriber.opened", NOW_MS - round((29 + silence) * DAY), reader, email)
    letters.event("subscriber.opened", NOW_MS - 29 * DAY, reader, email)
    person = people_of(letters, reader)
    assert (person.is_reactivated, person.stage) == (is_back, "active")
    assert person.since_ms == NOW_MS - 29 * DAY


def test_return_is_over_after_thirty_days(letters: Letters) -> None:
    reader = letters.reader((150, None), (150, None))
    letters.sent(reader, 150, "opened", 120 * DAY)
    assert people_of(letters, reader).is_reactivated == 0


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Apia"])
def test_days_have_24_hours_whatever_the_clocks_do(tmp_path: Path, zone: str) -> None:
    """Clocks went back between the act and now."""
    store = Letters(tmp_path / "s.sqlite", zone=zone)
    reader = store.reader((40, None), (40, None))
    store.sent(reader, 40, "opened", 9 * DAY + 1)
    person = people_of(store, reader)
    assert (person.stage, person.recency_step) == ("active", 4)
