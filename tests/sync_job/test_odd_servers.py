"""What a stranger broke: servers that hide rows, keys that will not say whose they are, ids that move."""

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from demo import Faults, Newsletter, event
from shared.bucket.gcs import CloudStorageBucket
from shared.errors import SourceRefused, UsageError
from sync_job.counts import Counts
from sync_job.session import Plan, Session
from sync_job.sources.buttondown.pages import PageWalk
from tests.fake_gcs import FakeCloudStorage
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT, make_small, opened_on
from tests.sync_job.world import World


class HidingApi:
    """A list whose pages are cut first and thinned out afterwards, as some servers do."""

    def __init__(self, rows: int, hidden: set[int], short_once: int = 0) -> None:
        self.rows = [{"id": number} for number in range(rows)]
        self.hidden = hidden
        self.short_once = short_once
        self.requests = 0

    def page(self, path: str, params: Any, *, attempts: int = 0) -> dict[str, Any]:
        self.requests += 1
        asked = dict(params)
        start = (asked["page"] - 1) * asked["page_size"]
        rows = self.rows[start : start + asked["page_size"]]
        shown = [row for row in rows if row["id"] not in self.hidden]
        if self.requests == self.short_once:
            shown = shown[:3]
        more = start + len(rows) < len(self.rows)
        return {"results": shown, "count": len(self.rows), "next": "more" if more else None}


def walk(api: HidingApi) -> list[int]:
    pages = PageWalk(api, Counts(), "events", [], sizes=(400, 100))  # type: ignore[arg-type]
    return [row["id"] for page in pages for row in page.rows]


@pytest.mark.parametrize("every", [10, 37, 399, 1000])
def test_rows_hidden_after_paging_hide_no_others(every: int) -> None:
    api = HidingApi(4000, set(range(5, 4000, every)))
    assert set(walk(api)) == set(range(4000)) - api.hidden
    assert api.requests < 30


@pytest.mark.parametrize("which", [2, 3, 7])
def test_one_page_that_came_short_changes_nothing(which: int) -> None:
    api = HidingApi(4000, set(), short_once=which)
    assert set(walk(api)) == set(range(4000))
    assert api.requests == 11


def test_a_list_without_next_and_with_a_count_too_low_is_walked_to_its_end(found: Found) -> None:
    world = found(make_small(30), Faults(drop_next=True, count_delta=-25, largest_page=5))
    world.sync()
    assert len(world.events()) == 30


def test_a_key_that_may_not_say_whose_it_is_is_refused_once_the_store_belongs_to_someone(
    world: World,
) -> None:
    world.sync()
    before = world.events()
    world.api.faults.denied = {"newsletters"}
    world.api.newsletter.events.clear()
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 2)
    assert "administrivia" in report.problems[0]
    assert world.events() == before


def test_late_events_of_no_email_are_found_when_no_email_explains_them(found: Found) -> None:
    world = found(make_small(60), Faults(largest_page=5))
    world.sync()
    world.newsletter.events.append(
        event("unsubscribed", subscriber=world.newsletter.subscribers[0], email=None, at=SENT)
    )
    world.later(days=20)
    world.sync()
    assert len(world.events()) == 61
    before = len(world.api.requests)
    world.later(days=1)
    world.sync()
    counted = [each for each in world.asked("/events", since=before) if each.value("page_size") == "1"]
    assert len(counted) <= 1  # the same drift never triggers twice


def test_ids_that_move_are_stored_once_however_many_there_are(
    found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync_job.event_table.STORED_IDS", 10)
    world = found(make_small(60))
    world.sync()
    world.api.faults.timestamps = "seconds"
    for number, row in enumerate(world.newsletter.events):
        world.newsletter.events[number] = {
            **row,
            "creation_date": row["creation_date"].replace(":00.000", ":00.500"),
        }
    opened_on(world.newsletter, world.now)
    world.later(days=1)
    world.api.faults.timestamps = "exact"
    report = world.sync(full=True)
    assert len(world.query("select * from event_log")) == 61
    assert report.counts.events_new == 1
    assert report.counts.events_moved >= 60


def test_addresses_in_metadata_are_kept_nowhere(found: Found) -> None:
    newsletter = make_small()
    newsletter.subscribers[0]["metadata"] = {
        "first_name": "Ada",
        "version": "1.2.3",
        "signup_ip": "203.0.113.77",
        "seen": ["2001:db8::77", "home"],
        "deep": {"ip": " 198.51.100.7 "},
    }
    world = found(newsletter)
    world.sync()
    raw = world.raw()
    for address in (b"203.0.113.77", b"2001:db8::77", b"198.51.100.7"):
        assert address not in raw
    kept = json.loads(world.one("select metadata from subscribers where name = 'Ada'"))
    assert kept == {"first_name": "Ada", "version": "1.2.3", "seen": ["home"], "deep": {}}


def stopped_by(stop: type[BaseException]) -> Callable[[Session], None]:
    """What a run does that is stopped when something has come."""

    def work(session: Session) -> None:
        with session.store.transaction():
            session.store.set_fact("came", "yes")
        raise stop

    return work


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_run_that_is_stopped_keeps_what_came(world: World, stop: type[BaseException]) -> None:
    with pytest.raises(stop):
        world.job(stopped_by(stop)).run()
    assert world.one("select value from project_facts where name = 'came'") == "yes"
    assert world.last_run()["outcome"] == "failed"


@pytest.mark.parametrize(("stop", "is_kept"), [(KeyboardInterrupt, True), (SystemExit, False)])
def test_on_the_cloud_a_run_that_must_leave_uploads_nothing_more(
    world: World, stop: type[BaseException], is_kept: bool
) -> None:
    with FakeCloudStorage() as fake, closing(fake.client()) as client:
        world.bucket = CloudStorageBucket(client, fake.bucket)
        with pytest.raises(stop):
            world.job(stopped_by(stop)).run()
        assert (world.generation() > 0) is is_kept
        assert world.last_run()["outcome"] == "failed"


def test_deletions_are_accepted_with_full_alone() -> None:
    with pytest.raises(UsageError, match="--full"):
        Plan(accept_deletions=True)


def test_a_first_run_that_is_refused_leaves_no_store(found: Found) -> None:
    world = found(Newsletter())
    world.key = "another"
    with pytest.raises(SourceRefused):
        world.sync()
    assert world.generation() == 0
