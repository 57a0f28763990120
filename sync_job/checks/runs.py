"""Did the last runs end well, lately, and is the report made of what they brought?"""

import json
from collections.abc import Iterator
from datetime import datetime

from shared.ages import ago
from shared.alerts import HOUR_MS, Facts, alerts
from shared.errors import NotFound, SettingsError
from shared.last_run import looked_ms
from shared.project import ProjectSettings, read_project
from sync_job.checks.finding import PROBLEM, WARNING, Finding, not_checked, ok, warning
from sync_job.checks.subject import Subject

BEHIND_MS = 2 * HOUR_MS
GRAVE = frozenset({"failed_run", "no_sync"})
COUNTED = 5


def check_runs(subject: Subject) -> Iterator[Finding]:
    """The alerts of the status page, with their fixes, and how the last runs went."""
    store, run = subject.store, subject.last_run
    if run is None and store is None:
        yield not_checked("runs", "there was none yet", "rapport sync")
        return
    holding = [alert for alert in alerts(facts_of(subject), subject.moment) if alert.holds(subject.now_ms)]
    for alert in holding:
        reason = f"{alert.title}. {alert.text}".rstrip()
        yield Finding("runs", PROBLEM if alert.kind in GRAVE else WARNING, reason, alert.fix.replace("`", ""))
    if not holding:
        ended = looked_ms(store.synced_ms if store else None, run, subject.now())
        when = f"the last ended well {ago(subject.now_ms - ended)}" if ended else "the last left no trace"
        yield ok("runs", when)
    if store and store.runs:
        latest = store.runs[:COUNTED]
        words = [f"{each.command} {each.outcome} {ago(subject.now_ms - each.finished_ms)}" for each in latest]
        yield ok("history", f"that brought data: {', '.join(words)}")


def facts_of(subject: Subject) -> Facts:
    store = subject.store
    try:
        settings = read_project(subject.bucket, subject.project)
    except SettingsError:  # told by a check of its own
        settings = ProjectSettings()
    return Facts(
        looked_ms(store.synced_ms if store else None, subject.last_run, subject.now()),
        subject.last_run,
        store.odds if store else (),
        store.size if store else 0,
        settings.alerting.no_sync_hours,
    )


def check_site(subject: Subject) -> Iterator[Finding]:
    """Whether the report speaks of what was synced last."""
    built_ms = report_ms(subject)
    if built_ms is None and subject.store is None:
        yield not_checked("report", "there is nothing yet to report")
        return
    if built_ms is None:
        yield warning("report", "there is none yet", "rapport report")
        return
    store = subject.store
    looked = looked_ms(store.synced_ms if store else None, subject.last_run, subject.now()) or built_ms
    told = f"it speaks of the sync {ago(subject.now_ms - built_ms)}"
    if looked - built_ms > BEHIND_MS:
        yield warning("report", f"{told}, and there was one {ago(subject.now_ms - looked)}", "rapport report")
    else:
        yield ok("report", told)


def report_ms(subject: Subject) -> int | None:
    """The sync that the published report speaks of; None without a report, or one of an empty project."""
    try:
        status = json.loads(subject.bucket.read(f"{subject.project}/site/data/status.json")[0])
        return round(datetime.fromisoformat(status["synced_at"]).timestamp() * 1000)
    except (NotFound, ValueError, KeyError, TypeError):
        return None
