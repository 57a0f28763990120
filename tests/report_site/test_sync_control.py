"""A sync started from the report: by whom, from where, one at a time, and what is told of it."""

import json
from datetime import timedelta
from http import HTTPStatus
from io import StringIO
from pathlib import Path

import pytest

from report_site.exchange import Answer, Request
from report_site.gates import Visitor
from report_site.same_origin import is_from_our_pages
from report_site.sync_control import Attempt, Started
from shared.bucket import Bucket
from shared.bucket.folder import FolderBucket
from shared.lease import Lease
from tests.report_site.sites import NOW, Idle, open_site, request

START = "/api/sync/events"
OURS = {"Host": "report.example", "Sec-Fetch-Site": "same-origin", "X-Rapport": "1"}


class As:
    def __init__(self, role: str) -> None:
        self._visitor = Visitor("somebody@example.com", role)

    def admit(self, request: Request) -> Visitor | Answer:
        return self._visitor


class Begun(Idle):
    """One attempt was made a minute ago."""

    def __init__(self, *, is_presumed: bool, problem: str = "") -> None:
        super().__init__()
        self.attempt = Attempt(NOW - timedelta(minutes=1), not problem, is_presumed, problem)

    def last_attempt(self) -> Attempt | None:
        return self.attempt


def test_an_owner_starts_it_from_the_report(tmp_path: Path) -> None:
    starter = Idle()
    answer = open_site(FolderBucket(tmp_path), "p", starter=starter).answer(request(START, "POST", **OURS))
    assert answer.status == 202
    assert json.loads(answer.body) == {"started": True, "message": "The sync starts."}
    assert answer.headers["Cache-Control"] == "no-store"
    assert starter.asked == 1


def test_a_viewer_does_not(tmp_path: Path) -> None:
    starter = Idle()
    site = open_site(FolderBucket(tmp_path), "p", gate=As("viewer"), starter=starter)
    answer = site.answer(request(START, "POST", **OURS))
    assert answer.status == 403
    assert "owner" in json.loads(answer.body)["message"]
    assert site.answer(request("/api/sync/state")).status == 200
    assert starter.asked == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_looking_at_its_address_starts_nothing(tmp_path: Path, method: str) -> None:
    starter = Idle()
    answer = open_site(FolderBucket(tmp_path), "p", starter=starter).answer(request(START, method, **OURS))
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert starter.asked == 0


JSON = {"Content-Type": "application/json; charset=utf-8"}
FORGED = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"X-Rapport": "1"},
    JSON,
    {"Sec-Fetch-Site": "cross-site", **JSON},
    {"Sec-Fetch-Site": "same-site", **JSON},
    {"Sec-Fetch-Site": "none", "X-Rapport": "1"},
    {"Sec-Fetch-Site": "same-origin, cross-site", "X-Rapport": "1"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://report.example", "X-Rapport": "1"},
    {"Origin": "https://evil.example", "X-Rapport": "1"},
    {"Origin": "null", "X-Rapport": "1"},
    {"Origin": "https://report.example.evil.example", **JSON},
    {"Origin": "https://report.example:8443", **JSON},
    {"Origin": "https://evil.example@report.example", **JSON},
    {"Origin": "https://[", **JSON},
    {"Origin": "https://report.example", "Content-Type": "text/plain"},
    {"Origin": "https://report.example", "Content-Type": "text/plain; application/json"},
    {"Origin": "https://report.example", "Content-Type": "application/x-www-form-urlencoded"},
]


@pytest.mark.parametrize("headers", FORGED)
def test_another_site_in_the_same_browser_starts_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    starter = Idle()
    site = open_site(FolderBucket(tmp_path), "p", starter=starter)
    answer = site.answer(request(START, "POST", Host="report.example", **headers))
    assert answer.status == 403
    assert starter.asked == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "X-Rapport": "1"},
        {"Sec-Fetch-Site": "same-origin", **JSON},
        {"Origin": "https://report.example", "X-Rapport": "1"},
        {"Origin": "https://REPORT.example", **JSON},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://through-a-proxy.example", "X-Rapport": "1"},
    ],
)
def test_our_own_pages_are_known_by_two_signs(headers: dict[str, str]) -> None:
    assert is_from_our_pages(request(START, "POST", Host="Report.example", **headers))


def test_no_origin_is_no_host(tmp_path: Path) -> None:
    assert not is_from_our_pages(request(START, "POST", Origin="null", **JSON))
    assert not is_from_our_pages(request(START, "POST", Origin="file://", **JSON))


