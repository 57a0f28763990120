"""`rapport backups`, `rapport restore` and `rapport verify`."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import click

from shared.bucket import Bucket, open_bucket
from shared.command_line import environment
from shared.database_file import RESTORE_HINT
from shared.errors import NotFound
from shared.log import Log
from shared.settings import Settings
from sync_job.backups.inspection import first_facts, zone_of
from sync_job.backups.restore import Restore, Restored
from sync_job.backups.states import BEFORE_RESTORE, DATABASE, State, choose, list_states
from sync_job.backups.verify import Check, verify
from sync_job.network import AddressHider
from sync_job.times import from_datetime

MARKS = {"sound": "✓", "note": "·", "problem": "✗"}


@click.command("backups")
def backups() -> int:
    """List what you can go back to: older versions of the store, where the bucket keeps them, and daily copies."""
    settings = Settings.read(environment())
    bucket = open_bucket(settings.bucket_url)
    states = list_states(bucket, settings.project)
    if not states:
        click.echo(f"There is no store in {bucket.url}/{settings.project} yet, and no copy of one.")
        return 0
    with TemporaryDirectory(prefix="rapport-") as folder:
        facts = first_facts(bucket, states, Path(folder) / "asked.sqlite")
    zone = zone_of(facts)
    click.echo(f"{facts.get('newsletter_name', settings.project)}, times of {zone.key}\n")
    for state in states:
        command = "as it is now" if state.kind == "live" else f"rapport restore --at {state.handle}"
        click.echo(f"{_moment(state, zone)}  {_size(state.size):>9}  {WORDS[state.kind]:<16} {command}")
    if any(state.handle.startswith(BEFORE_RESTORE) for state in states):
        click.echo(
            f"\nCopies made before a restore stay until you delete them from {settings.project}/backups."
        )
    return 0


WORDS = {"live": "live", "version": "version", "daily": "daily copy", "before restore": "before a restore"}


@click.command("restore")
@click.option(
    "--at", required=True, metavar="TIME", help="A day, a time, a generation, or a name of `backups`."
)
@click.option("--dry-run", is_flag=True, help="Say which state it would be, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before.")
def restore(at: str, dry_run: bool, yes: bool) -> int:
    """Put an older state of the store back: the newest one not after TIME; a day means its beginning.

    TIME is 2026-08-20, '2026-08-20 14:30' (in the newsletter's time zone), '2026-08-20T14:30+02:00', or what
    `rapport backups` names. What is live now is kept, so that a restore can be undone; the next sync fetches what
    is missing since.
    """
    settings = Settings.read(environment())
    hider = AddressHider(settings.hashing_secret(keep=False))
    with TemporaryDirectory(prefix="rapport-") as folder:
        job = Restore(
            open_bucket(settings.bucket_url),
            settings.project,
            hider,
            Path(folder),
            Log.open(environment()),
        )
        choice = job.choose(at)
        moment = _moment(choice.state, choice.zone)
        if choice.is_live:
            click.echo(f"Nothing to restore: the store has not changed since {moment} ({choice.zone.key}).")
            return 0
        told = f"{WORDS[choice.state.kind]} of {moment} ({choice.zone.key}), {_size(choice.state.size)}"
        if dry_run:
            click.echo(f"Dry run, nothing restored: it would be the {told}.")
            return 0
        if choice.live.finding:
            click.echo(f"The live store is not sound: {choice.live.finding}.")
        if not yes:
            click.confirm(f"Replace the live store with the {told}?", abort=True)
        done = job.run(choice.state)
        _say(done, told, choice.zone)
        if not job.log.readable:
            job.log.info("restored an older state", restored_from=done.state.name, kept_as=done.kept_as)
    return 0


def _say(done: Restored, told: str, zone: ZoneInfo) -> None:
    click.echo(f"Restored: the store is the {told}. `rapport sync` fetches what is missing since.")
    click.echo(
        "Tags of your own are what they were then (`rapport tag list`). The report shows it after `rapport report`."
    )
    if done.carried.tombstones or done.carried.people_untracked:
        click.echo(
            f"What people asked for since was kept: {done.carried.tombstones:,} erasures, "
            f"{done.carried.people_untracked:,} not to be tracked."
        )
    if done.wishes_known_to:
        until = done.wishes_known_to.astimezone(zone)
        click.echo(
            f"What was live could not be read: whoever was erased after {until:%Y-%m-%d %H:%M:%S} must be erased again."
        )
    if done.carried.imports_missing:
        click.echo(
            f"{_counted(done.carried.imports_missing, 'import')} came after it: import those files again."
        )
    if done.kept_as and done.finding:
        click.echo(f"The broken file was kept as backups/{done.kept_as}.sqlite.")
    elif done.kept_as:
        click.echo(f"To undo it: rapport restore --at {done.kept_as}")
    else:
        click.echo("There was no live store, so there is nothing to undo.")


@click.command("verify")
@click.option(
    "--at", metavar="TIME", help="Look at this state, named as for `rapport restore`, not at the live one."
)
def verify_store(at: str | None) -> int:
    """Check the store: is the file whole, do its parts agree, does it hold what its runs say? Changes nothing."""
    settings = Settings.read(environment())
    bucket = open_bucket(settings.bucket_url)
    with TemporaryDirectory(prefix="rapport-") as folder:
        path = Path(folder) / "looked-at.sqlite"
        name = _fetch(bucket, settings.project, at, path)
        checks = verify(path, name, from_datetime(datetime.now().astimezone()))
    for check in checks:
        click.echo(_line(check))
    return 1 if any(check.state == "problem" for check in checks) else 0


def _fetch(bucket: Bucket, project: str, at: str | None, path: Path) -> str:
    """Downloads the state that is asked for; returns the name of its object."""
    name, generation = f"{project}/{DATABASE}", None
    if at is not None:
        states = list_states(bucket, project)
        state = choose(states, at, zone_of(first_facts(bucket, states, path)))
        name, generation = state.name, state.generation
    try:
        bucket.download(name, path, generation=generation)
    except NotFound as missing:
        missing.hint = RESTORE_HINT if list_states(bucket, project) else "`rapport sync` makes one."
        raise
    return name


def _line(check: Check) -> str:
    fix = f"\n    To mend it: {check.fix}." if check.fix else ""
    return f"{MARKS[check.state]} {check.name}: {check.reason}{fix}"


def _moment(state: State, zone: ZoneInfo) -> str:
    return f"{state.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
