"""Our counts beside the provider's: each difference has its reason, and only the others are a problem."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_builder import rows
from report_builder.build import build
from report_builder.clock import Clock
from report_builder.rows import UnlinkedEvents
from report_builder.views.reconciliation import KINDS, Compared, compare, records
from report_builder.views.reconciliation_table import reconciliation
from report_builder.warehouse import open_warehouse
from tests.report_builder.examples import CLOCK, an_email
from tests.report_builder.judged import ZONE, World
from tests.report_builder.stores import DAY, NOW, NOW_MS, Store, sqlite_rows

DELIVERED = UnlinkedEvents(0, "subscriber.delivered", 100, 0)


def compared(unlinked: list[UnlinkedEvents] | None = None, first_ms: int = 0, **values: Any) -> Compared:
    (found,) = compare([an_email(**values)], [DELIVERED, *(unlinked or [])], first_ms, CLOCK)
    return found


def why(key: str, found: Compared) -> str:
    return next(count.explanation for count in found.counts if count.kind.key == key)


@pytest.mark.parametrize(
    ("ours", "theirs", "explanation"),
    [
        (100, 100, "agrees"),
        (99, 100, "agrees"),
        (98, 100, "unexplained"),
        (0, 1, "agrees"),
        (2, 0, "unexplained"),
        (990, 1000, "agrees"),
        (989, 1000, "unexplained"),
        (1010, 1000, "agrees"),
        (1011, 1000, "unexplained"),
    ],
)
def test_one_or_one_per_cent_is_agreement(ours: int, theirs: int, explanation: str) -> None:
    assert why("opened_raw", compared(raw_opened=ours, provider_opens=theirs)) == explanation


def test_what_the_provider_does_not_count_has_no_explanation() -> None:
    found = compared(provider_opens=0)
    assert [count.explanation for count in found.counts] == ["", "agrees", "", "", "", ""]
    assert compare([an_email()], [DELIVERED], 0, CLOCK) == []


def test_untracked_opens_are_no_difference() -> None:
    found = compared(opens_tracked=0, raw_opened=0, provider_opens=40, provider_clicks=9)
    assert why("opened_raw", found) == "not tracked"
    assert why("clicked_raw", found) == "unexplained"
    assert not compared(opens_tracked=0, raw_opened=0, provider_opens=40).differs


def test_a_young_email_is_still_being_counted() -> None:
    young: dict[str, Any] = {"sent_ms": NOW_MS - 2 * DAY + 1, "raw_opened": 5, "provider_opens": 50}
    assert why("opened_raw", compared(**young)).startswith("younger than two days")
    assert why("opened_raw", compared(**{**young, "sent_ms": NOW_MS - 2 * DAY})) == "unexplained"


@pytest.mark.parametrize(
    ("unlinked", "explanation"),
    [
        (0, "unexplained"),
        (8, "unexplained"),
        (9, "events that match no reader"),
        (200, "events that match no reader"),
    ],
)
def test_events_of_nobody_known_must_make_up_the_difference(unlinked: int, explanation: str) -> None:
    events = [UnlinkedEvents(0, "subscriber.opened", 100, unlinked)]
    assert why("opened_raw", compared(events, raw_opened=40, provider_opens=50)) == explanation
    # they are missing on our side only, and say nothing about another count
    assert why("opened_raw", compared(events, raw_opened=60, provider_opens=50)) == "unexplained"
    assert why("clicked_raw", compared(events, raw_clicked=40, provider_clicks=50)) == "unexplained"


def test_bounces_and_rejections_are_one_count() -> None:
    events = [
        UnlinkedEvents(0, "subscriber.bounced", 3, 3),
        UnlinkedEvents(0, "subscriber.rejected", 3, 3),
    ]
    assert why("bounced", compared(events, bounced=4, provider_bounces=10)) == "events that match no reader"


def test_before_the_history_begins() -> None:
    sent = NOW_MS - 20 * DAY
    old = compared(first_ms=sent + 3_600_001, raw_opened=3, provider_opens=50)
    assert why("opened_raw", old) == "before the history begins"
    first = compared(first_ms=sent + 3_600_000, raw_opened=3, provider_opens=50)
    assert why("opened_raw", first) == "unexplained"  # the history begins with this very email
    (silent,) = compare([an_email(delivered=90, provider_deliveries=90, provider_clicks=30)], [], 0, CLOCK)
    assert [(c.ours, c.theirs, c.explanation) for c in silent.counts if c.explanation] == [
        (None, 90, "before the history begins"),  # ours was the provider's own number
        (0, 30, "before the history begins"),
    ]
    (imported,) = compare([an_email(status="imported", provider_opens=30)], [], 0, CLOCK)
    assert why("opened_raw", imported).startswith("imported")


def test_the_table_shows_what_is_unexplained_first_and_adds_up() -> None:
    emails = [an_email(email_id=n, subject=f"E{n}", provider_opens=0) for n in range(30)]
    emails[28] = emails[28]._replace(raw_opened=9)
    emails[29] = emails[29]._replace(raw_opened=9, status="imported")
    unlinked = [DELIVERED._replace(email_id=n) for n in range(30)]
    found = compare(emails, unlinked, 0, CLOCK)
    table = reconciliation(found, CLOCK)
    assert [(row.subject, row.why, row.mood) for row in table.rows[:3]] == [
        ("E28", "unexplained (opens)", "bad"),
        ("E29", "imported: the provider did not send it (opens)", "watch"),
        ("E0", "agrees", "good"),
    ]
    assert (len(table.rows), table.note) == (25, "25 of 30, differences first")
    assert [kind.key for kind in table.kinds] == ["opened_raw"]
    assert table.summary.startswith("28 of 30 counts agree within 1% or one person; the others: 1 ")
    assert reconciliation([], CLOCK).summary == ""


def plainly(email: dict[str, Any], key: str, now_ms: int) -> str | None:
    """The same rules, said once more over plain facts."""
    ours, theirs = email[key]
    if theirs is None:
        return None
    if key in email["untracked"]:
        return "not tracked"
    if ours is not None and abs(ours - theirs) <= max(1, theirs / 100):
        return "agrees"
    if ours is None and theirs == 0:
        return "agrees"
    if email["sent"] < email["first"] - 3_600_000 or (
        email["unseen"] and theirs is not None and email["delivered"][1]
    ):
        return "before the history begins"
    lost = email["nobodys"][key]
    if lost and 0 < theirs - (ours or 0) <= lost + max(1, theirs / 100):
        return "events that match no reader"
    if now_ms - email["sent"] < 2 * DAY:
        return "younger than two days: the provider is still counting"
    return "unexplained"


TYPES = {
    "delivered": ("delivered",), "opened_raw": ("opened",), "clicked_raw": ("clicked",),
    "bounced": ("bounced", "rejected"), "unsubscribed": ("unsubscribed",), "complained": ("complained",),
}  # fmt: skip


def test_every_count_of_the_worlds_is_explained_as_plain_rules_say(world: World) -> None:
    """With the provider's numbers turned this way and that."""
    assert {kind.key for kind in KINDS} == set(TYPES)
    emails = world.warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
    turned = [
        e._replace(
            provider_deliveries=(e.delivered or 0) + e.email_id % 4,
            provider_opens=e.raw_opened + e.email_id % 3,
            provider_clicks=None if e.email_id % 5 == 0 else max(0, e.raw_clicked - e.email_id % 6),
            provider_bounces=e.bounced,
            provider_unsubscriptions=e.unsubscribed + 3 * (e.email_id % 2),
            provider_complaints=0,
        )
        for e in emails
    ]
    first = sqlite_rows(world.store, "select min(occurred_ms) from events")[0][0]
    people: dict[tuple[int | None, str], set[int]] = defaultdict(set)
    nobodys: dict[tuple[int | None, str], int] = defaultdict(int)
    for event in world.events:
        if event.person is None:
            nobodys[event.email, event.kind] += 1
        else:
            people[event.email, event.kind].add(event.person)
    clock = Clock(NOW, str(ZONE))
    unlinked = world.warehouse.rows(UnlinkedEvents, "status/unlinked")
    found = {r["email_id"]: r for r in records(compare(turned, unlinked, first, clock))}
    assert len(found) == len(turned)
    for e in turned:
        record, number = found[e.uuid], e.email_id
        unseen = not people[number, "delivered"] and not nobodys[number, "delivered"]
        for key in ("opened_raw", "clicked_raw", "bounced", "unsubscribed", "complained"):
            assert record[key][0] == len(set().union(*(people[number, kind] for kind in TYPES[key])))
        assert (record["delivered"][0] is None) == unseen
        tracked = {"opened_raw": e.opens_tracked, "clicked_raw": e.clicks_tracked}
        plain = {
            **{key: record[key] for key in TYPES},
            "untracked": {key for key, is_on in tracked.items() if is_on == 0},
            "sent": e.sent_ms,
            "first": first,
            "unseen": unseen,
            "nobodys": {key: sum(nobodys[number, kind] for kind in kinds) for key, kinds in TYPES.items()},
        }
        assert record["explanation"] == {key: plainly(plain, key, NOW_MS) for key in TYPES}


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_an_explanation_never_hides_a_surplus(ours: int, theirs: int, unlinked: int) -> None:
    events = [UnlinkedEvents(0, "subscriber.clicked", unlinked, unlinked)]
    said = why("clicked_raw", compared(events, raw_clicked=ours, provider_clicks=theirs))
    if ours > theirs:
        assert said == ("agrees" if ours - theirs <= max(1, theirs * 0.01) else "unexplained")
    assert said in ("agrees", "events that match no reader", "unexplained")