def state(bucket: Bucket, starter: Idle | None = None) -> dict[str, object]:
    answer = open_site(bucket, "p", starter=starter).answer(request("/api/sync/state"))
    assert answer.status == 200
    found: dict[str, object] = json.loads(answer.body)
    return found


def test_before_the_first_run_there_is_nothing_to_tell(bucket: Bucket) -> None:
    assert state(bucket) == {
        "kind": "sync_state", "version": 1, "under_way": False, "since": None, "last_run": None, "problem": None,
    }  # fmt: skip


def test_the_last_run_is_told_without_its_details(bucket: Bucket) -> None:
    run = {
        "command": "sync",
        "outcome": "done",
        "started_at": "a",
        "finished_at": "b",
        "counts": {"events": 1},
    }
    bucket.write("p/last_run.json", json.dumps(run).encode())
    del run["counts"]
    assert state(bucket)["last_run"] == run


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"7", b"[" * 100_000])
def test_a_last_run_that_cannot_be_read_is_none(bucket: Bucket, body: bytes) -> None:
    bucket.write("p/last_run.json", body)
    assert state(bucket)["last_run"] is None


def test_a_run_at_work_is_seen_by_its_lease_and_only_while_it_holds_it(
    folder: FolderBucket, tmp_path: Path
) -> None:
    now = folder.now()
    with Lease(folder, "p/leases/sync_job.json", owner="sync 1") as lease:
        told = lease.holder(now)
        assert told is not None
        assert told.owner == "sync 1"
        assert lease.holder(now + timedelta(minutes=3)) is None, "by then it would be stale"
        before = folder.stat("p/leases/sync_job.json")
        found = state(folder)  # whose clock stands still in the past
        assert (found["under_way"], found["since"]) == (True, told.since)
        starter = Idle()
        answer = open_site(folder, "p", starter=starter).answer(request(START, "POST", **OURS))
        assert answer.status == 409
        assert starter.asked == 0
        assert folder.stat("p/leases/sync_job.json") == before, "looking changes nothing"
    assert state(folder)["under_way"] is False


def test_garbage_for_a_lease_holds_nobody_up_for_ever(bucket: Bucket) -> None:
    bucket.write("p/leases/sync_job.json", b"garbage")
    lease = Lease(bucket, "p/leases/sync_job.json", owner="")
    assert lease.holder(bucket.now()) is not None
    assert lease.holder(bucket.now() + timedelta(minutes=3)) is None


def test_what_was_asked_for_counts_until_a_run_has_ended_since(bucket: Bucket) -> None:
    presumed, certain = Begun(is_presumed=True), Begun(is_presumed=False)
    assert state(bucket, presumed)["under_way"] is True
    assert state(bucket, presumed)["since"] == "2026-03-01T11:59:00+00:00"
    for ended, is_over in (
        ("2026-03-01T11:58:00Z", False),
        ("2026-03-01T11:59:30.123Z", True),
        ("2026-03-01T11:59:30", False),
        ("yesterday", False),
        (7, False),
    ):
        bucket.write("p/last_run.json", json.dumps({"finished_at": ended}).encode())
        assert state(bucket, presumed)["under_way"] is not is_over
        assert state(bucket, certain)["under_way"] is True
    assert open_site(bucket, "p", starter=certain).answer(request(START, "POST", **OURS)).status == 409


def test_what_went_wrong_here_is_told(bucket: Bucket) -> None:
    found = state(bucket, Begun(is_presumed=False, problem="BUTTONDOWN_API_KEY is not set"))
    assert (found["under_way"], found["problem"]) == (False, "BUTTONDOWN_API_KEY is not set")


@pytest.mark.parametrize(("status", "retry"), [(429, "60"), (503, "60"), (409, None), (502, None)])
def test_a_refusal_is_passed_on_in_words(tmp_path: Path, status: int, retry: str | None) -> None:
    class Refusing(Idle):
        def start(self) -> Started:
            return Started(HTTPStatus(status), "Not now.")

    answer = open_site(FolderBucket(tmp_path), "p", starter=Refusing()).answer(request(START, "POST", **OURS))
    assert answer.status == status
    assert json.loads(answer.body) == {"started": False, "message": "Not now."}
    assert answer.headers.get("Retry-After") == retry


def test_a_bucket_that_fails_starts_nothing(cloud: Bucket, fake: object, told: StringIO) -> None:
    starter = Idle()
    fake.on("GET", "/o/", "403")  # type: ignore[attr-defined]
    assert open_site(cloud, "p", starter=starter).answer(request(START, "POST", **OURS)).status == 502
    assert starter.asked == 0
