"""Our counts beside the provider's, email by email, and why they differ where they do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from report_builder.clock import DAY_MS, Clock
from report_builder.rows import EmailResult, UnlinkedEvents

COUNTING_MS = 2 * DAY_MS
SENDING_MS = 3_600_000  # from the moment of sending to the first delivery

AGREES = "agrees"
NOT_TRACKED = "not tracked"
IMPORTED = "imported: the provider did not send it"
BEFORE_HISTORY = "before the history begins"
NOBODY_KNOWN = "events that match no reader"
YOUNG = "younger than two days: the provider is still counting"
UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Kind:
    """One of the counts that both sides have."""

    key: str  # in the published data
    word: str  # in a sentence
    metric: str
    label: str
    events: tuple[str, ...]  # the types of event that it counts


KINDS = (
    Kind("delivered", "deliveries", "deliveries", "Delivered", ("subscriber.delivered",)),
    Kind("opened_raw", "opens", "raw_people", "Opened, raw", ("subscriber.opened",)),
    Kind("clicked_raw", "clicks", "raw_people", "Clicked, raw", ("subscriber.clicked",)),
    Kind("bounced", "bounces", "bounces", "Bounced", ("subscriber.bounced", "subscriber.rejected")),
    Kind("unsubscribed", "unsubscribes", "unsubscribes", "Unsub.", ("subscriber.unsubscribed",)),
    Kind("complained", "complaints", "complaints", "Complaints", ("subscriber.complained",)),
)


@dataclass(frozen=True)
class Count:
    """`ours` is None where nothing of the sort is in the history, `theirs` where the provider says nothing."""

    kind: Kind
    ours: int | None
    theirs: int | None
    explanation: str  # empty: there is nothing to compare with


@dataclass(frozen=True)
class Compared:
    email: EmailResult
    counts: tuple[Count, ...]

    @property
    def is_unexplained(self) -> bool:
        return any(count.explanation == UNEXPLAINED for count in self.counts)

    @property
    def differs(self) -> bool:
        return any(count.explanation not in ("", AGREES, NOT_TRACKED) for count in self.counts)


Events = Mapping[tuple[int, str], UnlinkedEvents]


def compare(
    emails: Iterable[EmailResult], unlinked: Iterable[UnlinkedEvents], first_event_ms: int | None, clock: Clock
) -> list[Compared]:  # fmt: skip
    """All emails the provider says anything about, in the order they came."""
    events = {(row.email_id, row.event_type): row for row in unlinked}
    compared = []
    for email in emails:
        pairs = _pairs(email, events)
        if any(theirs is not None for _, theirs in pairs):
            history = _has_history(email, events, first_event_ms)
            counts = tuple(
                Count(kind, ours, theirs, _explain(email, kind, ours, theirs, events, history, clock))
                for kind, (ours, theirs) in zip(KINDS, pairs, strict=True)
            )
            compared.append(Compared(email, counts))
    return compared


def _pairs(email: EmailResult, events: Events) -> tuple[tuple[int | None, int | None], ...]:
    # without a delivery event the number shown elsewhere is the provider's own, and that would always agree
    seen = (email.email_id, "subscriber.delivered") in events
    return (
        (email.delivered if seen else None, email.provider_deliveries),
        (email.raw_opened, email.provider_opens),
        (email.raw_clicked, email.provider_clicks),
        (email.bounced, email.provider_bounces),
        (email.unsubscribed, email.provider_unsubscriptions),
        (email.complained, email.provider_complaints),
    )


def _has_history(email: EmailResult, events: Events, first_event_ms: int | None) -> bool:
    """Whether the email's events can all be there: it is not older than the first, and deliveries were seen."""
    if first_event_ms is None or (email.sent_ms is not None and email.sent_ms < first_event_ms - SENDING_MS):
        return False
    return (email.email_id, "subscriber.delivered") in events or not email.provider_deliveries


def _explain(
    email: EmailResult, kind: Kind, ours: int | None, theirs: int | None, events: Events, history: bool, clock: Clock
) -> str:  # fmt: skip
    """The first reason that holds; what the provider does not count has none."""
    if theirs is None:
        return ""
    tracked = {"opened_raw": email.opens_tracked, "clicked_raw": email.clicks_tracked}.get(kind.key, 1)
    if tracked == 0:
        return NOT_TRACKED
    allowed = max(1.0, theirs * 0.01)
    missing = theirs - (ours or 0)
    if abs(missing) <= allowed and (ours is not None or not theirs):
        return AGREES
    if email.status == "imported":
        return IMPORTED
    if not history:
        return BEFORE_HISTORY
    nobodys = sum(
        row.unlinked for name in kind.events if (row := events.get((email.email_id, name))) is not None
    )
    if 0 < missing <= nobodys + allowed and nobodys:
        return NOBODY_KNOWN
    if email.sent_ms is not None and clock.now_ms - email.sent_ms < COUNTING_MS:
        return YOUNG
    return UNEXPLAINED


def records(compared: Iterable[Compared]) -> list[dict[str, Any]]:
    """For status.json: each count as [ours, the provider's], and in one word or sentence why they differ."""
    return [
        {
            "email_id": each.email.uuid,
            **{count.kind.key: [count.ours, count.theirs] for count in each.counts},
            "explanation": {count.kind.key: count.explanation or None for count in each.counts},
        }
        for each in compared
    ]
