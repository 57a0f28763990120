"""The one place that speaks HTTP to others: timeouts, bounded retries, rate limits, a user agent."""

import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from shared import __version__
from shared.errors import SourceUnavailable

Params = Sequence[tuple[str, str | int]]

ATTEMPTS = 6
PER_MINUTE = 600  # requests; what Buttondown allows
LONGEST_PAUSE = 300.0  # seconds; a Retry-After beyond this is not worth a running job
RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})


@dataclass(frozen=True)
class Answer:
    """A reply that need not be asked for again: `data` is the decoded JSON body, or None without one."""

    status: int
    data: Any

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class WebClient:
    """GETs JSON from one base address with one set of headers, which never travel to another host.

    Retries 408, 429, 5xx, broken connections, truncated and non-JSON bodies, and a 409 once; honours
    Retry-After and X-RateLimit-*; sends at most `per_minute` requests in any 60 seconds. `clock` and `sleep`
    are monotonic seconds, `wall_clock` is unix seconds.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        per_minute: int = PER_MINUTE,
        timeout: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = httpx.Client(
            base_url=base_url.rstrip("/") + "/",
            headers={"user-agent": f"rapport/{__version__}", "accept": "application/json", **headers},
            timeout=httpx.Timeout(timeout, connect=min(10.0, timeout)),
            follow_redirects=False,
        )
        self._clock = clock
        self._wall_clock = wall_clock
        self._sleep = sleep
        self._credential = headers.get("authorization", "").rpartition(" ")[2].encode()
        self._sent: deque[float] = deque(maxlen=per_minute)
        self._resume_at = 0.0
        self.requests = 0
        self.retries = 0

    def close(self) -> None:
        self._http.close()

    def send(self, method: str, path: str, document: Any = None, *, hidden: str = "") -> Answer:
        """Asks for a change, once: of a change whose reply was lost nobody knows whether it happened.

        A refusal may repeat what it was sent: `hidden`, like the credential, is dots in the answer to one.
        Raises SourceUnavailable where the answer is none that can be read.
        """
        self._wait_for_turn()
        self.requests += 1
        content = None if document is None else orjson.dumps(document)
        headers = {"content-type": "application/json"} if content else {}
        try:
            response = self._http.request(method, path.lstrip("/"), content=content, headers=headers)
        except httpx.RequestError as error:
            failure = type(error).__name__
        else:
            self._note_limits(response)
            said = response.content
            if not response.is_success:
                for secret in filter(None, (self._credential, hidden.encode())):
                    said = said.replace(secret, "…".encode())
            with suppress(orjson.JSONDecodeError):
                data = orjson.loads(said or b"null")
                if response.status_code not in RETRIED_STATUSES:
                    return Answer(response.status_code, data)
            failure = _describe(response)
        raise SourceUnavailable(
            f"{self._http.base_url.host} did not answer {method} {path} ({failure})",
            hint="It may or may not have happened: look before you ask again.",
        )

    def get(
        self,
        path: str,
        params: Params = (),
        *,
        attempts: int = ATTEMPTS,
        is_wanted: Callable[[Any], bool] = lambda data: True,
    ) -> Answer:
        """One answer; `is_wanted` says whether a successful body has the shape that was asked for.

        Raises SourceUnavailable, naming the last failure, after `attempts` tries. A 429 that says when to come
        back is waited for and does not use up a try, up to ten times.
        """
        failure = ""
        patience = 10
        tries = 0
        while tries < attempts:
            if failure:
                self.retries += 1
            self._wait_for_turn()
            pause: float | None = None
            try:
                response = self._http.get(path.lstrip("/"), params=list(params))
                self.requests += 1
                self._note_limits(response)
                answer = self._read(response, is_wanted)
                if answer is not None and not (answer.status == 409 and tries == 0):
                    return answer
                failure = _describe(response)
                if response.status_code == 429:
                    pause = _retry_after(response)
                    if pause is not None and patience > 0:
                        patience -= 1
                        tries -= 1
            except httpx.RequestError as error:  # a lost connection, or a body that cannot be unpacked
                self.requests += 1
                failure = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            tries += 1
            if tries < attempts:
                self._sleep(_backoff(tries) if pause is None else min(pause, LONGEST_PAUSE))
        raise SourceUnavailable(
            f"{self._http.base_url.host} did not answer {path} after {attempts} tries (last: {failure})",
            hint="Check the network and the address, and run the same command again: nothing is lost.",
        )

    def post(self, path: str, body: Any) -> Answer:
        """The answer to one try, whatever its status: what starts something must not be sent twice.

        Raises SourceUnavailable where there is none; whether it was started is not known then.
        """
        self._wait_for_turn()
        self.requests += 1
        try:
            response = self._http.post(path.lstrip("/"), json=body)
        except httpx.RequestError as error:
            raise SourceUnavailable(
                f"{self._http.base_url.host} did not answer {path}: {type(error).__name__}",
                hint="Check the network and the address, and whether it was done all the same.",
            ) from error
        try:
            data = orjson.loads(response.content) if response.content else None
        except orjson.JSONDecodeError:
            data = None
        return Answer(response.status_code, data)

    def _read(self, response: httpx.Response, is_wanted: Callable[[Any], bool]) -> Answer | None:
        """The answer, or None where asking again may help."""
        if response.status_code in RETRIED_STATUSES:
            return None
        data: Any = None
        content = response.content
        if self._credential and not response.is_success:  # a refusal may repeat what it was sent
            content = content.replace(self._credential, "…".encode())
        if content:
            try:
                data = orjson.loads(content)
            except orjson.JSONDecodeError:
                return None if response.is_success else Answer(response.status_code, None)
        if response.is_success and not is_wanted(data):
            return None
        return Answer(response.status_code, data)

    def _wait_for_turn(self) -> None:
        now = self._clock()
        wait = self._resume_at - now
        if len(self._sent) == self._sent.maxlen:
            wait = max(wait, self._sent[0] + 60.0 - now)
        if wait > 0:
            self._sleep(wait)
        self._sent.append(self._clock())

    def _note_limits(self, response: httpx.Response) -> None:
        """With nothing remaining, the next request waits for the reset (unix seconds, at most a minute off)."""
        remaining = response.headers.get("x-ratelimit-remaining", "")
        reset = response.headers.get("x-ratelimit-reset", "")
        if remaining.isdigit() and int(remaining) == 0 and reset.isdigit():
            wait = min(max(int(reset) - self._wall_clock(), 0.0), 60.0)
            self._resume_at = self._clock() + wait


def _backoff(tries: int) -> float:
    """Half a second, doubling, with jitter, so that two jobs do not knock in step."""
    return min(0.5 * 2.0 ** (tries - 1), 30.0) * random.uniform(0.75, 1.25)


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None


def _describe(response: httpx.Response) -> str:
    if response.is_success:
        return f"{response.status_code} with a body that is not the JSON asked for"
    return f"{response.status_code} {response.reason_phrase}".strip()
