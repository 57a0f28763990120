"""What webhooks lead to: people are asked for at once, and nothing is stored twice or with a made-up time."""

import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo import Faults, Newsletter, dashed, event, newsletter_row, subscriber, type_id
from demo.deliveries import write_body
from demo.enums import WEBHOOK_TYPES
from event_collector.payload import read_payload
from shared import inbox
from sync_job.sources.buttondown.webhook_types import OF_PEOPLE, OF_THE_LISTS, is_known
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT, make_small, opening
from tests.sync_job.telling import tell, waiting
from tests.sync_job.test_laws import world_of
from tests.sync_job.world import World, nothing

STRANGER = "sub_0f3rpkrjtt95w8y3gh48sm8nb6"


def deleted(world: World) -> list[tuple[Any, ...]]:
    return world.query("select subscriber_id, deleted_at from subscriber_list where deleted_at is not null")


def test_a_change_that_no_date_tells_of_arrives_with_the_next_run(synced: World) -> None:
    reader = synced.newsletter.subscribers[0]
    reader.update(tags=["vip"], email_address="moved@example.com", metadata={"first_name": "Ada"})
    assert synced.sync().counts.subscribers_changed == 0
    tell(synced, "subscriber.tags.changed", reader)
    report = synced.sync()
    assert report.counts.subscribers_changed == 1
    counts = report.counts
    assert (counts.inbox_batches, counts.inbox_webhooks, counts.inbox_people) == (1, 1, 1)
    synced.assert_true()
    assert waiting(synced) == 0


@pytest.mark.parametrize("event_type", sorted(OF_PEOPLE))
def test_every_type_that_is_about_a_person_is_asked_for(synced: World, event_type: str) -> None:
    reader = synced.newsletter.subscribers[1]
    reader["metadata"] = {"name": "Someone else"}
    tell(synced, event_type, reader)
    synced.sync()
    synced.assert_true()


def test_whoever_signed_up_is_known(synced: World) -> None:
    new = subscriber("new@example.com", at=synced.now - timedelta(days=40))  # no date filter would bring them
    synced.newsletter.subscribers.append(new)
    tell(synced, "subscriber.confirmed", new)
    tell(synced, "subscriber.created", new)
    report = synced.sync()
    assert (report.counts.subscribers_new, report.counts.inbox_people) == (1, 1)
    synced.assert_true()


def test_whoever_was_deleted_is_gone_from_this_run_on(synced: World) -> None:
    left = synced.newsletter.subscribers.pop()
    tell(synced, "subscriber.deleted", left)
    assert synced.sync().counts.subscribers_deleted == 1
    assert deleted(synced) == [(dashed(left["id"]), "2026-08-20T13:00:00.000Z")]
    synced.later(hours=1)
    tell(synced, "subscriber.deleted", left)
    assert synced.sync().counts.subscribers_deleted == 0
    assert deleted(synced) == [(dashed(left["id"]), "2026-08-20T13:00:00.000Z")]
    assert waiting(synced) == 0


def test_a_claim_that_somebody_is_gone_is_looked_into(synced: World) -> None:
    """Neither the webhook nor an empty list is believed, only a 404."""
    reader = synced.newsletter.subscribers[0]
    tell(synced, "subscriber.deleted", reader)
    listed = list(synced.newsletter.subscribers)

    def hide(request: Any) -> None:
        synced.newsletter.subscribers[:] = [] if request.path == "/subscribers" else listed

    synced.api.faults.before_response = hide
    assert synced.sync().counts.subscribers_deleted == 0
    synced.api.faults.before_response = None
    synced.newsletter.subscribers[:] = listed
    assert deleted(synced) == []
    assert waiting(synced) == 0
    synced.assert_true()


def test_a_stranger_leaves_no_trace(synced: World) -> None:
    generation = synced.generation()
    tell(synced, "subscriber.deleted", STRANGER)
    tell(synced, "subscriber.updated", None)
    report = synced.sync()
    assert (report.outcome, report.counts.subscribers_new, synced.generation()) == ("done", 0, generation)
    assert waiting(synced) == 0


def test_a_person_whom_a_list_has_brought_is_not_asked_for_again(synced: World) -> None:
    reader = synced.newsletter.subscribers[0]
    reader.update(type="unsubscribed", unsubscription_date="2026-08-20T12:30:00Z")
    tell(synced, "subscriber.unsubscribed", reader)
    before = len(synced.api.requests)
    synced.sync()
    asked = synced.asked("/subscribers", since=before)
    assert not any(request.values("ids") for request in asked)
    assert waiting(synced) == 0
    synced.assert_true()


@pytest.mark.parametrize("event_type", ["subscriber.opened", "subscriber.clicked"])
def test_an_event_is_stored_once_with_its_own_time(synced: World, event_type: str) -> None:
    """The webhook's id is the id in the feed; when it happened only the feed knows."""
    reader, issue = synced.newsletter.subscribers[0], synced.newsletter.emails[0]
    row = event(
        event_type.partition(".")[2], subscriber=reader, email=issue, at=synced.now - timedelta(minutes=9)
    )
    tell(synced, event_type, reader, email=issue, event=row)
    before = synced.events()
    assert synced.sync().counts.events_new == 0  # the feed does not tell of it yet
    assert synced.events() == before
    assert waiting(synced) == 0
    synced.newsletter.events.append(row)
    tell(synced, event_type, reader, email=issue, event=row)
    assert synced.sync().counts.events_new == 1
    synced.assert_true()


