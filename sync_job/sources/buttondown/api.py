"""Buttondown's HTTP API: one key, one newsletter, a pinned version, refusals explained in words."""

from collections.abc import Iterator
from typing import Any

from shared.errors import SourceError, SourceRefused, SourceUnavailable
from shared.settings import Secret
from shared.web import ATTEMPTS, Answer, Params, WebClient

API_VERSION = "2026-04-01"

PERMISSIONS = {
    "newsletters": "administrivia (read)",
    "tags": "subscribers (read)",
    "subscribers": "subscribers (read)",
    "emails": "emails (read)",
    "events": "emails and subscribers (read)",
    "webhooks": "administrivia (write; webhooks also need one of Buttondown's paid plans)",
}


def connect(base_url: str, key: Secret, **options: Any) -> WebClient:
    """A client for one key. Without the version header, answers depend on what the newsletter has pinned."""
    headers = {"authorization": f"Token {key.reveal().strip()}", "x-api-version": API_VERSION}
    return WebClient(base_url, headers, **options)


class ButtondownApi:
    """`attempts` is for what is asked once: a person who waits for the answer wants fewer than a job."""

    def __init__(self, client: WebClient, *, attempts: int = ATTEMPTS) -> None:
        self.client = client
        self._attempts = attempts

    def check_key(self) -> None:
        """Asks who we are: the one call that every key may make."""
        answer = self.client.get(
            "accounts/me", attempts=self._attempts, is_wanted=lambda data: isinstance(data, dict)
        )
        self._data("accounts/me", answer)

    def newsletter(self) -> dict[str, Any] | None:
        """The row of this key's newsletter, or None where the key may not read it."""
        answer = self.client.get("newsletters", attempts=self._attempts, is_wanted=_is_page)
        if answer.status == 403:
            return None
        rows = self._data("newsletters", answer)["results"]
        return rows[0] if rows else None

    def page(self, path: str, params: Params, *, attempts: int = ATTEMPTS) -> dict[str, Any] | None:
        """One page of a list, or None where there is no such page."""
        answer = self.client.get(path, params, attempts=attempts, is_wanted=_is_page)
        if answer.status == 404:
            return None
        data: dict[str, Any] = self._data(path, answer)
        return data

    def subscriber(self, identifier: str) -> dict[str, Any] | None:
        """One person, or None where there is no such person (any more)."""
        path = f"subscribers/{identifier}"
        answer = self.client.get(path, is_wanted=lambda data: isinstance(data, dict) and "id" in data)
        if answer.status == 404:
            return None
        row: dict[str, Any] = self._data(path, answer)
        return row

    def count(self, path: str, params: Params, *, is_sized: bool = True) -> int | None:
        """How many rows a list says it has, from the smallest page there is; not all lists let us choose."""
        sized = [("page_size", 1)] if is_sized else []
        page = self.page(path, [*params, ("page", 1), *sized], attempts=self._attempts)
        count = page.get("count") if page else None
        return count if isinstance(count, int) and count >= 0 else None

    def by_ids(self, path: str, ids: list[str], params: Params = ()) -> Iterator[dict[str, Any]]:
        """The rows with these ids. Raises SourceUnavailable where the answer holds others: the filter did not
        work, so nothing follows from a missing row."""
        page_number = 1
        seen = 0
        while True:
            query = [*params, *(("ids", each) for each in ids), ("page", page_number)]
            page = self.page(path, query)
            rows = page["results"] if page else []
            yield from rows
            seen += len(rows)
            if seen > len(ids):
                raise SourceUnavailable(f"{path} does not filter by ids= as documented")
            if not rows or seen == len(ids) or not page or not page.get("next"):
                return
            page_number += 1

    def change(self, method: str, path: str, document: Any = None, *, hidden: str = "") -> Any:
        """Asks for a change, once, and returns what the answer holds; no refusal repeats what is `hidden`."""
        return self._data(path, self.client.send(method, path, document, hidden=hidden))

    def _data(self, path: str, answer: Answer) -> Any:
        if answer.ok:
            return answer.data
        raise _refusal(path.strip("/").split("/")[0], answer)


def _is_page(data: Any) -> bool:
    return (
        isinstance(data, dict)
        and isinstance(data.get("results"), list)
        and all(isinstance(row, dict) for row in data["results"])
    )


def _refusal(resource: str, answer: Answer) -> SourceError:
    """What the API said, and what its owner can do about it."""
    said = _words(answer.data)
    match answer.status:
        case 401:
            message = f"Buttondown does not accept the API key ({said})"
            hint = "Copy the key again from Buttondown, Settings, API, and set BUTTONDOWN_API_KEY to it."
        case 403:
            needed = PERMISSIONS.get(resource, resource)
            message = f"this API key may not read {resource} ({said})"
            hint = f"In Buttondown, Settings, API, give the key the permission for {needed}, or use the primary key."
        case 422 | 400:
            message = f"Buttondown refused the question for {resource} ({said})"
            hint = (
                "The API may have changed since this version of Rapport: upgrade, or report the words above."
            )
        case 404:
            message = f"there is no {resource} at this address ({said})"
            hint = "BUTTONDOWN_API_URL should be https://api.buttondown.com/v1 unless you know better."
        case status if 300 <= status < 400:
            message = f"the address redirects elsewhere ({status}); the key is not sent after it"
            hint = "Set BUTTONDOWN_API_URL to the address that answers itself, with https:// and /v1."
        case status:
            message = f"Buttondown answered {status} for {resource} ({said})"
            return SourceUnavailable(message, hint="Try again later; if it stays, report the words above.")
    return SourceRefused(message, status=answer.status, hint=hint)


def _words(data: Any) -> str:
    """`detail` is a sentence, or a list of what was wrong with each parameter."""
    detail = data.get("detail") if isinstance(data, dict) else None
    if isinstance(detail, list):
        parts = [f"{'.'.join(map(str, each.get('loc', ())))}: {each.get('msg', '')}" for each in detail]
        return "; ".join(parts)[:300]
    return str(detail)[:300] if detail else "no reason given"
