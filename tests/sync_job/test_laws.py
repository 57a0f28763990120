"""Whatever the world and whatever goes wrong: in the end the store says what the API says, and each thing once."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo import Faults, Newsletter, Row, analytics, dashed, email, event, serve, subscriber, tag
from shared.bucket.folder import FolderBucket
from tests.sync_job.world import NOON, World

BOUNDED = settings(
    max_examples=15,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

TAGS = ("vip", "python", "friends")
TYPES = (
    "delivered",
    "opened",
    "opened",
    "clicked",
    "unsubscribed",
    "replied",
    "subscriber.opened",
    "levitated",
)


@st.composite
def newsletters(draw: st.DrawFn) -> Newsletter:
    people = [
        subscriber(
            draw(
                st.sampled_from(["ada@example.com", "bob@example.com", "Ada@Example.com", "eve@example.org"])
            ),
            at=NOON - timedelta(days=draw(st.integers(1, 400))),
            type=draw(st.sampled_from(["regular", "premium", "unsubscribed", "hibernating"])),
            tags=draw(st.lists(st.sampled_from(TAGS), unique=True)),
            metadata=draw(
                st.sampled_from([{}, {"first_name": "Ada"}, {"name": "Bob B", "deep": {"er": [1]}}])
            ),
        )
        for _ in range(draw(st.integers(0, 5)))
    ]
    emails = [
        email(f"Issue {number}", at=NOON - timedelta(days=30 * number), analytics=analytics())
        for number in range(draw(st.integers(0, 3)))
    ]
    newsletter = Newsletter(subscribers=people, emails=emails, tags=[tag(name) for name in TAGS[:2]])
    newsletter.events = [draw(events(newsletter)) for _ in range(draw(st.integers(0, 18)))]
    return newsletter


@st.composite
def events(draw: st.DrawFn, newsletter: Newsletter) -> Row:
    stranger = "sub_0f3rpkrjtt95w8y3gh48sm8nb6"
    at = NOON - timedelta(
        days=draw(st.sampled_from([0, 0, 1, 2, 3, 10, 100])), milliseconds=draw(st.integers(0, 5)) * 1000
    )
    return event(
        draw(st.sampled_from(TYPES)),
        subscriber=draw(st.sampled_from([*newsletter.subscribers, None, stranger])),
        email=draw(st.sampled_from([*newsletter.emails, None])),
        at=at,
        url=draw(st.sampled_from([None, "https://example.com/a", "https://example.com/b?x=1"])),
    )


ODDITIES = st.sampled_from(
    [
        {},
        {"drop_next": True},
        {"endless_next": True, "past_end": "404"},
        {"endless_next": True, "past_end": "last"},
        {"repeat_next": True},
        {"next_host": "http://127.0.0.1:9"},
        {"drop_count": True},
        {"count_delta": 2},
        {"count_delta": -2},
        {"refuse_page_above": 500},
        {"extra_fields": {"colour": "blue"}},
        {"timestamps": "offset"},
        {"timestamps": "naive"},
    ]
)

ACCIDENTS = st.lists(
    st.fixed_dictionaries(
        {
            "path": st.sampled_from(
                ["/events", "/events", "/subscribers", "/emails", "/tags", "/newsletters"]
            ),
            "request": st.integers(1, 9),
            "times": st.sampled_from([1, 2, 40]),
        },
        optional={
            "status": st.sampled_from([429, 500, 503, 403, 422, 409]),
            "body": st.sampled_from([b"<html>", b"{}", b'{"results": [nul']),
            "truncate": st.just(True),
            "reset": st.just(True),
        },
    ),
    max_size=4,
)


@contextmanager
def world_of(newsletter: Newsletter, faults: Faults) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder, serve(newsletter, faults=faults) as api:
        yield World(api, FolderBucket(Path(folder) / "data"), Path(folder))


def known(world: World) -> tuple[Any, Any]:
    return world.events(), world.people()


@BOUNDED
@given(newsletters(), ODDITIES, st.sampled_from([None, 1, 3, 5]))
def test_applying_everything_twice_changes_nothing(
    newsletter: Newsletter, oddity: dict[str, Any], largest_page: int | None
) -> None:
    with world_of(newsletter, Faults(largest_page=largest_page, **oddity)) as world:
        assert world.sync().problems == []
        world.assert_true()
        before, generation = known(world), world.generation()
        world.later(hours=1)
        world.sync()
        assert world.generation() == generation
        world.sync(full=True)
        assert known(world) == before
        world.assert_sound()


@BOUNDED
@given(newsletters(), ODDITIES, ACCIDENTS, st.sampled_from([1, 3, 5]), st.data())
def test_once_the_faults_end_the_store_is_true(
    newsletter: Newsletter,
    oddity: dict[str, Any],
    accidents: list[dict[str, Any]],
    largest_page: int,
    data: st.DataObject,
) -> None:
    with world_of(newsletter, Faults(largest_page=largest_page, **oddity)) as world:
        for _ in range(3):
            world.api.faults.script.clear()
            for accident in accidents:
                world.api.faults.on(**accident)
            before = world.events()
            report = world.sync()
            assert (report.outcome == "done") == (report.exit_code == 0) == (not report.problems)
            assert set(before) <= set(world.events())
            world.assert_sound()
            world.later(hours=data.draw(st.sampled_from([1, 30])))
            for _ in range(data.draw(st.integers(0, 3))):
                row = data.draw(events(newsletter))
                row["creation_date"] = f"{world.now:%Y-%m-%dT%H:%M:%S}.000000Z"
                newsletter.events.append(row)
        world.api.faults.script.clear()
        world.later(days=1)
        assert world.sync().problems == []
        world.assert_true()


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["nothing", "nothing", "arrive", "late", "delete", "join", "leave"]),
        st.integers(0, 30),
    ),
    max_size=25,
)


@BOUNDED
@given(newsletters(), st.sampled_from([2, 4]), CHANGES, st.data())
def test_a_world_that_changes_between_two_pages_is_caught_up_with(
    newsletter: Newsletter, largest_page: int, changes: list[tuple[str, int]], data: st.DataObject
) -> None:
    spare = [data.draw(events(newsletter)) for _ in range(8)]
    script = iter(changes)
    with world_of(newsletter, Faults(largest_page=largest_page)) as world:
        removed: dict[str, Row] = {}

        def change(request: Any) -> None:
            match next(script, ("nothing", 0)):
                case "arrive", _ if spare:
                    world.later(seconds=1)
                    at = f"{world.now:%Y-%m-%dT%H:%M:%S}.000000Z"
                    newsletter.events.append({**spare.pop(), "creation_date": at})
                case "late", _ if spare:
                    newsletter.events.append(spare.pop())
                case "delete", place if newsletter.events:
                    row = newsletter.events.pop(place % len(newsletter.events))
                    removed[dashed(row["id"])] = row
                case "join", _:
                    newsletter.subscribers.append(subscriber("new@example.com", at=world.now))
                case "leave", _ if newsletter.subscribers:
                    newsletter.subscribers.pop(0)

        world.api.faults.before_response = change
        world.sync()
        world.api.faults.before_response = None
        world.later(days=1)
        assert world.sync(full=True).problems == []
        stored = world.events()
        there = {dashed(row["id"]) for row in newsletter.events}
        assert there <= set(stored) <= there | set(removed)
        assert set(world.people()) == {dashed(row["id"]) for row in newsletter.subscribers}
        world.assert_sound()


@BOUNDED
@given(newsletters(), st.integers(1, 2), st.sampled_from([1, 3]), st.booleans())
def test_ids_reissued_at_any_time_change_no_count(
    newsletter: Newsletter, times: int, largest_page: int, full: bool
) -> None:
    newsletter.reissue_event_ids("em_evt")
    with world_of(newsletter, Faults(largest_page=largest_page)) as world:
        world.sync()
        seen = [[dict(row) for row in newsletter.events]]
        for prefix in ("ext_evt", "future_evt")[:times]:
            newsletter.reissue_event_ids(prefix)
            seen.append([dict(row) for row in newsletter.events])
            world.later(hours=1)
            world.sync(full=full)
            world.assert_true()
        stored = world.events()
        for older in seen:
            newsletter.events = older
            world.later(hours=1)
            world.sync(full=True)
            assert world.events() == stored
        world.assert_sound()
