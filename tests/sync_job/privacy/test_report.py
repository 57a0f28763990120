"""The report of a store from which people were erased: they are on no page, and their events are in the totals."""

import json
from dataclasses import replace
from datetime import timedelta

from demo import make_newsletter
from shared.project import Retention
from sync_job.network import AddressHider
from sync_job.privacy.erasure import Erasure
from tests.sync_job.conftest import Found
from tests.sync_job.privacy.people import ANNA, BEN, assert_nothing_dangles, built_site, erase, traces_of
from tests.sync_job.world import NOON, World


def test_an_erased_person_is_on_no_page_and_the_totals_hold(world: World) -> None:
    world.sync()
    before = built_site(world)
    erase(world)
    after = built_site(world)
    texts = [
        trace.lower()
        for trace in traces_of(world.newsletter.subscribers[0])
        if len(trace) > 16 or trace.isalpha()
    ]
    everything = b"\n".join(after.values()).lower()
    assert any(trace in b"\n".join(before.values()).lower() for trace in texts)
    assert [trace for trace in texts if trace in everything] == []
    assert BEN.encode() in everything
    counts = [json.loads(site["data/counts.json"]) for site in (before, after)]
    assert counts[0]["events"] == counts[1]["events"] == 9
    assert counts[0]["event_types"] == counts[1]["event_types"]


def test_a_report_of_nobody_left(world: World) -> None:
    world.sync()
    for address in (ANNA, BEN):
        erase(world, address)
    site = built_site(world)
    assert b"example.com" not in site["subscribers.html"]
    world.later(days=2)
    world.sync(full=True)
    assert built_site(world)["data/counts.json"] != b""
    assert world.one("select count(*) from subscriber_list") == 0


def test_a_real_list_of_which_some_are_erased_and_most_is_old(found: Found) -> None:
    newsletter = make_newsletter(until=NOON - timedelta(hours=1), subscribers=60, emails=12)
    world = found(newsletter)
    world.sync()
    addresses = [row["email_address"] for row in newsletter.subscribers[::5]]
    total = world.one("select count(*) from event_log")
    for address in addresses[:3]:
        erase(world, address)
    world.later(days=2)
    world.sync(full=True, retention=Retention(events_months=2, people_months=3))
    assert world.one("select count(*) from event_log") == total
    assert_nothing_dangles(world)
    site = built_site(world)
    everything = b"\n".join(site.values())
    assert not [address for address in addresses[:3] if address.encode() in everything]


def test_it_is_as_fresh_as_the_last_sync_whatever_else_was_done_since(world: World) -> None:
    world.sync()
    before = json.loads(built_site(world)["data/status.json"])
    world.later(hours=5)
    hider = AddressHider(world.secret)
    job = world.job(Erasure(ANNA, hider).run, hider.fingerprint())
    replace(job, command="person erase", is_noted=False).run()
    assert json.loads(built_site(world)["data/status.json"])["synced_at"] == before["synced_at"]
