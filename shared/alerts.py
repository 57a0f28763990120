"""When an owner must be told: each rule, its words and its fix, for the status page, `rapport doctor` and `status`.

Nothing here looks at a clock: an alert that only time brings says from when on it holds, so that a page which nobody
has made anew turns to it by itself.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from shared.last_run import LastRun
from shared.sizing import is_short_of_memory, more_memory

HOUR_MS = 3_600_000
RUNS_BEFORE = 10  # what runs usually meet is that of so many before the last
LEAST_ODD = 10  # fewer events than this are no spike,
TIMES_USUAL = 3  # nor is a share of at most this many times the usual one


class Odd(NamedTuple):
    """What one run, or several together, met: rows of events, those of unknown types, those that could not be read."""

    run_id: str
    seen: int
    unknown: int
    refused: int

    @classmethod
    def of(cls, run_id: str, counts: Mapping[str, Any]) -> "Odd":
        types = counts.get("unknown_types")
        unknown = sum(_count(n) for n in types.values()) if isinstance(types, Mapping) else 0
        return cls(run_id, _count(counts.get("events_seen")), unknown, _count(counts.get("events_refused")))


@dataclass(frozen=True)
class Facts:
    """`looked_ms`: when a run last looked for data and ended well; `runs`: those in the store, the latest first."""

    looked_ms: int | None
    last_run: LastRun | None
    runs: tuple[Odd, ...]
    store_bytes: int
    no_sync_hours: int


@dataclass(frozen=True)
class Alert:
    """`title` is for one line, `text` says what is known and `fix` what to do, with commands between backticks. It
    holds from `from_ms` on, or now."""

    kind: str
    title: str
    text: str
    fix: str
    from_ms: int | None = None

    def holds(self, now_ms: int) -> bool:
        return self.from_ms is None or self.from_ms <= now_ms


def alerts(facts: Facts, moment: Callable[[int], str]) -> tuple[Alert, ...]:
    """What is wrong, the worst first; `moment` writes a time as a reader expects it."""
    found = (_bad_run(facts, moment), _silence(facts, moment), *_spikes(facts), _memory(facts))
    return tuple(alert for alert in found if alert)


def read_odds(runs: Iterable[tuple[str, str, str]]) -> tuple[Odd, ...]:
    """Of rows (id, command, counts as JSON) of sync_runs, the latest first. An import is no measure for a sync."""
    odds = []
    for run_id, command, counts in runs:
        try:
            loaded = json.loads(counts)
        except ValueError:
            continue
        if command == "sync" and isinstance(loaded, Mapping):
            odds.append(Odd.of(run_id, loaded))
    return tuple(odds)


def _bad_run(facts: Facts, moment: Callable[[int], str]) -> Alert | None:
    run = facts.last_run
    if run is None or run.outcome not in ("failed", "incomplete"):
        return None
    command = run.command or "sync"
    when = f"It ended on {moment(run.finished_ms)}. " if run.finished_ms is not None else ""
    return Alert(
        f"{run.outcome}_run",
        f"The last {command} {'failed' if run.outcome == 'failed' else 'was incomplete'}",
        (when + " ".join(run.problems)).strip(),
        f"Run `rapport {command}` again once that is mended; `rapport doctor` checks everything it needs.",
    )


def _silence(facts: Facts, moment: Callable[[int], str]) -> Alert | None:
    if facts.looked_ms is None:
        return None
    hours = facts.no_sync_hours
    return Alert(
        "no_sync",
        f"No sync for more than {'an hour' if hours == 1 else f'{hours} hours'}",
        f"The last one known to have ended well did so on {moment(facts.looked_ms)}.",
        "Run `rapport sync` and `rapport report`, or look at the schedule that should; `rapport doctor` says what is "
        "wrong.",
        facts.looked_ms + hours * HOUR_MS,
    )


def _spikes(facts: Facts) -> Iterable[Alert]:
    run = facts.last_run
    if run is None or run.command not in ("", "sync"):
        return
    last = Odd.of(run.run_id, run.counts)
    before = [odd for odd in facts.runs if odd.run_id != run.run_id][:RUNS_BEFORE]
    seen = sum(odd.seen for odd in before)
    if _is_spike(last.unknown, last.seen, sum(odd.unknown for odd in before), seen):
        types = run.counts.get("unknown_types", {})
        largest = sorted(types, key=lambda name: (-_count(types[name]), name))[:3]
        yield Alert(
            "unknown_events",
            "Many events of unknown types",
            f"{_of(last.unknown, last.seen)} are of types this version does not know ({', '.join(largest)}), far more "
            "than in the runs before. They are kept, and in no number but their own.",
            "Upgrade Rapport: the provider has changed its words.",
        )
    if _is_spike(last.refused, last.seen, sum(odd.refused for odd in before), seen):
        yield Alert(
            "refused_events",
            "Many events that cannot be read",
            f"{_of(last.refused, last.seen)} came without an id or a readable date, far more than in the runs before. "
            "They could not be kept.",
            "Upgrade Rapport, then run `rapport sync --full`.",
        )


def _is_spike(odd: int, seen: int, odd_before: int, seen_before: int) -> bool:
    """Without a run before there is nothing usual to compare with."""
    if odd < LEAST_ODD or not seen_before:
        return False
    return odd * seen_before > TIMES_USUAL * odd_before * seen


def _memory(facts: Facts) -> Alert | None:
    limit = facts.last_run.memory_limit if facts.last_run else 0
    if not is_short_of_memory(facts.store_bytes, limit):
        return None
    return Alert(
        "memory",
        "The store nearly outgrows its memory",
        f"It has {gigabytes(facts.store_bytes)}, and the sync {gigabytes(limit)} of memory; working on it takes up to "
        "twice its size, and half a GB.",
        f"Give it more; on Google Cloud that is `{more_memory(facts.store_bytes)}`, with the options you gave before.",
    )


def gigabytes(size: int) -> str:
    """ "1.2 GB", "14 MB", "3 kB"."""
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def _of(odd: int, seen: int) -> str:
    return f"{odd:,} of the {seen:,} events of the last sync"


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
