"""Both kinds of bucket, each the real thing; and a site behind a proxy that signs with keys of its own."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from report_site.iap_gate import IapGate, RoleBook
from report_site.signing_keys import SigningKeys, fetcher
from report_site.site import Site
from shared.bucket.folder import FolderBucket
from shared.log import Log
from tests.report_site.iap import AUDIENCE, Proxy, proxy_with_keys
from tests.report_site.sites import Clock, open_site
from tests.shared.conftest import bucket, cloud, fake, folder, no_tracing

__all__ = ["bucket", "cloud", "fake", "folder", "no_tracing"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with proxy_with_keys() as proxy:
        yield proxy


@pytest.fixture
def told() -> StringIO:
    """What the site logs."""
    return StringIO()


@pytest.fixture
def project(tmp_path: Path) -> FolderBucket:
    """A project with a report of one page, and no settings."""
    bucket = FolderBucket(tmp_path / "project")
    bucket.write("p/site/index.html", b"the report")
    return bucket


@pytest.fixture
def site(project: FolderBucket, proxy: Proxy, clock: Clock, told: StringIO) -> Site:
    """Behind the proxy."""
    log = Log(told, readable=False)
    gate = IapGate(AUDIENCE, SigningKeys(fetcher(proxy.url), clock), RoleBook(project, "p", clock), log)
    return open_site(project, "p", gate=gate, log=log)
