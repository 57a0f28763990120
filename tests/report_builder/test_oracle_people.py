"""The numbers of emails and people, counted a second time: plain Python over the stored rows against the queries."""

from collections import Counter, defaultdict
from datetime import timedelta

from report_builder import rows
from report_builder.views.rates import click_rate, open_rate, pooled_opens
from tests.report_builder.judged import ACTS, Event, World, local
from tests.report_builder.stores import DAY, NOW_MS, sqlite_rows


def test_links_of_an_email_have_people_and_raw_clicks(world: World) -> None:
    targets = dict(sqlite_rows(world.store, "select id, normalised from links"))
    people: dict[tuple[int, str], list[Event]] = defaultdict(list)
    for e in world.events:
        if e.kind == "clicked" and e.link and e.email:
            people[e.email, targets[e.link]].append(e)
    found = world.warehouse.rows(rows.EmailLink, "email/links")
    assert {(r.email_id, r.target): (r.people, r.clicks, r.raw_clicks) for r in found} == {
        key: (len({e.person for e in all_ if e.is_human} - {None}), sum(e.is_human for e in all_), len(all_))
        for key, all_ in people.items()
    }


def test_email_results(world: World) -> None:
    acts: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for e in world.events:
        if e.email is not None and e.person is not None:
            acts[e.email][e.kind].add(e.person)
            acts[e.email][f"{e.kind} by a person" if e.is_human else "machine"].add(e.person)
    for r in world.warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS):
        did = acts[r.email_id]
        reached = did["delivered"] | did["opened"] | did["clicked"] | did["replied"]
        clicked, replied = did["clicked by a person"], did["replied"]
        seen = did["opened by a person"]
        openers = seen | clicked | replied
        hidden = (did["opened"] | did["clicked"]) - openers
        assert (r.opened, r.implied, r.clicked) == (len(openers), len(openers - seen), len(clicked))
        assert (r.raw_opened, r.raw_clicked, r.hidden) == (
            len(did["opened"]),
            len(did["clicked"]),
            len(hidden),
        )
        assert (r.bounced, r.unsubscribed) == (
            len(did["bounced"] | did["rejected"]),
            len(did["unsubscribed"]),
        )
        if not did["delivered"]:
            continue  # then the provider's count stands in
        assert r.delivered == len(reached)
        measurable = len(reached - hidden) if r.opens_tracked == 1 else None
        assert r.measurable == measurable
        is_enough = (measurable or 0) >= 30
        assert open_rate(r) == (len(openers) / measurable if measurable and is_enough else None)
        many = len(reached) >= 30
        assert pooled_opens([r]).raw.rate == (
            len(did["opened"]) / len(reached) if many and r.opens_tracked else None
        )
        assert click_rate(r) == (len(clicked) / len(reached) if many and r.clicks_tracked else None)
        if measurable and is_enough:
            rest = len(reached) - measurable
            assert pooled_opens([r]).estimated == round(len(openers) + len(openers) / measurable * rest)


def test_everybody_is_listed_with_what_they_got_and_did(world: World) -> None:
    known = {i for (i,) in sqlite_rows(world.store, "select id from emails")}
    last: dict[int, int] = defaultdict(int)
    for e in world.events:
        if e.is_human and e.person is not None:
            last[e.person] = max(last[e.person], e.at)
    found = world.warehouse.rows(rows.Person, "subscribers/list")
    in_order = [-1 if p.score is None else p.score for p in found]
    assert in_order == sorted(in_order, reverse=True)
    assert {p.subscriber_id: p.last_ms for p in found if p.last_ms} == last
    assert all(p.last_day == local(p.last_ms).date() for p in found if p.last_ms)
    for p in found:
        mine = [e for e in world.events if e.person == p.subscriber_id and e.email in known]
        people = {e.email for e in mine if e.is_human}
        assert p.hidden == len({e.email for e in mine if e.verdict} - people)
        assert p.received == len({e.email for e in mine if e.kind in (*ACTS, "delivered")})
        assert (p.opened, p.clicked) == (
            len(people),
            len({e.email for e in mine if e.is_human and e.kind == "clicked"}),
        )
        if p.is_hidden:
            assert not people


def test_curves_hold_everybody_who_opened(world: World) -> None:
    opened: dict[int, int] = defaultdict(int)
    clicked: dict[int, int] = defaultdict(int)
    for hour in world.warehouse.rows(rows.CurveHour, "email/curve"):
        assert 0 <= hour.hour <= 168
        opened[hour.email_id] += hour.opened
        clicked[hour.email_id] += hour.clicked
    results = world.warehouse.rows(rows.EmailResult, "emails/list", now_ms=NOW_MS)
    assert {i: n for i, n in opened.items() if n} == {e.email_id: e.opened for e in results if e.opened}
    assert {i: n for i, n in clicked.items() if n} == {e.email_id: e.clicked for e in results if e.clicked}


def test_what_was_filtered_adds_up(world: World) -> None:
    found = world.warehouse.rows(rows.Filtered, "email/filtered")
    doubtful = [e for e in world.events if e.verdict and e.verdict != "human"]
    assert sum(f.events for f in found) == sum(1 for e in doubtful if e.email is not None)
    totals = world.warehouse.rows(rows.FilteredTotal, "verdicts/by_reason")
    assert sum(t.events for t in totals) == sum(1 for e in world.events if e.verdict)
    assert sum(t.events for t in totals if t.verdict != "human") == len(doubtful)


def test_timelines_hold_every_event_once(world: World) -> None:
    since = NOW_MS - 60 * DAY
    recent = world.warehouse.rows(rows.TimelinePoint, "subscriber/timeline", since_ms=since)
    earlier = world.warehouse.rows(rows.EarlierEmail, "subscriber/earlier", since_ms=since)
    assigned = [e for e in world.events if e.person is not None]
    assert len(recent) + sum(e.events for e in earlier) == len(assigned)
    people = [e.subscriber_id for e in recent]
    assert people == sorted(people)
    assert timedelta(milliseconds=min(e.occurred_ms for e in recent) - since) >= timedelta(0)
    kinds = {k.kind_id: k for k in world.warehouse.rows(rows.EventKind, "subscriber/kinds")}
    told = Counter((kinds[e.kind_id].event_type, kinds[e.kind_id].verdict or "") for e in recent)
    assert told == Counter((f"subscriber.{e.kind}", e.verdict) for e in assigned if e.at >= since)
