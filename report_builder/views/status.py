"""The status page: can this report be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import Clock, day_text
from report_builder.rows import (
    EventTypeCount,
    FeedCount,
    FilteredTotal,
    SiteFacts,
    StatusCount,
    SyncRun,
    Unassigned,
)
from report_builder.verdicts import RULE_VERSION
from report_builder.views.downloads import Downloads
from report_builder.views.filtered import FilteredRow, Share, filtered_row, shares
from report_builder.views.people import status_word
from report_builder.views.reconciliation import Compared
from report_builder.views.reconciliation_table import Reconciliation, reconciliation
from report_builder.views.runs import RunRow, run_row

KNOWN_TYPES = {
    "subscriber.delivered": "Delivered",
    "subscriber.opened": "Opened",
    "subscriber.clicked": "Clicked",
    "subscriber.bounced": "Bounced",
    "subscriber.rejected": "Rejected",
    "subscriber.complained": "Complained",
    "subscriber.unsubscribed": "Unsubscribed",
    "subscriber.replied": "Replied",
    "email.sent": "Sent",
    "email.attempted": "Attempted",
}


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    note: str


@dataclass(frozen=True)
class TypeRow:
    label: str
    original: str
    events: str
    first: str
    last: str
    known: bool


@dataclass(frozen=True)
class LabelCount:
    label: str
    count: str


@dataclass(frozen=True)
class Status:
    answer: str
    facts: tuple[Fact, ...]
    types: tuple[TypeRow, ...]
    unknown_types: str
    statuses: tuple[LabelCount, ...]
    shares: tuple[Share, ...]
    filtered: tuple[FilteredRow, ...]
    rule_version: int
    runs: tuple[RunRow, ...]
    compared: Reconciliation
    expected: str  # how old this may be, for those who see no alert
    downloads: Downloads


def status_view(
    facts: SiteFacts, types: Sequence[EventTypeCount],
    judged: Sequence[FilteredTotal], runs: Sequence[SyncRun], statuses: Sequence[StatusCount], unassigned: Unassigned,
    feed: Sequence[FeedCount], compared: Sequence[Compared], store_bytes: int, no_sync_hours: int,
    downloads: Downloads, clock: Clock,
) -> Status:  # fmt: skip
    unknown = [t for t in types if t.event_type not in KNOWN_TYPES]
    return Status(
        answer=_answer(facts, clock, compared),
        facts=_facts(facts, unassigned, feed, store_bytes, clock),
        types=tuple(
            TypeRow(
                KNOWN_TYPES.get(t.event_type, t.event_type), t.event_type, wording.count(t.events),
                day_text(clock.local(t.first_ms).date()), day_text(clock.local(t.last_ms).date()),
                t.event_type in KNOWN_TYPES,
            )
            for t in types
        ),
        unknown_types=_unknown_types(unknown),
        statuses=tuple(LabelCount(status_word(s.status), wording.count(s.subscribers)) for s in statuses),
        shares=shares(judged),
        filtered=tuple(filtered_row(j) for j in judged if j.verdict != "human"),
        rule_version=RULE_VERSION,
        runs=tuple(run_row(run, clock) for run in runs),
        compared=reconciliation(compared, clock),
        expected=_expected(facts, no_sync_hours, clock),
        downloads=downloads,
    )  # fmt: skip


def _answer(facts: SiteFacts, clock: Clock, compared: Sequence[Compared]) -> str:
    if facts.synced_ms is None:
        return "Nothing was ever synced, so there is nothing to trust or to doubt yet."
    newest = facts.last_ms
    text = f"The newest event is of {clock.moment(newest)}" if newest is not None else "There is no event yet"
    off = sum(1 for each in compared if each.is_unexplained)
    explained = sum(1 for each in compared if each.differs)
    if not compared:
        text += "; the provider gives no counts to compare ours with"
    elif off:
        which = f"{wording.plural(off, 'email')} of {wording.count(len(compared))}"
        text += (
            f", and ours differs from the provider's count by more than {wording.whole_percent(0.01)} and one person "
            f"for {which}, for no reason we know"
        )
    elif explained:
        which = _all(len(compared)) if explained == len(compared) else wording.plural(explained, "email")
        text += f", and where our counts differ from the provider's, for {which}, the reason is known"
    else:
        text += (
            f", and our counts agree with the provider's within {wording.whole_percent(0.01)} or one person for "
            f"{_all(len(compared))}"
        )
    return text + "."


def _expected(facts: SiteFacts, hours: int, clock: Clock) -> str:
    if facts.synced_ms is None:
        return ""
    return (
        f"The last data came on {clock.moment(facts.synced_ms)}, and a sync is expected every "
        f"{'hour' if hours == 1 else f'{hours} hours'}: if none ran since, run rapport doctor."
    )


def _all(compared: int) -> str:
    return "the one email" if compared == 1 else f"all {wording.count(compared)} emails"


def _facts(
    facts: SiteFacts, unassigned: Unassigned, feed: Sequence[FeedCount], store_bytes: int, clock: Clock,
) -> tuple[Fact, ...]:  # fmt: skip
    first, last = clock.day(facts.first_ms), clock.day(facts.last_ms)
    since = day_text(first) if first else "none yet"
    until = f"last event on {day_text(last)}" if last else ""
    whole = next((f for f in feed if f.email_id == 0), None)
    feed_note = ""
    if whole:
        feed_note = f"the provider's feed held {wording.count(whole.feed_count)} when last walked to its end"
    return (
        Fact(
            "Data as of",
            clock.moment(facts.synced_ms) if facts.synced_ms is not None else "never",
            f"time zone {clock.zone}",
        ),
        Fact("Events", wording.count(facts.events), feed_note),
        Fact("History since", since, until),
        Fact(
            "Subscribers",
            wording.count(facts.subscribers),
            f"{wording.count(facts.active)} on the list today",
        ),
        Fact("Store", _bytes(store_bytes) if store_bytes else "none yet", "one SQLite file"),
        Fact(
            "Unassigned",
            wording.count(unassigned.no_subscriber),
            f"{'event' if unassigned.no_subscriber == 1 else 'events'} could not be matched to a reader, "
            f"{wording.count(unassigned.no_email)} not to an email",
        ),
    )


def _unknown_types(unknown: Sequence[EventTypeCount]) -> str:
    if not unknown:
        return ""
    events = wording.plural(sum(t.events for t in unknown), "event is", "events are")
    return f"{events} of a type this report does not know; they are kept, and in no other number."


def _bytes(size: int) -> str:
    return f"{wording.decimal(size / 1e6)} MB" if size >= 1e5 else f"{wording.count(size / 1e3)} kB"
