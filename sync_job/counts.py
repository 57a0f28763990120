"""What one run saw, in counts: kept in `sync_runs` and `last_run.json`, and said in the closing line."""

from collections import Counter
from dataclasses import dataclass, field, fields


@dataclass
class Counts:
    requests: int = 0
    retries: int = 0
    pages: int = 0
    events_seen: int = 0
    events_new: int = 0
    events_paired: int = 0  # met under a second id, or twice in two sources: stored once
    events_completed: int = 0  # a subscriber or email that was unknown became known
    events_moved: int = 0  # a known id that came back with another date: an anomaly, not stored again
    events_refused: int = 0  # rows without an id or a readable date
    subscribers_seen: int = 0
    subscribers_new: int = 0
    subscribers_changed: int = 0
    subscribers_deleted: int = 0
    subscribers_untracked: int = 0  # asked not to be tracked since the last run
    subscribers_erased: int = 0  # for good, on request
    subscribers_forgotten: int = 0  # for they left so long ago
    events_unlinked: int = 0  # from any of these, or for their age
    emails_seen: int = 0
    emails_new: int = 0
    emails_changed: int = 0
    rewalked_emails: int = 0
    inbox_batches: int = 0
    inbox_webhooks: int = 0
    inbox_people: int = 0  # named by them, to be asked for
    inbox_repeats: int = 0  # met more than once
    inbox_foreign: int = 0  # of another newsletter of the same account
    inbox_unreadable: int = 0
    inbox_waiting: int = 0  # batches that are left for the next run
    conflicts: int = 0
    commits: int = 0
    unknown_types: Counter[str] = field(default_factory=Counter)
    unknown_fields: Counter[str] = field(default_factory=Counter)
    unknown_webhooks: Counter[str] = field(default_factory=Counter)

    def forget_oddities(self) -> None:
        """Before a second look at the same rows: what is odd about them is counted then."""
        self.events_refused = 0
        self.unknown_types.clear()
        for name in [each for each in self.unknown_fields if each.startswith("event.")]:
            del self.unknown_fields[name]

    def as_dict(self) -> dict[str, int | dict[str, int]]:
        """Only what was seen at all; names of unknown types and fields in order."""
        said: dict[str, int | dict[str, int]] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value:
                said[each.name] = dict(sorted(value.items())) if isinstance(value, Counter) else value
        return said
