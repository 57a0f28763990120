"""Whoever asks not to be tracked is unlinked from their events, for good; totals hold."""

import pytest

from demo import event, tag
from sync_job.consent import ALWAYS
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT, opened_on
from tests.sync_job.privacy.people import assert_nothing_dangles, make_newsletter_with_anna
from tests.sync_job.world import DATABASE, World

LINKED = "select count(*) from event_log where subscriber_id is not null"
OF_FIRST = "select count(*) from event_log where subscriber_email = 'reader0@example.com'"


def ask(world: World, *, by: str = "tag") -> None:
    """The first reader asks; a tag is seen at once, metadata by the daily walk."""
    if by == "tag":
        world.newsletter.tags.append(tag("no-tracking"))
        world.newsletter.subscribers[0]["tags"] = ["no-tracking"]
    else:
        world.newsletter.subscribers[0]["metadata"] = {"no-tracking": True}
    world.newsletter.touch()


@pytest.mark.parametrize("by", ["tag", "metadata"])
def test_events_are_unlinked_at_the_next_sync_and_still_counted(world: World, by: str) -> None:
    world.newsletter.events.append(
        event(
            "clicked",
            subscriber=world.newsletter.subscribers[0],
            email=world.newsletter.emails[0],
            at=SENT,
            url="https://example.com/",
            metadata={"ip_address": "203.0.113.9", "os": "iOS", "browser": "Mail", "code": "x"},
        )
    )
    world.sync()
    assert world.one(OF_FIRST) == 5
    ask(world, by=by)
    world.later(days=2)
    report = world.sync()
    assert (report.counts.subscribers_untracked, report.counts.events_unlinked) == (1, 5)
    assert world.one("select count(*) from event_log") == 8
    assert world.one(OF_FIRST) == 0
    [(email, kind, properties)] = world.query(
        "select email_subject, type, properties from event_log where url is not null"
    )
    assert (email, kind) == ("Issue 1", "subscriber.clicked")
    assert "address" not in properties
    assert "code" not in properties


def test_nothing_of_them_that_nobody_else_shares_stays_in_the_file(found: Found) -> None:
    world = found(make_newsletter_with_anna())
    world.sync()
    assert b"annas-own-detail" in world.bucket.read(DATABASE)[0]
    addresses = world.one("select count(*) from addresses")
    ask(world, by="metadata")
    world.later(days=2)
    assert world.sync().counts.events_unlinked == 5
    assert_nothing_dangles(world)
    assert world.one("select count(*) from addresses") == addresses - 1
    assert b"annas-own-detail" not in world.bucket.read(DATABASE)[0]
    [anna, _] = world.newsletter.subscribers
    anna["metadata"] = {}
    world.newsletter.touch()
    world.later(days=2)
    world.sync(full=True)  # the same address and details come again, and rows are made for them
    world.newsletter.events.append(
        event("bounced", subscriber=anna, at=world.now, metadata={"mood": "annas-own-detail"})
    )
    world.later(hours=1)
    world.sync(full=True)
    world.assert_sound()
    assert world.one("select count(*) from event_log where properties like '%annas-own-detail%'") == 1


def test_a_tag_is_seen_between_the_daily_walks(world: World) -> None:
    world.sync()
    ask(world)
    world.later(minutes=15)
    assert world.sync().counts.subscribers_untracked == 1
    assert world.one(OF_FIRST) == 0


def test_reading_the_feed_again_links_nothing_again(world: World) -> None:
    world.sync()
    ask(world)
    world.sync()
    opened_on(world.newsletter, world.now)
    world.sync(full=True)
    assert world.one("select count(*) from event_log") == 8
    assert world.one(OF_FIRST) == 0
    generation = world.generation()
    world.sync()
    assert world.generation() == generation


def test_ids_issued_anew_pair_with_unlinked_events(world: World) -> None:
    world.newsletter.reissue_event_ids("em_evt")
    world.sync()
    ask(world)
    world.sync()
    world.newsletter.reissue_event_ids("ext_evt")
    world.later(days=1)
    world.sync(full=True)
    assert world.one("select count(*) from event_log") == 7
    assert world.one(OF_FIRST) == 0


def test_whoever_allows_it_again_is_linked_from_then_on_and_never_back(world: World) -> None:
    world.sync()
    ask(world)
    world.sync()
    world.newsletter.subscribers[0]["tags"] = []
    world.newsletter.touch()
    world.later(days=1)
    world.sync()
    opened_on(world.newsletter, world.now)
    world.later(hours=1)
    world.sync(full=True)
    assert world.one(OF_FIRST) == 1
    assert world.one("select untracked_until_ms from subscribers where email like 'reader0%'") < ALWAYS


def test_the_first_sync_links_nothing_of_those_who_asked_before_it(world: World) -> None:
    ask(world)
    world.sync()
    assert world.one(OF_FIRST) == 0
    assert world.one(LINKED) == 3


def test_the_key_is_the_owners_choice(world: World) -> None:
    world.newsletter.subscribers[0]["metadata"] = {'do "not" track': "yes"}
    world.newsletter.subscribers[1]["metadata"] = {'do "not" track': "no", "no-tracking": True}
    world.sync(no_tracking="do not track")
    assert world.one(LINKED) == 7
    world.newsletter.subscribers[0]["metadata"] = {"do not track": "yes"}
    world.later(days=2)
    world.sync(no_tracking="do not track")
    assert world.one(OF_FIRST) == 0
    assert world.one(LINKED) == 3
