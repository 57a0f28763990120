"""What arrived and what did not, counted a second time: plain Python over the stored rows against the queries."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from report_builder import rows
from report_builder.warehouse import Warehouse, open_warehouse
from tests.report_builder.failing import Happened, failing_store, stored
from tests.report_builder.judged import World
from tests.report_builder.stores import DAY, NOW_MS, sqlite_rows

Stored = tuple[Path, Warehouse]
SINCE = NOW_MS - 90 * DAY
REACHED = ("delivered", "opened", "clicked", "replied")


@pytest.fixture(scope="module", params=[1, 2, 3])
def failing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    path = failing_store(tmp_path_factory.mktemp("failing") / "s.sqlite", request.param)
    with open_warehouse(path) as warehouse:
        yield path, warehouse


def by_person(events: list[Happened]) -> dict[int, dict[int, list[Happened]]]:
    """Email, person, events; of emails whose deliveries are known."""
    found: dict[int, dict[int, list[Happened]]] = defaultdict(lambda: defaultdict(list))
    for e in events:
        if e.email is not None and e.person is not None:
            found[e.email][e.person].append(e)
    return found


def known_emails(store: Path) -> dict[int, dict[int, list[Happened]]]:
    provider = dict(
        sqlite_rows(store, "select id, coalesce(json_extract(analytics, '$.deliveries'), 0) from emails")
    )
    known = {}
    for email, people in by_person(stored(store)).items():
        kinds = {e.kind for did in people.values() for e in did}
        if "delivered" in kinds or (kinds & {"bounced", "rejected"} and not provider.get(email)):
            known[email] = people
    return known


def counted(people: list[list[Happened]]) -> tuple[int, ...]:
    """Recipients, deliveries, hard and soft bounces, complaints, unsubscribes."""
    hard = [any(e.failed and e.for_good for e in did) for did in people]
    failed = [any(e.failed for e in did) for did in people]
    return (
        len(people),
        sum(any(e.kind in REACHED for e in did) for did in people),
        sum(hard),
        sum(f and not h for f, h in zip(failed, hard, strict=True)),
        sum(any(e.kind == "complained" for e in did) for did in people),
        sum(any(e.kind == "unsubscribed" for e in did) for did in people),
    )


def check_emails(store: Path, warehouse: Warehouse) -> None:
    found = warehouse.rows(rows.EmailDelivery, "deliverability/emails")
    expected = {email: counted(list(people.values())) for email, people in known_emails(store).items()}
    assert {row[0]: tuple(row[1:]) for row in found} == expected
    results = {e.email_id: e for e in warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)}
    for row in found:  # the page of the email says the same
        email = results[row.email_id]
        assert (row.hard, row.soft) == (email.hard_bounced, email.bounced - email.hard_bounced)
        assert (row.recipients, row.complained) == (email.recipients, email.complained)


def check_domains(store: Path, warehouse: Warehouse) -> None:
    domains = {
        number: email.rpartition("@")[2].lower() if "@" in (email or "") else None
        for number, email in sqlite_rows(store, "select id, email from subscribers")
    }
    published = dict(sqlite_rows(store, "select id, published_ms from emails"))
    first: dict[int, int] = {}
    for e in stored(store):
        if e.email is not None:
            first.setdefault(e.email, e.at)
    people: dict[str | None, list[list[Happened]]] = defaultdict(list)
    for email, did in known_emails(store).items():
        if (published[email] if published[email] is not None else first[email]) >= SINCE:
            for person, events in did.items():
                people[domains[person]].append(events)
    found = warehouse.rows(rows.DomainDelivery, "deliverability/domains", since_ms=SINCE)
    assert {row[0]: tuple(row[1:]) for row in found} == {d: counted(p) for d, p in people.items()}
    sizes = [row.recipients for row in found]
    assert sizes == sorted(sizes, reverse=True)


def check_reasons(store: Path, warehouse: Warehouse) -> None:
    failures: dict[tuple[str, int], list[Happened]] = defaultdict(list)
    for e in stored(store):
        if e.failed and e.email is not None and e.at >= SINCE:
            failures[e.code or "unknown", int(e.for_good)].append(e)
    found = warehouse.rows(rows.FailureReason, "deliverability/reasons", since_ms=SINCE)
    assert {(r.reason, r.is_permanent): (r.failures, r.people, r.emails) for r in found} == {
        key: (len(all_), len({e.person for e in all_} - {None}), len({e.email for e in all_}))
        for key, all_ in failures.items()
    }


def check_lost(store: Path, warehouse: Warehouse) -> None:
    last: dict[int, Happened] = {}
    for e in stored(store):
        if e.failed and e.for_good and e.person is not None:
            last[e.person] = e
    emails = dict(sqlite_rows(store, "select id, email from subscribers"))
    found = warehouse.rows(rows.LostAddress, "deliverability/lost")
    assert sorted((p.email or "", p.reason, p.occurred_ms) for p in found) == sorted(
        (emails[person] or "", e.code or "unknown", e.at) for person, e in last.items()
    )
    times = [p.occurred_ms for p in found]
    assert times == sorted(times, reverse=True)


CHECKS = [check_emails, check_domains, check_reasons, check_lost]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_failures_with_codes(failing: Stored, check: object) -> None:
    assert callable(check)
    check(*failing)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_worlds(world: World, check: object) -> None:
    assert callable(check)
    check(world.store, world.warehouse)


def test_events_of_nobody_known_are_counted_by_email_and_type(failing: Stored) -> None:
    store, warehouse = failing
    events: dict[tuple[int, str], list[Happened]] = defaultdict(list)
    for e in stored(store):
        if e.email is not None:
            events[e.email, f"subscriber.{e.kind}"].append(e)
    found = warehouse.rows(rows.UnlinkedEvents, "status/unlinked")
    assert {(r.email_id, r.event_type): (r.events, r.unlinked) for r in found} == {
        key: (len(all_), sum(e.person is None for e in all_)) for key, all_ in events.items()
    }
    assert sum(r.unlinked for r in found) >= 12
