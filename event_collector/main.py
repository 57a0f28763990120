"""`functions-framework --source=event_collector/main.py --target=collect`: the webhook service."""

import os
import sys

from flask import Request, Response

from event_collector.collector import Collector
from shared.bucket import open_bucket
from shared.errors import RapportError, SettingsError
from shared.log import Log
from shared.settings import Settings


def open_collector(log: Log) -> Collector:
    settings = Settings.read(os.environ)
    if not settings.buttondown_webhook_key:
        raise SettingsError(
            [
                "BUTTONDOWN_WEBHOOK_KEY is not set: without the key that Buttondown signs with, no webhook can be told "
                'from a forged one; make one with `python3 -c "import secrets; print(secrets.token_hex(32))"`'
            ]
        )
    bucket = open_bucket(settings.bucket_url)
    return Collector(bucket, settings.project, settings.buttondown_webhook_key, log)


LOG = Log.open(os.environ)
try:
    COLLECTOR = open_collector(LOG)
except RapportError as error:
    LOG.error(error.explained)
    sys.exit(error.exit_code)


def collect(request: Request) -> Response:
    with LOG.tracing(request.headers.get("X-Cloud-Trace-Context", "")):
        return COLLECTOR.answer(request)
