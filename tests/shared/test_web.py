"""One client for all sources: it waits when told to, retries what may pass, and never keeps asking."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
import respx

from shared.errors import SourceUnavailable
from shared.web import ATTEMPTS, Answer, WebClient

BASE = "https://api.example/v1"


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def route() -> Iterator[respx.Route]:
    with respx.mock(base_url=BASE) as mock:
        yield mock.get("/things")


@pytest.fixture
def connect(clock: Clock) -> Iterator[Callable[..., WebClient]]:
    with ExitStack() as stack:

        def connect(**options: Any) -> WebClient:
            headers = {"authorization": "Token the-canary-key"}
            client = WebClient(
                BASE,
                headers,
                clock=clock,
                wall_clock=lambda: 5000.0 + clock.now,
                sleep=clock.sleep,
                **options,
            )
            stack.callback(client.close)
            return client

        yield connect


Connect = Callable[..., WebClient]


def test_an_answer_is_its_json(route: respx.Route, connect: Connect) -> None:
    route.respond(json={"a": [1]})
    client = connect()
    answer = client.get("things", [("ids", "1"), ("ids", "2")])
    assert (answer.status, answer.ok, answer.data) == (200, True, {"a": [1]})
    assert str(route.calls.last.request.url) == f"{BASE}/things?ids=1&ids=2"
    assert route.calls.last.request.headers["user-agent"].startswith("rapport/")
    assert client.requests == 1


@pytest.mark.parametrize("path", ["things", "/things"])
@pytest.mark.parametrize("base", [BASE, f"{BASE}/"])
def test_slashes_do_not_matter(route: respx.Route, clock: Clock, base: str, path: str) -> None:
    route.respond(json={})
    client = WebClient(base, {}, sleep=clock.sleep)
    assert client.get(path).ok
    client.close()


@pytest.mark.parametrize(
    "accident",
    [
        httpx.Response(408),
        httpx.Response(425),
        httpx.Response(429),
        httpx.Response(500),
        httpx.Response(502, content=b"<html>"),
        httpx.Response(503),
        httpx.Response(504),
        httpx.Response(520),
        httpx.Response(409),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, content=b'{"a": [1'),
        httpx.Response(200, content=b""),
        httpx.Response(200, json={"other": "shape"}),
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("cut short"),
        httpx.ReadError("reset"),
        httpx.DecodingError("not gzip"),
    ],
)
def test_what_may_pass_is_asked_for_again(
    route: respx.Route, connect: Connect, clock: Clock, accident: Any
) -> None:
    route.side_effect = [accident, httpx.Response(200, json={"a": 1})]
    client = connect()
    answer = client.get("things", is_wanted=lambda data: isinstance(data, dict) and "a" in data)
    assert answer.data == {"a": 1}
    assert (client.requests, client.retries) == (2, 1)
    assert len(clock.slept) == 1
    assert 0.375 <= clock.slept[0] <= 0.625


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422])
def test_a_refusal_is_an_answer(route: respx.Route, connect: Connect, clock: Clock, status: int) -> None:
    route.respond(status, json={"detail": "no"})
    answer = connect().get("things")
    assert (answer.status, answer.ok, answer.data) == (status, False, {"detail": "no"})
    assert clock.slept == []
    assert route.call_count == 1


def test_a_refusal_without_json_has_no_data(route: respx.Route, connect: Connect) -> None:
    route.respond(403, content=b"<html>")
    assert connect().get("things").data is None


def test_a_second_conflict_is_an_answer(route: respx.Route, connect: Connect) -> None:
    route.respond(409)
    assert connect().get("things").status == 409
    assert route.call_count == 2


def test_a_redirect_is_not_followed(route: respx.Route, connect: Connect) -> None:
    with respx.mock(base_url="https://elsewhere.example", assert_all_called=False) as elsewhere:
        other = elsewhere.get("/").respond(json={})
        route.respond(302, headers={"Location": "https://elsewhere.example/"})
        assert connect().get("things").status == 302
        assert not other.called


def test_a_refusal_that_repeats_the_key_does_not_pass_it_on(route: respx.Route, connect: Connect) -> None:
    route.respond(401, json={"detail": "Token the-canary-key is wrong"})
    assert connect().get("things").data == {"detail": "Token … is wrong"}


def test_pauses_double_and_end(route: respx.Route, connect: Connect, clock: Clock) -> None:
    route.respond(500)
    with pytest.raises(SourceUnavailable) as failed:
        connect().get("things")
    assert route.call_count == ATTEMPTS
    assert len(clock.slept) == ATTEMPTS - 1
    for number, pause in enumerate(clock.slept):
        assert 0.75 <= pause / (0.5 * 2**number) <= 1.25
    assert "500 Internal Server Error" in str(failed.value)
    assert "api.example" in str(failed.value)
    assert "canary" not in str(failed.value) + failed.value.hint


def test_fewer_attempts_may_be_asked_for(route: respx.Route, connect: Connect) -> None:
    route.respond(500)
    with pytest.raises(SourceUnavailable, match="after 2 tries"):
        connect().get("things", attempts=2)
    assert route.call_count == 2


def test_retry_after_is_waited_for(route: respx.Route, connect: Connect, clock: Clock) -> None:
    route.side_effect = [
        httpx.Response(429, headers={"Retry-After": "17"}),
        httpx.Response(429, headers={"Retry-After": "3"}),
        httpx.Response(200, json={}),
    ]
    assert connect().get("things").ok
    assert clock.slept == [17, 3]


def test_waiting_as_told_uses_up_no_attempt_but_patience_ends(
    route: respx.Route, connect: Connect, clock: Clock
) -> None:
    route.respond(429, headers={"Retry-After": "1"})
    with pytest.raises(SourceUnavailable, match="429"):
        connect().get("things", attempts=2)
    assert route.call_count == 12


def test_nobody_waits_for_hours(route: respx.Route, connect: Connect, clock: Clock) -> None:
    route.side_effect = [httpx.Response(429, headers={"Retry-After": "86400"}), httpx.Response(200, json={})]
    connect().get("things")
    assert clock.slept == [300]


@pytest.mark.parametrize("value", ["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "soon", "1.5"])
def test_a_retry_after_that_nobody_can_read_is_a_plain_failure(
    route: respx.Route, connect: Connect, clock: Clock, value: str
) -> None:
    route.side_effect = [httpx.Response(429, headers={"Retry-After": value}), httpx.Response(200, json={})]
    connect().get("things")
    assert clock.slept[0] < 1


def test_with_nothing_remaining_the_next_request_waits_for_the_reset(
    route: respx.Route, connect: Connect, clock: Clock
) -> None:
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "6012"}  # the clock says 6000
    route.side_effect = [httpx.Response(200, json={}, headers=spent), httpx.Response(200, json={})]
    client = connect()
    client.get("things")
    assert clock.slept == []
    client.get("things")
    assert clock.slept == [12]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "6012"},
        {"X-RateLimit-Remaining": "0"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"},
        {"X-RateLimit-Remaining": "none", "X-RateLimit-Reset": "6012"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "5990"},
    ],
)
def test_other_limits_make_nobody_wait(
    route: respx.Route, connect: Connect, clock: Clock, headers: dict[str, str]
) -> None:
    route.respond(json={}, headers=headers)
    client = connect()
    client.get("things")
    client.get("things")
    assert clock.slept == []


def test_a_reset_far_away_is_a_minute_at_most(route: respx.Route, connect: Connect, clock: Clock) -> None:
    route.respond(json={}, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "999999"})
    client = connect()
    client.get("things")
    client.get("things")
    assert clock.slept == [60]


def test_no_more_than_so_many_requests_are_sent_in_any_minute(
    route: respx.Route, connect: Connect, clock: Clock
) -> None:
    sent: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(clock.now)
        return httpx.Response(200, json={})

    route.side_effect = answer
    client = connect(per_minute=10)
    for _ in range(35):
        client.get("things")
        clock.now += 0.5
    assert all(later - earlier >= 60 for earlier, later in zip(sent, sent[10:], strict=False))


def test_retries_count_towards_the_limit(route: respx.Route, connect: Connect, clock: Clock) -> None:
    route.side_effect = [*(httpx.Response(500) for _ in range(3)), httpx.Response(200, json={})]
    connect(per_minute=3).get("things")
    assert clock.now - 1000 >= 60


@pytest.mark.parametrize("status", [200, 202, 302, 403, 409, 429, 500, 503])
def test_what_starts_something_is_asked_once_and_every_reply_is_an_answer(
    connect: Connect, clock: Clock, status: int
) -> None:
    with respx.mock(base_url=BASE) as mock:
        route = mock.post("/jobs/a:run").respond(status, json={"said": status})
        assert connect().post("/jobs/a:run", {"b": 1}) == Answer(status, {"said": status})
    assert route.call_count == 1
    assert route.calls[0].request.content == b'{"b":1}'
    assert route.calls[0].request.headers["authorization"] == "Token the-canary-key"
    assert clock.slept == []


@pytest.mark.parametrize("body", [b"", b"<html>"])
def test_an_answer_without_json_has_no_data_there_either(connect: Connect, body: bytes) -> None:
    with respx.mock(base_url=BASE) as mock:
        mock.post("/jobs").respond(502, content=body)
        assert connect().post("jobs", {}) == Answer(502, None)


def test_a_start_whose_reply_was_lost_is_not_repeated(connect: Connect) -> None:
    with respx.mock(base_url=BASE) as mock:
        route = mock.post("/jobs").mock(side_effect=httpx.ReadError("gone"))
        with pytest.raises(SourceUnavailable, match="did not answer jobs: ReadError") as lost:
            connect().post("jobs", {})
    assert route.call_count == 1
    assert "done all the same" in lost.value.hint
