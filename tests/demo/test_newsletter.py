from __future__ import annotations

from datetime import timedelta

from demo import Newsletter, dashed, event
from tests.demo.conftest import Visit
from tests.demo.worlds import MORNING, make_small


def test_a_blank_newsletter_is_an_empty_project(visit: Visit) -> None:
    _, client = visit(Newsletter())
    for path in ("/tags", "/emails", "/subscribers", "/events"):
        assert client.get(path).json() == {"results": [], "next": None, "previous": None, "count": 0}
    assert client.get("/newsletters").json()["count"] == 1


def test_added_removed_and_replaced_rows_show_at_once(visit: Visit) -> None:
    newsletter = make_small(3)
    _, client = visit(newsletter)

    def served() -> list[str]:
        return [row["id"] for row in client.get("/events?ordering=creation_date").json()["results"]]

    before = served()
    newsletter.events.append(event("opened", at=MORNING - timedelta(days=1), id="ext_evt_new"))
    assert served() == ["ext_evt_new", *before]
    newsletter.events[0] = event("clicked", at=MORNING, id="ext_evt_swapped")
    assert served() == ["ext_evt_new", "ext_evt_swapped", *before[1:]]
    del newsletter.events[1:]
    assert served() == ["ext_evt_swapped"]


def test_a_row_is_sent_as_it_is_now_and_sorted_anew_after_touch(visit: Visit) -> None:
    newsletter = make_small(2)
    _, client = visit(newsletter)
    first = client.get("/events").json()["results"][0]
    newsletter.events[1]["metadata"]["os"] = "Plan 9"
    assert client.get("/events").json()["results"][0]["metadata"] == {"os": "Plan 9"}
    newsletter.events[1]["creation_date"] = "2020-01-01T00:00:00.000000Z"
    newsletter.touch()
    assert client.get("/events").json()["results"][1]["id"] == first["id"]


def test_reissued_ids_are_new_and_keep_the_truth() -> None:
    newsletter = make_small(2)
    old = [row["id"] for row in newsletter.events]
    newsletter.truth = {old[0]: "human", old[1]: "scanner"}
    newsletter.reissue_event_ids("em_evt")
    middle = [row["id"] for row in newsletter.events]
    newsletter.reissue_event_ids()
    new = [row["id"] for row in newsletter.events]
    assert all(identifier.startswith("em_evt_") for identifier in middle)
    assert all(identifier.startswith("ext_evt_") for identifier in new)
    assert len({dashed(identifier) for identifier in old + middle + new}) == 6
    assert newsletter.truth == {new[0]: "human", new[1]: "scanner"}
