"""`rapport import FILE...`: Buttondown's own exports into the project's SQLite file."""

from pathlib import Path

import click

from shared.bucket import open_bucket
from shared.command_line import environment
from shared.log import Log
from shared.project import read_project
from shared.settings import Settings
from sync_job.commands import finish, working_memory
from sync_job.exports.importer import ExportImport
from sync_job.job import SyncJob
from sync_job.network import AddressHider
from sync_job.session import Plan


@click.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--dry-run", is_flag=True, help="Read and count, but store nothing.")
def import_files(files: tuple[Path, ...], dry_run: bool) -> int:
    """Add what Buttondown's exports (events, subscribers, emails; CSV or JSON, zipped or not) know beyond the API.

    Events that are stored already, from whichever source, are not added again: importing a file twice, or before
    or after a sync, makes no difference. No API key is needed.
    """
    environ = environment()
    settings = Settings.read(environ)
    log = Log.open(environ)
    hider = AddressHider(settings.hashing_secret(keep=not dry_run))
    bucket = open_bucket(settings.bucket_url)
    job = SyncJob(
        bucket,
        settings.project,
        ExportImport(files, hider).run,
        Plan(dry_run=dry_run, retention=read_project(bucket, settings.project).retention),
        hider.fingerprint(),
        log,
        command="import",
        memory_limit=working_memory(environ),
    )
    return finish(job, log)
