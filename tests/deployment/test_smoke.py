"""`make smoke` against a stand-in for gcloud and a site that listens on this machine."""

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.deployment.conftest import PROJECT, REGION, Console

pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("make")), reason="needs curl and make"
)
OBJECTS = ("engagement.sqlite", "last_run.json", "site/index.html")


class Site(HTTPServer):
    status = 302


class Answer(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def site(deployed: Console) -> Iterator[Site]:
    """A deployment whose site listens here, and whose jobs have run once."""
    with Site(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        state = deployed.state
        state["address"] = f"http://127.0.0.1:{server.server_port}"
        for name in OBJECTS:
            state["storage objects"][f"gs://{PROJECT}-rapport/default/{name}"] = ""
        (deployed.folder / "state.json").write_text(json.dumps(state))
        yield server
        server.shutdown()


def smoke(console: Console) -> tuple[int, list[str]]:
    ran = console.run(["bash", "deployment/smoke.sh", PROJECT, REGION])
    return ran.returncode, ran.stdout.splitlines()


@pytest.mark.parametrize("status", [302, 401, 403])
def test_all_is_well_with_a_deployment_as_it_should_be(deployed: Console, site: Site, status: int) -> None:
    site.status = status
    code, lines = smoke(deployed)
    assert [line for line in lines if not line.startswith("ok ")] == []
    assert len(lines) == 13
    assert code == 0


def test_an_open_site_is_a_failure(deployed: Console, site: Site) -> None:
    site.status = 200
    code, lines = smoke(deployed)
    assert code == 1
    assert [line for line in lines if line.startswith("FAIL")] == [
        "FAIL  the site answers a stranger with 200: it must be 302, 401 or 403"
    ]


def test_whatever_is_wrong_is_told_and_the_rest_is_still_looked_at(deployed: Console, site: Site) -> None:
    state = deployed.state
    del state["storage buckets"][f"gs://{PROJECT}-rapport"]["versioning"]
    del state["storage objects"][f"gs://{PROJECT}-rapport/default/engagement.sqlite"]
    state["policies"]["run services report-site "].append("roles/run.invoker allUsers")
    state["monitoring policies"].popitem()
    (deployed.folder / "state.json").write_text(json.dumps(state))
    deployed.fail("execute sync-job", message="ERROR: the execution failed")
    code, lines = smoke(deployed)
    assert code == 1
    failed = "\n".join(line for line in lines if line.startswith("FAIL"))
    for part in ("versions", "a sync ends well", "engagement.sqlite", "open to everybody", "3 of 4 alerts"):
        assert part in failed
    assert len(lines) == 13


def test_without_a_project_it_says_how_it_is_used(console: Console) -> None:
    ran = console.run(["make", "--no-print-directory", "smoke", "PROJECT=", "REGION="])
    assert ran.returncode != 0
    assert "make smoke PROJECT=... REGION=..." in ran.stderr
    assert console.calls == []
