"""What the oracle can say of one event alone."""

from __future__ import annotations

from collections.abc import Iterable

from tests.report_builder.verdicts.relations import Happening, target_of

ENDINGS = ("unsubscribe", "opt-out", "optout", "email-preferences", "manage-subscription")
ROBOTS = "bot crawl spider curl wget python headless http-client okhttp scanner".split()
NAMELESS_SYSTEMS = {"", "unknown", "other"}
NAMELESS_BROWSERS = {"", "unknown", "other", "mozilla", "mozilla/5.0"}


def same_reading(one: Happening, other: Happening) -> bool:
    return None not in (one.reader, one.email) and (one.reader, one.email) == (other.reader, other.email)


def network_class(act: Happening) -> str:
    return act.agent[2] if act.agent else "none"


def is_nameless(act: Happening) -> bool:
    if act.agent is None:
        return True
    return act.agent[0].lower() in NAMELESS_SYSTEMS and act.agent[1].lower() in NAMELESS_BROWSERS


def is_robot(act: Happening) -> bool:
    return act.agent is not None and any(word in act.agent[1].lower() for word in ROBOTS)


def is_image_proxy(act: Happening) -> bool:
    return act.agent is not None and (act.agent[2] == "google_proxy" or "proxy" in act.agent[1].lower())


def link_of(act: Happening) -> str | None:
    if act.url is None:
        return None
    return "an ending" if any(word in act.url.lower() for word in ENDINGS) else target_of(act.url)


def within(acts: Iterable[Happening], start: int, span: int) -> list[Happening]:
    return [act for act in acts if start <= act.at <= start + span]
