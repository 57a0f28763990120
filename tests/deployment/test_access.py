"""What is granted on the bucket is enough for what runs and no more, and one that is outdated is replaced."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from deployment.plan.access import Grant, data_grants
from deployment.target import COLLECTOR, REPORT, SITE, Target
from report_site.iap_gate import RoleBook
from shared import inbox
from shared.bucket import Bucket
from shared.bucket.gcs import CloudStorageBucket
from shared.errors import BucketError
from shared.lease import Lease
from tests.deployment.conftest import DEPLOY, DESTROY, PROJECT, Console
from tests.fake_gcs import FakeCloudStorage, Reply
from tests.report_site.sites import open_site, request
from tests.shared.conftest import IMPATIENT, no_tracing

__all__ = ["no_tracing"]

TARGET = Target("my-newsletter-1", "europe-west1", "ada@example.com", collector=True)
ROLES = {
    "roles/storage.objectUser": {"get", "list", "create", "delete"},
    "roles/storage.objectViewer": {"get", "list"},
    "roles/storage.objectCreator": {"create"},
}
STORE = "default/engagement.sqlite"
RUN = re.compile(r'resource\.(?:(?P<key>type|name) == |name\.startsWith\()"(?P<value>[^"]+)"\)?')


class GuardedStorage(FakeCloudStorage):
    """Answers 403 where the grants of one account allow nothing else; whoever may not list is told of no absence."""

    grants: Sequence[Grant] = ()

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        parts = urlsplit(target)
        name = unquote(parts.path.partition("/o/")[2]) or parse_qs(parts.query).get("name", [""])[0]
        named = re.search(rb'"name": ?"([^"]+)"', body)
        if method == "POST" and named:
            name = named[1].decode()
        needed = {"GET": {"get" if name else "list"}, "DELETE": {"delete"}}.get(method, {"create"})
        if method != "GET" and self.live(name):
            needed |= {"delete"}  # to write over an object is to delete it
        if method == "GET" and name and not self.live(name) and not self._allows("list", ""):
            return Reply(403, b"{}")
        if all(self._allows(each, name) for each in needed):
            return super().answer(method, target, headers, body)
        return Reply(403, b"{}")

    def _allows(self, permission: str, name: str) -> bool:
        return any(
            permission in ROLES[each.role] and self._holds(each.condition, name) for each in self.grants
        )

    def _holds(self, condition: str, name: str) -> bool:
        facts = {
            "type": f"storage.googleapis.com/{'Object' if name else 'Bucket'}",
            "name": f"projects/_/buckets/{self.bucket}" + (f"/objects/{name}" if name else ""),
        }
        terms = [RUN.fullmatch(each) for each in condition.split(" || ")] if condition else []
        assert None not in terms, condition
        return not condition or any(
            facts[term["key"]] == term["value"] if term["key"] else facts["name"].startswith(term["value"])
            for term in terms
            if term
        )


@pytest.fixture
def storage() -> Iterator[GuardedStorage]:
    with GuardedStorage(TARGET.bucket) as storage:
        storage.put(STORE, b"the store")
        storage.put("default/site/index.html", b"<html></html>", contentType="text/html")
        storage.put("default/project.toml", b'[roles]\nowner = ["ada@example.com"]\n')
        yield storage


@contextmanager
def bucket_of(role: str, storage: GuardedStorage) -> Iterator[Bucket]:
    """As the account of this role sees it."""
    storage.grants = [each for each in data_grants(TARGET) if each.member == TARGET.member(role)]
    client = storage.client()
    try:
        yield CloudStorageBucket(client, storage.bucket, retry=IMPATIENT)
    finally:
        client.close()


def refused(bucket: Bucket, name: str) -> bool:
    try:
        bucket.write(name, b"x")
    except BucketError as error:
        return "refused access" in str(error)
    return False


@pytest.mark.parametrize("is_syncing", [False, True])
def test_the_site_shows_the_report_the_store_and_how_syncs_go(
    storage: GuardedStorage, is_syncing: bool
) -> None:
    if is_syncing:
        storage.put("default/leases/sync_job.json", b"{}")
    storage.put("default/people.json", b"{}")
    with bucket_of(SITE, storage) as bucket:
        site = open_site(bucket, "default")
        for target in ("/", "/api/sync/state", "/data/engagement.sqlite"):
            assert site.answer(request(target)).status == 200, target
        assert site.answer(request("/no/such/page")).status == 404
        assert RoleBook(bucket, "default").role("ada@example.com") == "owner"
        with pytest.raises(BucketError, match="refused access"):
            bucket.read("default/people.json")
        assert refused(bucket, "default/site/index.html")


def test_the_builder_takes_over_from_one_that_was_killed(storage: GuardedStorage) -> None:
    storage.put("default/leases/report_builder.json", b'{"owner": "report", "ttl_seconds": 120}')
    storage.put(".rapport-clock", b"")
    storage.advance(121)
    with bucket_of(REPORT, storage) as bucket:
        with Lease(bucket, "default/leases/report_builder.json", owner="report"):
            bucket.write("default/site/index.html", b"<html>new</html>")
        assert bucket.read(STORE)[0] == b"the store"
        for name in (STORE, "default/project.toml", "default/leases/sync_job.json", "other/site/index.html"):
            assert refused(bucket, name), name


def test_the_collector_adds_to_the_inbox_and_does_nothing_else(storage: GuardedStorage) -> None:
    with bucket_of(COLLECTOR, storage) as bucket:
        name = inbox.put(bucket, "default", [{"a": 1}])
        assert refused(bucket, name)
        assert refused(bucket, STORE)
        with pytest.raises(BucketError, match="refused access"):
            bucket.read(name)


def test_a_condition_of_an_earlier_version_is_replaced(deployed: Console) -> None:
    state = deployed.state
    on_bucket = state["policies"][f"storage buckets gs://{PROJECT}-rapport "]
    wanted = list(on_bucket)
    (site,) = [each for each in wanted if each.startswith("rapport-site-")]
    title, _, granted = site.partition(" ")
    on_bucket[on_bucket.index(site)] = f"rapport-site {granted}"
    (deployed.folder / "state.json").write_text(json.dumps(state))
    assert deployed.rapport(*DEPLOY, "--yes").returncode == 0
    old, new = [call for call in deployed.changes() if call[:2] == ["storage", "buckets"]]
    assert (old[2], old[-1]) == ("remove-iam-policy-binding", "--all")
    assert new[2] == "add-iam-policy-binding"
    assert new[-1].startswith(f"--condition=title={title},expression=")
    assert sorted(deployed.state["policies"][f"storage buckets gs://{PROJECT}-rapport "]) == sorted(wanted)


def test_destroy_takes_back_what_an_earlier_version_granted(deployed: Console) -> None:
    state = deployed.state
    on_bucket = state["policies"][f"storage buckets gs://{PROJECT}-rapport "]
    on_bucket[:] = [re.sub("^rapport-site-[0-9a-f]{8} ", "rapport-site ", each) for each in on_bucket]
    (deployed.folder / "state.json").write_text(json.dumps(state))
    assert deployed.rapport(*DESTROY, read=f"{PROJECT}\n").returncode == 0
    assert deployed.state["policies"][f"storage buckets gs://{PROJECT}-rapport "] == []
