"""`rapport person export EMAIL` and `rapport person erase EMAIL`."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from shared.bucket import open_bucket
from shared.command_line import environment
from shared.log import Log
from shared.settings import Settings
from sync_job.job import SyncJob
from sync_job.network import AddressHider
from sync_job.privacy.copies import copies_that_remain
from sync_job.privacy.erasure import Erasure
from sync_job.privacy.people import Found, people_at
from sync_job.privacy.person_export import read_person, write_person
from sync_job.privacy.tombstones import Tombstones
from sync_job.session import Plan
from sync_job.snapshot import open_store
from sync_job.statements import statement
from sync_job.times import from_datetime

NOBODY = "Nobody here has, or had, this address. Is it spelled right, and is RAPPORT_PROJECT the right one?"


@click.group("person")
def person() -> None:
    """What is known of somebody, and erasing them."""


@person.command("export", short_help="Write down everything known about somebody.")
@click.argument("email")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("person-export"),
    show_default=True,
    help="Where to put a folder of files for each person.",
)
def export(email: str, out: Path) -> int:
    """Write down everything known about the person who has, or ever had, this address: JSON and CSV.

    Where several people share it, or had it one after the other, each gets a folder.
    """
    settings = Settings.read(environment())
    now_ms = from_datetime(datetime.now(UTC))
    with open_store(open_bucket(settings.bucket_url), settings.project) as database:
        found = people_at(database, email) if database else []
        if database is None or not found:
            click.echo(NOBODY)
            return 1
        if len(found) > 1:
            click.echo(f"{len(found)} people have, or had, this address: each has a folder.")
        for each in found:
            known = read_person(database, each.id, now_ms)
            files = write_person(known, out)
            click.echo(
                f"{len(known['events']):,} events and all else known, in {len(files)} files: {files[0].parent}"
            )
    click.echo("Readable by you alone. Hand them over by a way that is as private.")
    return 0


@person.command("erase", short_help="Erase somebody for good.")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(email: str, yes: bool) -> int:
    """Erase the person who has, or ever had, this address; their events stay in the totals, of nobody."""
    settings = Settings.read(environment())
    bucket, now = open_bucket(settings.bucket_url), datetime.now(UTC)
    hider = AddressHider(settings.hashing_secret(keep=False))
    with open_store(bucket, settings.project) as database:
        found = people_at(database, email) if database else []
        stone = Tombstones.read(database, hider).of_address(email) if database else None
        if database is None or (not found and stone is None):
            click.echo(NOBODY)
            return 1
        if not found and stone and stone.is_final:
            click.echo("Nobody is left to erase: this address was erased before.")
            return 0
        if not yes:
            _show(database, found)
            click.confirm("Erase for good?", abort=True)
    work = Erasure(email, hider)
    log = Log.open(environment())
    job = SyncJob(
        bucket,
        settings.project,
        work.run,
        Plan(),
        hider.fingerprint(),
        log,
        command="person erase",
        is_noted=False,
    )
    counts = job.run().counts
    many = "1 person" if counts.subscribers_erased == 1 else f"{counts.subscribers_erased:,} people"
    events = "1 event stays" if counts.events_unlinked == 1 else f"{counts.events_unlinked:,} events stay"
    click.echo(f"Erased {many}. {events} in the totals, of nobody.")
    for sentence in copies_that_remain(bucket, settings.project, now.date()):
        click.echo(f"- {sentence}")
    return 0


def _show(database: sqlite3.Connection, found: Sequence[Found]) -> None:
    """Who it is about, on the screen of whoever asked; never in a log."""
    if len(found) > 1:
        click.echo(f"{len(found)} people have, or had, this address:")
    for each in found:
        row = database.execute(statement("describe_person"), {"person": each.id}).fetchone()
        email, name, status, events, tags, addresses = row
        click.echo(f"  {' '.join(filter(None, (name, f'<{email}>')))}, {status or 'known from events alone'}")
        click.echo(f"    {events:,} events are unlinked: they stay in the totals, of nobody.")
        lists = f"{tags:,} tag{'s' * (tags != 1)} and {addresses:,} address{'es' * (addresses != 1)}"
        click.echo(f"    Name, metadata, history, {lists} are erased.")
    click.echo("Whatever comes of them later, from Buttondown or a file, is taken in without them.")
    click.echo("Somebody who signs up anew with this address is a new subscriber. This cannot be undone.")
