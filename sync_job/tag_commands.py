"""`rapport tag add | remove | list | describe`: tags of your own, beside those of your provider."""

import click

from shared.bucket import open_bucket
from shared.command_line import environment
from shared.errors import UsageError
from shared.log import Log
from shared.settings import Settings
from sync_job.job import SyncJob
from sync_job.local_tags import Describing, LocalTag, Tagging, full_name
from sync_job.network import AddressHider
from sync_job.session import Plan
from sync_job.snapshot import open_store
from sync_job.statements import statement
from sync_job.times import to_datetime


@click.group("tag")
def tag() -> None:
    """Tags of your own: segments, pages and views show them as local:NAME."""


@tag.command("add")
@click.argument("name")
@click.argument("emails", nargs=-1, required=True, metavar="EMAIL...")
def add(name: str, emails: tuple[str, ...]) -> int:
    """Give a tag to the people with these addresses; the tag is made if it is new."""
    work = Tagging(full_name(name), emails)
    _run(work, "tag add")
    return _tell(work, f"{_people(work.changed)} got {work.tag}", "had it already")


@tag.command("remove")
@click.argument("name")
@click.argument("emails", nargs=-1, required=True, metavar="EMAIL...")
def remove(name: str, emails: tuple[str, ...]) -> int:
    """Take a tag from the people with these addresses; when they had it is remembered."""
    work = Tagging(full_name(name), emails, is_removal=True)
    _check_known(work.tag)
    _run(work, "tag remove")
    return _tell(work, f"{_people(work.changed)} lost {work.tag}", "did not have it")


@tag.command("describe")
@click.argument("name")
@click.argument("text")
def describe(name: str, text: str) -> int:
    """Say what a tag means; a tag that is new is made, and one with no TEXT ("") has no description."""
    work = Describing(full_name(name), text)
    _run(work, "tag describe")
    click.echo(f"{work.tag}: {text.strip() or 'no description'}")
    return 0


@tag.command("list")
def list_tags() -> int:
    """Show your own tags, with how many people have each."""
    tags = _tags()
    if not tags:
        click.echo("There are none yet: `rapport tag add vip reader@example.com` makes the first.")
    width = max((len(each.name) for each in tags), default=0)
    for each in tags:
        since = f"since {to_datetime(each.created_ms):%Y-%m-%d}" if each.created_ms else ""
        click.echo(
            "  ".join(
                (each.name.ljust(width), _people(each.people).rjust(12), since, each.description or "")
            ).rstrip()
        )
    return 0


def _run(work: Tagging | Describing, command: str) -> None:
    settings = Settings.read(environment())
    bucket = open_bucket(settings.bucket_url)
    if bucket.stat(f"{settings.project}/engagement.sqlite") is None:
        raise UsageError(
            "there is nobody to tag yet", hint="Run `rapport sync` first, or check RAPPORT_PROJECT."
        )
    hider = AddressHider(settings.hashing_secret(keep=False))
    log = Log.open(environment())
    SyncJob(
        bucket, settings.project, work.run, Plan(), hider.fingerprint(), log, command=command, is_noted=False
    ).run()


def _tell(work: Tagging, done: str, otherwise: str) -> int:
    """The outcome, on the screen of whoever gave the addresses; never in a log."""
    parts = [done] + ([f"{_people(work.unchanged)} {otherwise}"] if work.unchanged else [])
    click.echo(f"{', '.join(parts)}.")
    if work.shared:
        click.echo(f"Of several people, all meant: {', '.join(work.shared)}")
    if work.unknown:
        click.echo(f"Nobody here has, or had: {', '.join(work.unknown)}")
    return 1 if work.unknown else 0


def _check_known(name: str) -> None:
    """Raises UsageError with the tags there are, for a name that is none of them."""
    names = [each.name for each in _tags()]
    if name not in names:
        raise UsageError(f"you have no tag of this name; those you have: {', '.join(names) or 'none'}")


def _tags() -> list[LocalTag]:
    settings = Settings.read(environment())
    with open_store(open_bucket(settings.bucket_url), settings.project) as database:
        rows = database.execute(statement("local_tags")).fetchall() if database else []
        return [LocalTag(*row) for row in rows]


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"
