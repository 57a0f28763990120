"""The webhooks that are registered with Buttondown, and how their deliveries go."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from shared.errors import SourceRefused, UsageError
from shared.machine import LOOPBACK
from shared.settings import Secret
from shared.webhooks import PATH
from sync_job.counts import Counts
from sync_job.sources.buttondown.api import ButtondownApi
from sync_job.sources.buttondown.pages import PageWalk
from sync_job.sources.buttondown.webhook_types import OF_PEOPLE

DESCRIPTION = "Rapport: who changed, so that the next sync asks for them"


class WebhookRegistry:
    def __init__(self, api: ButtondownApi) -> None:
        self._api = api

    def all(self) -> list[dict[str, Any]]:
        return list(self._rows("webhooks"))

    def attempts(self, identifier: str) -> list[dict[str, Any]]:
        """The latest deliveries, one page of them, the newest first."""
        page = self._api.page(f"webhooks/{identifier}/attempts", [])
        rows = page["results"] if page else []
        return sorted(rows, key=lambda row: str(row.get("creation_date")), reverse=True)

    def register(self, url: str, key: Secret) -> tuple[dict[str, Any], bool]:
        """The webhook for this address as it is now, and whether anything had to be done for that.

        Asking twice makes one webhook; a changed key, a missing type, or that it was disabled, is put right.
        """
        wanted = {
            "url": url,
            "status": "enabled",
            "event_types": sorted(OF_PEOPLE),
            "description": DESCRIPTION,
            "signing_key": key.reveal(),
        }
        there = next((row for row in self.all() if row.get("url") == url), None)
        if there is None:
            return self._api.change("POST", "webhooks", wanted, hidden=key.reveal()), True
        wanted["event_types"] = sorted({*wanted["event_types"], *(there.get("event_types") or [])})
        wanted["description"] = there.get("description") or DESCRIPTION
        if all(_comparable(there.get(name)) == _comparable(value) for name, value in wanted.items()):
            return there, False
        return self._api.change("PATCH", f"webhooks/{there['id']}", wanted, hidden=key.reveal()), True

    def remove(self, identifier: str) -> bool:
        """False where there is no such webhook."""
        try:
            self._api.change("DELETE", f"webhooks/{identifier}")
        except SourceRefused as refusal:
            if refusal.status == 404:
                return False
            raise
        return True

    def _rows(self, path: str) -> Iterator[dict[str, Any]]:
        for page in PageWalk(self._api, Counts(), path, []):
            yield from page.rows


def address(given: str) -> str:
    """The collector's address with the path it takes webhooks at. Raises UsageError where it can be none."""
    try:
        parts = urlsplit(given.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("https", "http") or parts.query or parts.fragment or parts.username:
        raise UsageError(f"{given!r} is no address: give the one of your event collector, https://...")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise UsageError(f"{given!r} is not encrypted: give an address that begins with https://")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') or PATH}"


def _comparable(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value
