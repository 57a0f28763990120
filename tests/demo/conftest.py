from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import httpx
import pytest

from demo import Api, Faults, Newsletter, make_newsletter, serve
from tests.demo.worlds import make_issues, make_people

NOON = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)
Visit = Callable[..., tuple[Api, httpx.Client]]


@pytest.fixture(scope="session")
def world() -> Newsletter:
    """A made-up newsletter small enough to be quick. Not to be changed."""
    return make_newsletter(until=NOON, subscribers=700, emails=60)


@pytest.fixture
def visit() -> Iterator[Visit]:
    """`api, client = visit(newsletter, faults)`: a server, and a client that has the key."""
    with ExitStack() as stack:

        def open_api(
            newsletter: Newsletter, faults: Faults | None = None, clock: Callable[[], float] | None = None
        ) -> tuple[Api, httpx.Client]:
            api = stack.enter_context(serve(newsletter, faults=faults, clock=clock or time.time))
            client = httpx.Client(
                base_url=api.url,
                headers={"Authorization": "Token demo-key"},
                trust_env=False,
                timeout=5,
                verify=False,
            )
            return api, stack.enter_context(client)

        yield open_api


@pytest.fixture
def people() -> Newsletter:
    return make_people()


@pytest.fixture
def issues() -> Newsletter:
    return make_issues()
