"""`rapport retention`: forget now what project.toml says is old, or say what that would be."""

from datetime import UTC, datetime

import click

from shared.bucket import open_bucket
from shared.command_line import environment
from shared.log import Log
from shared.project import read_project
from shared.settings import Settings
from sync_job.job import SyncJob
from sync_job.network import AddressHider
from sync_job.privacy.retention import apply_retention, limits
from sync_job.session import Plan, Session


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, and forget nothing.")
def retention(dry_run: bool) -> int:
    """Unlink old events from people, and forget people who left long ago, as [retention] of project.toml says.

    Every sync and import does the same at its end.
    """
    settings = Settings.read(environment())
    bucket = open_bucket(settings.bucket_url)
    asked = read_project(bucket, settings.project).retention
    if asked.events_months is None and asked.people_months is None:
        click.echo(
            "Everything is kept: project.toml has neither events_months nor people_months in [retention]."
        )
        return 0
    if bucket.stat(f"{settings.project}/engagement.sqlite") is None:
        click.echo("There is nothing to forget: nothing was synced yet.")
        return 0
    hider = AddressHider(settings.hashing_secret(keep=False))
    limit = limits(asked, datetime.now(UTC).date())

    def work(session: Session) -> None:
        session.store.tombstones.open(hider)
        apply_retention(session)

    plan = Plan(dry_run=dry_run, retention=asked)
    job = SyncJob(
        bucket,
        settings.project,
        work,
        plan,
        hider.fingerprint(),
        Log.open(environment()),
        command="retention",
        is_noted=False,
    )
    counts = job.run().counts
    parts = []
    if limit.events:
        parts.append(f"events from before {limit.events} are of nobody")
    if limit.people:
        number = counts.subscribers_forgotten
        people = "1 person is" if number == 1 else f"{number:,} people are"
        parts.append(f"{people} forgotten who left before {limit.people}")
    told = f"{', '.join(parts)}; {counts.events_unlinked:,} events were unlinked."
    click.echo(f"Dry run, nothing stored: {told}" if dry_run else told[0].upper() + told[1:])
    return 0
