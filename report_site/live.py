"""On one's own machine, an open page comes again when the report is built again; published pages know nothing of it."""

from collections.abc import Callable
from http import HTTPStatus
from importlib import resources

from report_site.exchange import Answer, plain
from shared.bucket import Bucket

SCRIPT, VERSION = "/live/reload.js", "/live/version"
TAG = f'<script src="{SCRIPT}" defer></script>\n'.encode()


def watch(html: bytes) -> bytes:
    """The page with the script that watches."""
    before, end, after = html.rpartition(b"</body>")
    return before + TAG + end + after if end else html


def live_answers(bucket: Bucket, prefix: str) -> dict[str, Callable[[], Answer]]:
    """What the script is, and what it asks for: a number that changes with every build."""
    script = (resources.files("report_site") / "reload.js").read_bytes()

    def version() -> Answer:
        manifest = bucket.stat(f"{prefix}manifest.json")  # a build writes it last
        return plain(HTTPStatus.OK, f"{manifest.generation if manifest else 0:x}")

    def code() -> Answer:
        headers = {"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache"}
        return Answer(HTTPStatus.OK, headers, script)

    return {SCRIPT: code, VERSION: version}
