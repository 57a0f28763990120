"""Whatever was in the feed and in the file: import then sync, sync then import, and all of it twice agree."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from demo import Newsletter, Row, dashed, email, event, serve, subscriber
from shared.bucket.folder import FolderBucket
from tests.sync_job.exports.files import api_events, event_counts, exported, import_files, sync, write_csv
from tests.sync_job.newsletters import SENT
from tests.sync_job.world import World, true_event

PEOPLE = [
    subscriber("one@example.com", at=SENT - timedelta(days=30)),
    subscriber("Two@example.com", at=SENT - timedelta(days=20)),
    subscriber("two@EXAMPLE.com", at=SENT - timedelta(days=10)),
]
EMAILS = [email("First", at=SENT), email("Second", at=SENT)]
ADDRESSES = {0: "one@example.com", 1: "two@example.com", 2: "two@example.com"}
GONE = "sub_7zzzzzzzzzzzzzzzzzzzzzzzz1"
AUTOMATION = "aut_1j264j66jc9v88xm1emda22j8q"

happening = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["delivered", "opened", "clicked", "unsubscribed"]),
        "who": st.sampled_from([0, 1, 2, "gone", None]),
        "email": st.sampled_from([0, 1, None]),
        "automated": st.booleans(),
        "ms": st.sampled_from([0, 1, 250, 999, 1000, 1500, 60_000]),
        "url": st.sampled_from([None, "https://example.com/a"]),
        "in_feed": st.sampled_from([True, True, False]),
        "in_file": st.sampled_from([True, True, False]),
    }
)


def as_event(drawn: dict[str, Any]) -> Row:
    metadata = {"url": drawn["url"]} if drawn["url"] else {}
    who = drawn["who"]
    return event(
        drawn["type"],
        subscriber=PEOPLE[who] if isinstance(who, int) else GONE if who else None,
        email=EMAILS[drawn["email"]] if drawn["email"] is not None else None,
        automation_id=AUTOMATION if drawn["automated"] else None,
        at=SENT + timedelta(milliseconds=drawn["ms"]),
        metadata=metadata,
    )


def natural_key(drawn: dict[str, Any]) -> tuple[Any, ...]:
    """All that an export says of an event, and that must tell it apart: two of the people share an address."""
    who = ADDRESSES.get(drawn["who"])
    subject = EMAILS[drawn["email"]]["subject"] if drawn["email"] is not None else None
    return drawn["type"], who, subject, drawn["ms"] // 1000, drawn["url"]


def clicked(**given: Any) -> dict[str, Any]:
    """By somebody who shares an address, so that whose it was is learned from the feed alone."""
    return {
        "type": "clicked", "who": 1, "email": 1, "automated": False, "ms": 0, "url": None, "in_feed": False,
        "in_file": True, **given,
    }  # fmt: skip


@given(
    drawn=st.lists(happening, max_size=14),
    with_ids=st.booleans(),
)
@example(drawn=[clicked(), clicked(ms=1, in_feed=True)], with_ids=True)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_order_makes_no_difference(
    tmp_path_factory: Any, drawn: list[dict[str, Any]], with_ids: bool
) -> None:
    folder: Path = tmp_path_factory.mktemp("order")
    events = [(as_event(each), each) for each in drawn]
    newsletter = Newsletter(
        subscribers=PEOPLE, emails=EMAILS, events=[row for row, each in events if each["in_feed"]]
    )
    with serve(newsletter) as api:
        worlds = []
        for name in ("sync first", "import first"):
            (folder / name).mkdir()
            worlds.append(World(api, FolderBucket(folder / name / "data"), folder / name))
        first, then = worlds
        rows = [
            exported(first, row, **({"id": row["id"]} if with_ids else {}))
            for row, each in events
            if each["in_file"]
        ]
        path = write_csv(folder / "e.csv", rows)
        sync(first)
        assert import_files(first, path).problems == []
        import_files(then, path)
        assert sync(then).problems == []
        true = {(dashed(row["id"]), *true_event(row)) for row in newsletter.events}
        assert api_events(first) == api_events(then) == true
        assert totals(first) == totals(then) == expected(drawn)
        for world in worlds:
            before = event_counts(world)
            assert import_files(world, path).counts.events_new == 0
            assert event_counts(world) == before
            world.assert_sound()


def totals(world: World) -> dict[tuple[Any, ...], int]:
    """Events of each natural key as an export sees it; those of whom it cannot name under nobody."""
    query = (
        "select replace(type, 'subscriber.', ''), lower(subscriber_email), email_subject, "
        "strftime('%s', occurred_at) - ?, url, count(*) from event_log group by 1, 2, 3, 4, 5"
    )
    return {tuple(row[:5]): row[5] for row in world.query(query, int(SENT.timestamp()))}


def expected(drawn: list[dict[str, Any]]) -> dict[tuple[Any, ...], int]:
    """Of each key as many as the fuller of the two has."""
    found: dict[tuple[Any, ...], int] = {}
    for key in {natural_key(each) for each in drawn}:
        alike = [each for each in drawn if natural_key(each) == key]
        most = max(sum(each["in_feed"] for each in alike), sum(each["in_file"] for each in alike))
        if most:
            found[key] = most
    return found
