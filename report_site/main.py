"""The function `site`: `functions-framework --source=report_site/main.py --target=site`.

The framework loads this file by its path, as a module of its own: it holds nothing but the way in.
"""

import os
import sys
import traceback
from http import HTTPStatus

import flask

from report_site.exchange import HEADERS, Answer, Request, plain
from report_site.service import open_site
from report_site.site import Site
from shared.errors import RapportError
from shared.log import Log
from shared.settings import Settings

# Cloud Run passes no more than 32 MiB on of a body whose length is told first; chunked, it passes any.
LARGEST_PROMISED = 24 << 20

LOG = Log.open(os.environ)


def _open() -> Site:
    try:
        return open_site(Settings.read(os.environ), LOG)
    except RapportError as error:
        LOG.error(error.explained)
        sys.exit(error.exit_code)


SITE = _open()


def site(request: flask.Request) -> flask.Response:
    """Answers one request of the report's readers."""
    # As it came over the wire: what the framework has decoded already cannot be judged any more.
    target = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    with LOG.tracing(request.headers.get("X-Cloud-Trace-Context", "")):
        answer = _answer(Request(request.method, target, tuple(request.headers.items())))
    pieces = answer.stream.pieces if answer.stream else iter((answer.body,))
    response = flask.Response(pieces, status=answer.status, headers={**HEADERS, **answer.headers})
    if request.method == "HEAD" or answer.size <= LARGEST_PROMISED:
        response.headers["Content-Length"] = str(answer.size)
    if answer.status == HTTPStatus.NOT_MODIFIED:
        response.headers.pop("Content-Length", None)
    return response


def _answer(request: Request) -> Answer:
    try:
        return SITE.answer(request)
    except Exception as error:  # whose words the framework would show to whoever asked
        stack = "".join(traceback.format_tb(error.__traceback__))
        LOG.error(f"a request failed: {type(error).__name__}", stack_trace=stack)
        return plain(
            HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. What it was is in the log."
        )
