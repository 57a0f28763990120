"""Whatever is asked, and whatever happens meanwhile: nothing but the site is shown, and every mark has one body."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.bucket import Bucket
from shared.bucket.folder import FolderBucket
from tests.report_site.sites import open_site, request

PIECES = [
    "..", ".", "/", "//", "\\", "%2e", "%2E%2e", "%2f", "%5c", "%00", "%252e", "%25", "%", "%ff", "%c0%ae", "é", "?",
    "#", ";", "engagement.sqlite", "index.html", "emails", "site", "p", ".rapport-lock", "project.toml", " ", "\t", "~",
    "C:", "*", "http://a", "manifest.json", "whoami",
]  # fmt: skip


def test_no_address_leads_out_of_the_site(folder: FolderBucket) -> None:
    folder.write("p/site/index.html", b"front page")
    folder.write("p/site/emails.html", b"emails")
    for outside in (
        "p/engagement.sqlite",
        "p/project.toml",
        "index.html",
        "p/index.html",
        "engagement.sqlite",
    ):
        folder.write(outside, b"secret")
    site = open_site(folder, "p")
    generator = random.Random(7)
    found = set()
    for _ in range(6000):
        target = "/" * generator.randrange(2) + "".join(
            generator.choices(PIECES, k=generator.randrange(1, 9))
        )
        answer = site.answer(request(target))
        assert b"secret" not in answer.body, target
        assert answer.status in (200, 400, 404), target
        found.add(int(answer.status))
    assert found == {200, 400, 404}, "the pieces make addresses of every kind"


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_while_a_site_is_replaced_a_mark_never_has_two_bodies(bucket: Bucket, accepted: str) -> None:
    """Else a browser would keep an old page for ever, taking it for the new one."""
    bucket.write("p/site/index.html", b"page 0")
    site = open_site(bucket, "p")
    seen: dict[str, set[bytes]] = {}

    def read(_: int) -> None:
        answer = site.answer(request("/", Accept_Encoding=accepted))
        assert answer.status == 200
        seen.setdefault(answer.headers["ETag"], set()).add(answer.body)

    with ThreadPoolExecutor(8) as pool:
        reading = [pool.submit(read, number) for number in range(200)]
        for number in range(1, 20):
            bucket.write("p/site/index.html", f"page {number}".encode())
        for each in reading:
            each.result()
    read(0)
    assert all(len(bodies) == 1 for bodies in seen.values())