def test_a_run_with_nothing_else_to_do_empties_the_inbox(synced: World) -> None:
    generation = synced.generation()
    for reader in synced.newsletter.subscribers * 2:
        tell(synced, "subscriber.updated", reader)
        tell(synced, "subscriber.opened", reader)
        tell(synced, "email.sent")
    report = synced.sync()
    assert (report.outcome, report.counts.commits, synced.generation()) == ("done", 0, generation)
    assert (report.counts.inbox_batches, report.counts.inbox_people) == (12, 2)
    assert waiting(synced) == 0
    assert synced.last_run()["counts"]["inbox_batches"] == 12


def test_a_first_run_has_met_everybody_already(world: World) -> None:
    tell(world, "subscriber.created", world.newsletter.subscribers[0])
    report = world.sync()
    assert (report.counts.subscribers_seen, waiting(world)) == (2, 0)
    world.assert_true()


def test_a_dry_run_leaves_the_inbox_alone(synced: World) -> None:
    name = tell(synced, "subscriber.deleted", synced.newsletter.subscribers.pop())
    report = synced.sync(dry_run=True)
    assert "inbox_batches" not in report.counts.as_dict()
    assert [each.name for each in inbox.listing(synced.bucket, "default")] == [name]


def test_what_is_not_a_sync_leaves_the_inbox_alone(synced: World) -> None:
    from sync_job.network import AddressHider

    tell(synced, "subscriber.updated", synced.newsletter.subscribers[0])
    synced.job(nothing, AddressHider(synced.secret).fingerprint()).run()
    assert waiting(synced) == 1


def test_what_belongs_to_another_newsletter_is_ignored_and_counted(synced: World) -> None:
    own = synced.newsletter.newsletter
    reader = synced.newsletter.subscribers[0]
    reader["metadata"] = {"name": "Ada"}
    tell(synced, "subscriber.updated", reader, newsletter=newsletter_row(id=type_id("news", 7)))
    report = synced.sync()
    assert (report.counts.inbox_foreign, report.counts.inbox_people, report.counts.subscribers_changed) == (
        1,
        0,
        0,
    )
    tell(synced, "subscriber.updated", reader, newsletter=own)
    report = synced.sync()
    assert (report.counts.inbox_foreign, report.counts.subscribers_changed) == (0, 1)
    assert waiting(synced) == 0


def test_unknown_types_are_counted_and_may_still_be_about_somebody(synced: World) -> None:
    reader = synced.newsletter.subscribers[0]
    reader["metadata"] = {"name": "Ada"}
    tell(synced, "subscriber.levitated", reader)
    tell(synced, "weather.changed")
    report = synced.sync()
    assert (report.outcome, report.counts.subscribers_changed) == ("done", 1)
    assert report.counts.unknown_webhooks == {"subscriber.levitated": 1, "weather.changed": 1}
    assert waiting(synced) == 0


def test_every_type_that_is_documented_is_known() -> None:
    assert all(is_known(each) for each in WEBHOOK_TYPES)
    assert {each for each in WEBHOOK_TYPES if each.startswith("subscriber.")} == OF_PEOPLE | OF_THE_LISTS
    assert not OF_PEOPLE & OF_THE_LISTS


def test_who_asks_not_to_be_tracked_is_unlinked_with_the_next_run(synced: World) -> None:
    reader = synced.newsletter.subscribers[0]
    reader["metadata"] = {"no-tracking": "yes"}
    tell(synced, "subscriber.updated", reader)
    assert synced.sync().counts.events_unlinked == 4


@settings(
    max_examples=15,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_in_whatever_order_and_however_often_they_come_the_store_is_true(data: st.DataObject) -> None:
    """Replays, repeats, disorder, people of long ago, types that never were: the API alone decides."""
    newsletter = make_small(6, people=4)
    gone = subscriber("gone@example.com", at=SENT)
    named = [*newsletter.subscribers, gone, STRANGER, None]
    types = st.sampled_from([*sorted(OF_PEOPLE), "subscriber.opened", "subscriber.levitated", "email.sent"])
    with world_of(newsletter, Faults()) as world:
        world.sync()
        for _ in range(3):
            world.later(hours=1)
            for reader in newsletter.subscribers:
                if data.draw(st.booleans()):
                    reader.update(metadata={"name": data.draw(st.sampled_from("AB"))})
                    tell(world, "subscriber.updated", reader)
            if len(newsletter.subscribers) > 1 and data.draw(st.booleans()):
                left = newsletter.subscribers.pop()
                tell(world, "subscriber.deleted", left)
            newsletter.events.append(opening(data.draw(st.integers(0, 500)), named[0], newsletter.emails[0]))
            for event_type, place in data.draw(
                st.lists(st.tuples(types, st.integers(0, len(named) - 1)), max_size=6)
            ):
                for _ in range(data.draw(st.integers(1, 2))):
                    tell(world, event_type, named[place])
            assert world.sync().problems == []
            assert waiting(world) == 0
            world.assert_true()


def test_no_webhook_reaches_the_store_or_the_log(found: Found) -> None:
    world = found(Newsletter())
    webhook = read_payload(write_body("subscriber.levitated", subscriber=STRANGER), world.now).as_record()
    inbox.put(world.bucket, "default", [{**webhook, "email": None, "to": "canary@private.example"}])
    world.sync()
    everything = world.raw() + world.said.getvalue().encode()
    for canary in ("canary", str(webhook["id"]), dashed(STRANGER), STRANGER):
        assert canary.encode() not in everything
