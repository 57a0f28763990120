"""The sync job started through Google's API: a real client, real credentials, and a stand-in for both servers."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from report_site.cloud_sync import STARTING, CloudSync
from report_site.identity import own_token
from shared.log import Log
from tests.report_site.google_api import ACCOUNT, JOB, TOKEN, GoogleApi, google_api
from tests.report_site.sites import NOW


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleApi]:
    with google_api() as api:
        monkeypatch.setenv(
            "GOOGLE_APPLICATION_CREDENTIALS", str(api.write_credentials(tmp_path / "key.json"))
        )
        yield api


class Calendar:
    def __init__(self) -> None:
        self.now = NOW


def starter(google: GoogleApi, told: StringIO, job: str = JOB, calendar: Calendar | None = None) -> CloudSync:
    moment = calendar or Calendar()
    return CloudSync(job, google.jobs_url, own_token(), Log(told, readable=False), lambda: moment.now)


def test_the_job_is_started_with_the_accounts_own_token(google: GoogleApi, told: StringIO) -> None:
    calendar = Calendar()
    sync = starter(google, told, calendar=calendar)
    assert sync.last_attempt() is None
    assert sync.start().status == 202
    assert google.runs == [(f"/v2/{JOB}:run", {})]
    attempt = sync.last_attempt()
    assert attempt is not None
    assert (attempt.since, attempt.is_under_way, attempt.is_presumed) == (NOW, True, True)
    calendar.now += STARTING + timedelta(seconds=1)
    attempt = sync.last_attempt()
    assert attempt is not None
    assert not attempt.is_under_way
    assert sync.start().status == 202
    assert google.tokens == 1, "a token is used until it ends"


@pytest.mark.parametrize(
    ("answered", "status", "words"),
    [
        (409, 409, "try again soon"),
        (429, 429, "in a minute"),
        (403, 502, "roles/run.invoker"),
        (401, 502, "not known"),
        (404, 502, "RAPPORT_SYNC_JOB"),
        (500, 502, "answered 500"),
        (302, 502, "answered 302"),
    ],
)
def test_every_refusal_is_explained(
    google: GoogleApi, told: StringIO, answered: int, status: int, words: str
) -> None:
    google.status = answered
    sync = starter(google, told)
    started = sync.start()
    assert (started.status, words in started.message) == (status, True), started.message
    assert len(google.runs) == 1, "asked once, whatever comes"
    assert sync.last_attempt() is None
    for text in (started.message, told.getvalue()):
        assert TOKEN not in text
        assert ACCOUNT not in text


def test_a_job_of_another_name_is_not_there(google: GoogleApi, told: StringIO) -> None:
    started = starter(google, told, job=f"{JOB}-2").start()
    assert "names a job that is not there" in started.message


def test_without_a_job_it_says_what_to_set(google: GoogleApi, told: StringIO) -> None:
    started = starter(google, told, job="").start()
    assert (started.status, "RAPPORT_SYNC_JOB" in started.message) == (501, True)
    assert google.tokens == 0


def test_without_credentials_it_says_so(
    google: GoogleApi, told: StringIO, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    google.token_status = 400
    started = starter(google, told).start()
    assert started.status == 503
    assert "no Google credentials" in started.message
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    assert starter(google, told).start().status == 503
    assert google.runs == []


def test_an_api_that_is_not_there_is_worth_another_try(google: GoogleApi, told: StringIO) -> None:
    sync = CloudSync(JOB, "http://127.0.0.1:9/v2", own_token(), Log(told, readable=False))
    started = sync.start()
    assert (started.status, "Try again" in started.message) == (503, True)