def test_unlinking_a_person_is_explained_on_the_page(tmp_path: Path) -> None:
    """Three of twenty asked not to be tracked: what they did is there, and nobody's."""
    store = Store(tmp_path / "s.sqlite")
    people = [store.subscriber() for _ in range(20)]
    early = store.email("Early", NOW_MS - 30 * DAY)
    store.event("subscriber.delivered", NOW_MS - 30 * DAY, people[0], early)
    email = store.email("Hello", NOW_MS - 9 * DAY, analytics={"deliveries": 20, "opens": 20, "clicks": 5})
    for number, person in enumerate(people):
        known = person if number >= 3 else None
        store.event("subscriber.delivered", NOW_MS - 9 * DAY + person, known, email)
        store.event("subscriber.opened", NOW_MS - 8 * DAY + person, known, email, address=50 + number)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
    (record,) = json.loads(site["data/counts.json"])["provider"]
    assert (record["delivered"], record["opened_raw"], record["clicked_raw"]) == ([17, 20], [17, 20], [0, 5])
    assert record["explanation"] == {
        "delivered": "events that match no reader", "opened_raw": "events that match no reader",
        "clicked_raw": "unexplained", "bounced": None, "unsubscribed": None, "complained": None,
    }  # fmt: skip
    html = site["status.html"].decode()
    assert "for 1 email of 1, for no reason we know" in html
    assert "unexplained (clicks); events that match no reader (deliveries, opens)" in html


def test_known_reasons_are_no_problem(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    email = store.email("Old", NOW_MS - 40 * DAY, analytics={"deliveries": 20, "opens": 9})
    store.event("subscriber.opened", NOW_MS - 30 * DAY, store.subscriber(), email)
    store.run()
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW)
    html = site["status.html"].decode()
    assert "where our counts differ from the provider" in html
    assert "for the one email, the reason is known" in html
    assert "before the history begins (deliveries, opens)" in html
