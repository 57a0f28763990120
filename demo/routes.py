"""Which path leads to which endpoint, and the parameters each one declares."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from demo import endpoints, filters, webhooks
from demo.faults import Faults
from demo.messages import Reply, Request
from demo.parameters import refuse_undeclared
from demo.visit import Visit


def _pairs(*stems: str) -> set[str]:
    return {f"{stem}__{end}" for stem in stems for end in ("start", "end")}


EVENT_PARAMS = {"event_type", "ordering", "expand", *endpoints.EVENT_FILTERS, "page_size", "page"}
EMAIL_PARAMS = {
    *("status", "-status", "ids", "ordering", "excluded_fields", "subject", "attachments", "snippet_id"),
    "page",
    *filters.EMAIL_CHOICES,
    *_pairs(*filters.EMAIL_DATES, "deliveries", "click_rate", "open_rate"),
}
SUBSCRIBER_PARAMS = {
    *("ids", "form", "subscriber_import", "tag", "-tag", "-type", "domain", "-domain", "ordering", "page"),
    *("coupon", "price", "current_price", "expand"),
    *filters.SUBSCRIBER_CHOICES,
    *filters.SUBSCRIBER_TEXTS,
    *filters.SUBSCRIBER_PARTS,
    *_pairs(*filters.SUBSCRIBER_DATES, *filters.SUBSCRIBER_RANGES),
}


@dataclass(frozen=True)
class Route:
    pattern: str
    answer: Callable[[Visit], Reply]
    params: set[str] = field(default_factory=set)
    open_to_all: bool = False
    method: str = "GET"


ROUTES = (
    Route(r"/ping", endpoints.answer_ping, open_to_all=True),
    Route(r"/accounts/me", endpoints.show_account),
    Route(r"/newsletters", endpoints.list_newsletters, {"page"}),
    Route(r"/tags", endpoints.list_tags, {"ids", "page_size", "page"}),
    Route(r"/tags/([^/]+)", endpoints.show_tag),
    Route(r"/emails", endpoints.list_emails, EMAIL_PARAMS),
    Route(r"/emails/([^/]+)", endpoints.show_email),
    Route(r"/emails/([^/]+)/analytics", endpoints.show_email_analytics),
    Route(r"/subscribers", endpoints.list_subscribers, SUBSCRIBER_PARAMS),
    Route(r"/subscribers/([^/]+)", endpoints.show_subscriber, {"expand"}),
    Route(r"/events", endpoints.list_events, EVENT_PARAMS),
    Route(r"/events/([^/]+)", endpoints.show_event, {"expand"}),
    Route(r"/webhooks", webhooks.list_webhooks, {"status", "page"}),
    Route(r"/webhooks", webhooks.create_webhook, method="POST"),
    Route(r"/webhooks/([^/]+)", webhooks.show_webhook),
    Route(r"/webhooks/([^/]+)", webhooks.change_webhook, method="PATCH"),
    Route(r"/webhooks/([^/]+)", webhooks.remove_webhook, method="DELETE"),
    Route(r"/webhooks/([^/]+)/attempts", webhooks.list_attempts, {"status", "page"}),
    Route(r"/webhooks/([^/]+)/test", webhooks.send_test, {"event_type"}, method="POST"),
)


def find_route(path: str, method: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route for a path: the one for this method, or else any."""
    found = None
    for route in ROUTES:
        if (match := re.fullmatch(route.pattern, path)) and (found is None or route.method == method):
            found = route, tuple(unquote(word) for word in match.groups())
    return found


def check_params(route: Route, request: Request, faults: Faults) -> None:
    if faults.strict_params:
        refuse_undeclared(request, route.params)
