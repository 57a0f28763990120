"""`rapport status`: what is known, in ten lines, and what comes next."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from shared.ages import ago
from shared.alerts import alerts, gigabytes
from shared.bucket import open_bucket
from shared.command_line import environment
from shared.settings import SECRET_LENGTH, Settings
from sync_job.checks import Subject
from sync_job.checks.runs import BEHIND_MS, facts_of, report_ms
from sync_job.times import iso

RUNS = 3


@dataclass(frozen=True)
class State:
    """A subject with what the status says beyond it; `report_ms` is the sync that the report speaks of."""

    subject: Subject
    report_ms: int | None
    titles: tuple[str, ...]  # of the alerts that hold
    next_step: str


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="For machines: one JSON object.")
def status(as_json: bool) -> int:
    """Say what is known of this project: how much, how fresh, how the last runs went, and the next step."""
    environ = environment()
    # No secret is needed to look; a folder has its own, which is left alone.
    settings = Settings.read({**environ, "RAPPORT_SECRET": "x" * SECRET_LENGTH})
    with tempfile.TemporaryDirectory(prefix="rapport-status-") as folder:
        subject = Subject(settings, environ, open_bucket(settings.bucket_url), Path(folder))
        if subject.store_fault:
            raise subject.store_fault
        state = look(subject)
    click.echo(
        json.dumps(as_dict(state), ensure_ascii=False, indent=1) if as_json else "\n".join(lines(state))
    )
    return 0


def look(subject: Subject) -> State:
    facts = facts_of(subject)
    holding = [alert for alert in alerts(facts, subject.moment) if alert.holds(subject.now_ms)]
    built = report_ms(subject)
    if subject.store is None and not subject.settings.buttondown_api_key:
        step = "rapport init"
    elif subject.store is None:
        step = "rapport sync"
    elif holding:
        step = "rapport doctor"
    elif built is None or (facts.looked_ms or 0) - built > BEHIND_MS:
        step = "rapport report"
    else:
        step = "rapport serve"
    return State(subject, built, tuple(alert.title for alert in holding), step)


def lines(state: State) -> list[str]:
    """Never more than ten."""
    subject, store, run = state.subject, state.subject.store, state.subject.last_run
    now_ms = subject.now_ms
    place = f"Project     {subject.project} in {subject.settings.bucket_url}"
    if store is None:
        said = f" The last {run.command} {run.outcome}." if run and run.outcome else ""
        return [place, f"Nothing yet.{said}", f"Next        {state.next_step}"]
    told = [
        place,
        f"Newsletter  {store.named.get('newsletter_name', 'not told yet')}",
        f"Events      {store.events:,}",
        f"People      {store.people:,}, {store.subscribed:,} of them subscribed",
        f"Emails      {store.emails:,}",
    ]
    if store.newest_ms is not None:
        told[2] += f", the newest {ago(now_ms - store.newest_ms)} ({store.moment(store.newest_ms)})"
    runs = [f"{each.outcome} {ago(now_ms - each.finished_ms)}" for each in store.runs[:RUNS]]
    if run and run.finished_ms is not None and run.run_id not in {each.run_id for each in store.runs}:
        runs = [f"{run.outcome} {ago(now_ms - run.finished_ms)}", *runs[: RUNS - 1]]
    told.append(f"Runs        {', '.join(runs) or 'none told of'}")
    told.append(f"Store       {gigabytes(store.size)}")
    report = f"of the sync {ago(now_ms - state.report_ms)}" if state.report_ms is not None else "none yet"
    told.append(f"Report      {report}")
    if state.titles:
        told.append(f"Alerts      {'; '.join(state.titles)}")
    return [*told, f"Next        {state.next_step}"]


def as_dict(state: State) -> dict[str, Any]:
    subject, store, run = state.subject, state.subject.store, state.subject.last_run
    found: dict[str, Any] = {
        "kind": "project_status",
        "version": 1,
        "project": subject.project,
        "bucket": subject.settings.bucket_url,
        "newsletter": None,
        "last_run": None,
        "report_of": iso(state.report_ms) if state.report_ms is not None else None,
        "alerts": list(state.titles),
        "next": state.next_step,
    }
    if store:
        found |= {
            "newsletter": store.named.get("newsletter_name"),
            "events": store.events,
            "people": store.people,
            "subscribed": store.subscribed,
            "emails": store.emails,
            "newest_event_at": iso(store.newest_ms) if store.newest_ms is not None else None,
            "store_bytes": store.size,
        }
    if run:
        ended = iso(run.finished_ms) if run.finished_ms is not None else None
        found["last_run"] = {"outcome": run.outcome, "finished_at": ended, "problems": list(run.problems)}
    return found
