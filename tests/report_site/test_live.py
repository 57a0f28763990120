"""What `rapport serve` adds to pages, without a browser; tests/browser/test_live.py has one."""

import gzip
from pathlib import Path

from report_site.gates import OpenGate
from report_site.live import SCRIPT, VERSION, watch
from report_site.local import local_site
from report_site.site import Site
from shared.bucket.folder import FolderBucket
from tests.report_site.sites import Idle, quiet_log, request

PAGE = b"<!doctype html><body><p>text</p></body></html>"


def live_site(bucket: FolderBucket) -> Site:
    return local_site(bucket, "p", OpenGate(), Idle(), quiet_log())


def test_a_page_gets_one_script_at_its_end() -> None:
    assert watch(PAGE).endswith(b'</p><script src="/live/reload.js" defer></script>\n</body></html>')
    assert watch(b"</body> in the text " + PAGE).count(b"<script") == 1
    assert watch(b"no page at all") == b"no page at all"


def test_only_pages_get_it_packed_or_not(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path)
    bucket.write("p/site/index.html", PAGE)
    bucket.write("p/site/data/text.csv", b"</body>")
    site = live_site(bucket)
    assert site.answer(request("/")).body == watch(PAGE)
    assert gzip.decompress(site.answer(request("/", Accept_Encoding="gzip")).body) == watch(PAGE)
    assert site.answer(request("/data/text.csv")).body == b"</body>"
    assert SCRIPT.encode() in site.answer(request("/nothing")).body
    assert bucket.read("p/site/index.html")[0] == PAGE


def test_the_version_changes_with_every_build_and_nothing_else(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path)
    site = live_site(bucket)
    before = site.answer(request(VERSION))
    assert (before.body, before.headers["Cache-Control"]) == (b"0\n", "no-store")
    bucket.write("p/site/manifest.json", b"{}")
    first = site.answer(request(VERSION)).body
    bucket.write("p/last_run.json", b"{}")
    assert site.answer(request(VERSION)).body == first != before.body
    bucket.write("p/site/manifest.json", b"{}")
    assert site.answer(request(VERSION)).body != first


def test_the_script_is_one_that_the_policy_allows(tmp_path: Path) -> None:
    answer = live_site(FolderBucket(tmp_path)).answer(request(SCRIPT))
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert b"eval" not in answer.body
    assert VERSION.encode() in answer.body
