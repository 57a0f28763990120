"""Lists are walked by page number with our own parameters, to their real end, whatever the server says of it."""

from typing import Any

import httpx
import orjson
import pytest
import respx

from demo import Faults, Newsletter, Request, serve, subscriber
from shared.errors import SourceIncomplete, SourceUnavailable
from shared.settings import Secret
from sync_job.counts import Counts
from sync_job.sources.buttondown.api import ButtondownApi, connect
from sync_job.sources.buttondown.pages import PageWalk
from tests.sync_job.newsletters import make_small

ORDER = [("ordering", "creation_date")]


class Walked:
    """What a walk over a list gave: ids in order, and the requests it took."""

    def __init__(
        self,
        newsletter: Newsletter,
        faults: Faults,
        *,
        path: str = "events",
        sizes: tuple[int, ...] = (4, 2, 1),
        offset: int = 0,
        timeout: float = 10.0,
    ) -> None:
        self.slept: list[float] = []
        self.error: Exception | None = None
        self.ids: list[str] = []
        self.offsets: list[int] = []
        with serve(newsletter, faults=faults) as api:
            client = connect(api.url, Secret("demo-key"), sleep=self.slept.append, timeout=timeout)
            walk = PageWalk(ButtondownApi(client), Counts(), path, ORDER, sizes=sizes, offset=offset)
            try:
                for page in walk:
                    self.offsets.append(page.offset)
                    self.ids += [row["id"] for row in page.rows]
            except (SourceIncomplete, SourceUnavailable) as error:
                self.error = error
            finally:
                client.close()
            self.requests = list(api.requests)

    @property
    def sizes(self) -> list[str | None]:
        return [request.value("page_size") for request in self.requests]

    @property
    def numbers(self) -> list[str | None]:
        return [request.value("page") for request in self.requests]


def ids_of(newsletter: Newsletter) -> list[str]:
    return [row["id"] for row in newsletter.events]


ODD_SERVERS: dict[str, dict[str, Any]] = {
    "as documented": {},
    "no next": {"drop_next": True},
    "next forgets our parameters": {"next_forgets_params": True},
    "next repeats this page": {"repeat_next": True},
    "next never ends, then empty pages": {"endless_next": True},
    "next never ends, then 404": {"endless_next": True, "past_end": "404"},
    "next never ends, the last page again": {"endless_next": True, "past_end": "last"},
    "no count": {"drop_count": True},
    "no count and no next": {"drop_count": True, "drop_next": True},
    "no count and no next, then 404": {"drop_count": True, "drop_next": True, "past_end": "404"},
    "no count and no next, the last page again": {"drop_count": True, "drop_next": True, "past_end": "last"},
    "no count, endless next, the last page again": {
        "drop_count": True,
        "endless_next": True,
        "past_end": "last",
    },
    "counts too many": {"count_delta": 3},
    "counts too many, then 404": {"count_delta": 30, "past_end": "404"},
    "counts too few": {"count_delta": -3},
    "counts nothing": {"count_delta": -1000},
    "fewer rows than asked": {"largest_page": 3},
    "one row at a time": {"largest_page": 1},
    "fewer rows and no next": {"largest_page": 3, "drop_next": True},
    "fewer rows and no count": {"largest_page": 3, "drop_count": True},
    "refuses larger pages": {"refuse_page_above": 2},
}


@pytest.mark.parametrize("events", [0, 1, 4, 7, 8, 9])
@pytest.mark.parametrize("odd", ODD_SERVERS)
def test_every_row_comes(odd: str, events: int) -> None:
    newsletter = make_small(events)
    walked = Walked(newsletter, Faults(**ODD_SERVERS[odd]))
    assert walked.error is None
    assert list(dict.fromkeys(walked.ids)) == ids_of(newsletter)
    assert len(walked.requests) < 40


def test_a_well_behaved_server_gives_every_row_once() -> None:
    newsletter = make_small(9)
    walked = Walked(newsletter, Faults())
    assert walked.ids == ids_of(newsletter)
    assert walked.numbers == ["1", "2", "3"]
    assert set(walked.sizes) == {"4"}


