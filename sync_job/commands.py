"""`rapport sync`, and what else writes the database."""

from collections.abc import Mapping
from datetime import datetime

import click

from shared.bucket import open_bucket
from shared.command_line import environment
from shared.errors import LeaseHeld, SettingsError
from shared.log import Log
from shared.machine import memory_limit
from shared.project import read_project
from shared.settings import Settings
from sync_job.job import SyncJob, tune_collector
from sync_job.network import AddressHider
from sync_job.run_report import Report
from sync_job.session import Plan

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("sync")
@click.option("--source", type=click.Choice(["buttondown"]), help="Sync this source alone.")
@click.option("--full", is_flag=True, help="Walk everything again, from the first event on.")
@click.option(
    "--from",
    "since",
    type=DAY,
    metavar="DATE",
    help="Only events from this day on, in the newsletter's time zone.",
)
@click.option(
    "--to", "until", type=DAY, metavar="DATE", help="Only events before this day (which is not included)."
)
@click.option("--dry-run", is_flag=True, help="Ask and count, but store nothing.")
@click.option(
    "--accept-deletions", is_flag=True, help="With --full: believe it when many subscribers are gone at once."
)
def sync(
    source: str | None,
    full: bool,
    since: datetime | None,
    until: datetime | None,
    dry_run: bool,
    accept_deletions: bool,
) -> int:
    """Fetch what is new from your newsletter into the project's SQLite file."""
    from sync_job.sources.buttondown.api import ButtondownApi, connect
    from sync_job.sources.buttondown.source import ButtondownSource

    environ = environment()
    settings = Settings.read(environ)
    if not settings.buttondown_api_key:
        raise SettingsError(
            [
                "BUTTONDOWN_API_KEY is not set: run `rapport init`, or copy the key from Buttondown, Settings, API "
                "(or try `rapport demo`)"
            ]
        )
    hider = AddressHider(settings.hashing_secret(keep=not dry_run))
    bucket = open_bucket(settings.bucket_url)
    project = read_project(bucket, settings.project)
    plan = Plan(
        full=full,
        since=since.date() if since else None,
        until=until.date() if until else None,
        accept_deletions=accept_deletions,
        dry_run=dry_run,
        overlap_days=settings.overlap_days,
        no_tracking=project.no_tracking,
        retention=project.retention,
    )
    log = Log.open(environ)
    client = connect(settings.buttondown_api_url, settings.buttondown_api_key)
    try:
        buttondown = ButtondownSource(ButtondownApi(client), hider)
        job = SyncJob(
            bucket,
            settings.project,
            buttondown.sync,
            plan,
            hider.fingerprint(),
            log,
            memory_limit=working_memory(environ),
        )
        return finish(job, log)
    finally:
        client.close()


def working_memory(environ: Mapping[str, str]) -> int:
    """On Cloud Run working copies lie in memory, so its limit counts, in bytes; elsewhere they lie on a disk: 0."""
    return memory_limit() if "CLOUD_RUN_JOB" in environ else 0


def finish(job: SyncJob, log: Log) -> int:
    """Runs the job and says what came of it: one closing line, one structured line; returns the exit code."""
    tune_collector()
    try:
        report = job.run()
    except LeaseHeld as held:
        if job.may_be_left_to_another:
            click.echo(f"Nothing to do: {held}.")
            return 0
        raise
    line = closing_line(report, is_dry=job.plan.dry_run)
    click.echo(line)
    if not log.readable:
        log.info(line, **report.as_dict())
    return report.exit_code


def closing_line(report: Report, *, is_dry: bool = False) -> str:
    """`Synced The Weekly: 1,204 new events, 3 new subscribers, 1 new email (27 requests, 4 s).`"""
    counts = report.counts
    parts = [_counted(counts.events_new, "new event")]
    if counts.events_paired:
        parts.append(f"{counts.events_paired:,} met under a second id")
    parts.append(_counted(counts.subscribers_new, "new subscriber"))
    if counts.subscribers_deleted:
        parts.append(f"{counts.subscribers_deleted:,} gone")
    parts.append(_counted(counts.emails_new, "new email"))
    if counts.unknown_types:
        parts.append(_counted(len(counts.unknown_types), "unknown event type"))
    if counts.events_unlinked:
        parts.append(f"{counts.events_unlinked:,} unlinked")
    if counts.subscribers_forgotten:
        parts.append(f"{counts.subscribers_forgotten:,} forgotten")
    verb = {"sync": "Synced", "import": "Imported into"}.get(report.command, report.command)
    if report.problems and not (counts.events_new or counts.subscribers_seen or counts.emails_seen):
        return f"Not synced: {' '.join(report.problems)}"
    if is_dry:
        verb = f"Dry run, nothing stored: {verb.lower()}"
    seconds = (report.finished_ms - report.started_ms) / 1000
    effort = _counted(counts.requests, "request")
    if report.command == "import":
        effort = _counted(counts.events_seen + counts.subscribers_seen + counts.emails_seen, "row") + " read"
    told = f"{verb} {report.newsletter}: {', '.join(parts)} ({effort}, {seconds:.0f} s)"
    if report.warnings:
        told = f"{told}. But {' '.join(report.warnings)}"
    if report.problems:
        return f"{told}. Incomplete: {' '.join(report.problems)}"
    return f"{told}."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}" if number else f"no {noun}s"
