"""The service: a webhook is accepted once it is stored in the inbox, and not before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Request, Response
from werkzeug.exceptions import RequestEntityTooLarge

from event_collector.payload import Unreadable, read_payload
from event_collector.signature import HEADER, is_signed
from shared import inbox, webhooks
from shared.bucket import Bucket
from shared.clock import utc_now
from shared.errors import BucketError
from shared.log import Log
from shared.settings import Secret

# Buttondown's own limit is 10 MB, but what it sends is a handful of ids: this is a thousand times that.
MAX_BODY_BYTES = 1 << 20
RETRY_AFTER_SECONDS = 60

PAGES = {
    "/": f"Rapport's event collector. Buttondown's webhooks go to POST {webhooks.PATH}.",
    "/healthz": "ok",  # for the platform's own probes; Cloud Run keeps this path from visitors
}
UNSIGNED = (
    f"Refused, and nothing was stored: there is no {HEADER}. Buttondown's button for a test delivery never signs, so "
    "for that this is the right answer; otherwise give the webhook the signing key BUTTONDOWN_WEBHOOK_KEY."
)
FORGED = (
    f"Refused, and nothing was stored: {HEADER} is not the signature of this body by BUTTONDOWN_WEBHOOK_KEY. "
    "The webhook and the collector must have the same signing key."
)


@dataclass(frozen=True)
class Collector:
    """`now` is aware; it stamps when a webhook was received."""

    bucket: Bucket
    project: str
    key: Secret
    log: Log
    now: Callable[[], datetime] = utc_now

    def answer(self, request: Request) -> Response:
        # One more than is taken: a body of unknown length is not refused at the limit but cut off there.
        request.max_content_length = MAX_BODY_BYTES + 1
        path = request.path.rstrip("/") or "/"
        if path == webhooks.PATH:
            return self._receive(request) if request.method == "POST" else _not_allowed("POST")
        if path not in PAGES:
            return _reply(404, "There is nothing here.")
        return _reply(200, PAGES[path]) if request.method in ("GET", "HEAD") else _not_allowed("GET, HEAD")

    def _receive(self, request: Request) -> Response:
        signature = request.headers.get(HEADER, "")
        if not signature:
            return self._refuse(401, UNSIGNED, "a delivery without a signature was refused")
        try:
            body = request.get_data()
            if len(body) > MAX_BODY_BYTES:
                raise RequestEntityTooLarge
        except RequestEntityTooLarge:
            return self._refuse(413, "Refused: no webhook is that long.", "a delivery was too long")
        except Exception:  # the sender hung up or sent nonsense: each server has its own errors for that
            return self._refuse(400, "Refused: the body is not complete.", "a delivery came incomplete")
        if not is_signed(body, signature, self.key):
            return self._refuse(401, FORGED, "a delivery with a wrong signature was refused")
        try:
            webhook = read_payload(body, self.now())
        except Unreadable as fault:
            return self._refuse(400, f"Refused: {fault}.", f"a signed delivery could not be read: {fault}")
        try:
            inbox.put(self.bucket, self.project, [webhook.as_record()], now=self.now)
        except BucketError as error:
            self.log.error(f"a webhook could not be stored, Buttondown will send it again: {error}")
            return _reply(503, "Not stored: send it again.", {"Retry-After": str(RETRY_AFTER_SECONDS)})
        return _reply(200, "Stored.")

    def _refuse(self, status: int, words: str, told: str) -> Response:
        self.log.warning(told)
        return _reply(status, words)


def _not_allowed(methods: str) -> Response:
    return _reply(405, f"Only {methods} is answered here.", {"Allow": methods})


def _reply(status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    body = f"{words}\n".encode()
    told = {"Content-Length": str(len(body)), "Cache-Control": "no-store", **(headers or {})}
    # Handed over as a stream: before any other answer the framework reads the rest of the body, and fails with a 500
    # where that is too long.
    return Response(iter([body]), status, told, content_type="text/plain; charset=utf-8")