@pytest.mark.parametrize("events", [1, 7, 8])
def test_an_end_is_believed_without_asking_past_it(events: int) -> None:
    walked = Walked(make_small(events), Faults())
    assert len(walked.requests) == -(-events // 4)


def test_next_on_a_foreign_host_is_not_followed() -> None:
    newsletter = make_small(9)
    with serve(Newsletter()) as elsewhere:
        walked = Walked(newsletter, Faults(next_host=elsewhere.url.removesuffix("/v1")))
        assert elsewhere.requests == []
    assert walked.ids == ids_of(newsletter)


def test_a_page_that_fails_is_asked_for_in_smaller_pieces() -> None:
    newsletter = make_small(9)
    faults = Faults().on(path="/events", request=2, times=2, status=503)
    walked = Walked(newsletter, faults)
    assert list(dict.fromkeys(walked.ids)) == ids_of(newsletter)
    assert walked.sizes[:4] == ["4", "4", "4", "2"]
    assert walked.numbers[3] == "3"  # the same row as page 2 of four


def test_a_server_too_slow_for_large_pages_is_asked_for_small_ones() -> None:
    newsletter = make_small(5)
    walked = Walked(newsletter, Faults(slow_page_above=2, slow_seconds=30), timeout=0.3)
    assert walked.ids == ids_of(newsletter)
    assert set(walked.sizes[2:]) == {"2"}


def test_when_the_smallest_page_fails_too_the_walk_says_so() -> None:
    walked = Walked(make_small(5), Faults().on(path="/events", request=None, status=500))
    assert isinstance(walked.error, SourceUnavailable)
    assert "500" in str(walked.error)
    assert walked.sizes == ["4", "4", "2", "2", "1", "1", "1", "1", "1", "1"]


def test_pages_that_never_end_are_given_up() -> None:
    newsletter = make_small(8)
    faults = Faults(endless_next=True)

    def grow(request: Request) -> None:
        newsletter.events += make_small(4).events
        faults.count_delta -= 4

    faults.before_response = grow
    walked = Walked(newsletter, faults)
    assert isinstance(walked.error, SourceIncomplete)
    assert "never end" in str(walked.error)
    assert len(walked.requests) < 200


@pytest.mark.parametrize(("offset", "first"), [(0, 0), (3, 0), (4, 0), (8, 4), (9, 4), (11, 4), (12, 8)])
def test_a_walk_resumes_one_page_early(offset: int, first: int) -> None:
    newsletter = make_small(14)
    walked = Walked(newsletter, Faults(), offset=offset)
    assert walked.offsets[0] == first
    assert walked.ids == ids_of(newsletter)[first:]


def test_a_resumed_walk_whose_pages_became_smaller_begins_no_later() -> None:
    newsletter = make_small(14)
    walked = Walked(newsletter, Faults(largest_page=3), offset=12)
    assert list(dict.fromkeys(walked.ids)) == ids_of(newsletter)[6:]


def test_rows_added_at_the_head_between_pages_hide_nothing() -> None:
    newsletter = make_small(12)
    before = ids_of(newsletter)

    def add(request: Request) -> None:
        if request.number == 2:
            newsletter.events[:0] = make_small(3).events

    walked = Walked(newsletter, Faults(before_response=add))
    assert set(before) <= set(walked.ids)


@pytest.mark.parametrize("people", [0, 1, 100, 101, 250])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"drop_next": True},
        {"endless_next": True},
        {"drop_count": True, "drop_next": True},
        {"largest_page": 40},
        {"largest_page": 40, "drop_next": True},
        {"past_end": "404", "endless_next": True},
        {"past_end": "last", "endless_next": True},
        {"count_delta": 7},
    ],
)
def test_a_list_without_a_page_size_is_walked_by_what_it_gives(people: int, settings: dict[str, Any]) -> None:
    newsletter = Newsletter(subscribers=[subscriber(f"{number}@example.com") for number in range(people)])
    walked = Walked(newsletter, Faults(**settings), path="subscribers", sizes=())
    assert list(dict.fromkeys(walked.ids)) == [row["id"] for row in newsletter.subscribers]
    assert set(walked.sizes) == {None}
    assert len(walked.requests) < 12


def test_a_list_without_a_page_size_resumes_one_page_early() -> None:
    newsletter = Newsletter(subscribers=[subscriber(f"{number}@example.com") for number in range(250)])
    walked = Walked(newsletter, Faults(), path="subscribers", sizes=(), offset=200)
    assert walked.offsets == [100, 200]
    assert walked.numbers == ["2", "3"]


def test_a_list_with_larger_pages_than_documented_is_walked_from_its_beginning() -> None:
    """Page 2 of larger pages is further on than the row where the walk stopped."""
    people = [subscriber(f"{number}@example.com") for number in range(250)]
    larger = {
        number: orjson.dumps({"results": people[first : first + 120], "count": 250, "next": None})
        for number, first in enumerate((0, 120, 240), start=1)
    }
    with respx.mock(base_url="https://api.example/v1") as mock:
        mock.get("/subscribers").mock(
            side_effect=lambda request: httpx.Response(200, content=larger[int(request.url.params["page"])])
        )
        client = connect("https://api.example/v1", Secret("key"))
        walk = PageWalk(ButtondownApi(client), Counts(), "subscribers", ORDER, offset=200)
        seen = [row["id"] for page in walk for row in page.rows]
        client.close()
    assert set(seen) == {row["id"] for row in people}
