"""The command `report`: only here does the report builder print, exit and read the environment."""

from datetime import UTC, datetime
from pathlib import Path

import click

from report_builder.job import build_report
from shared.bucket import open_bucket
from shared.command_line import environment
from shared.errors import LeaseHeld
from shared.project import NAME
from shared.settings import Settings


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the site into this folder instead; files of yours that are there stay.",
)
def report(out: Path | None) -> int:
    """Build the report from what was synced."""
    settings = Settings.read(environment())
    try:
        made = build_report(open_bucket(settings.bucket_url), settings.project, datetime.now(UTC), out)
    except LeaseHeld as held:
        click.echo(f"Nothing to do: {held}.")
        return 0
    place = str(out) if out else f"{settings.bucket_url}/{settings.project}/site/"
    changes = f"{made.published.written} written, {made.published.removed} removed"
    click.echo(f"Report built in {place}: {made.files} files, {made.size / 1e6:.1f} MB; {changes}.")
    for doubt in made.doubts:
        click.echo(f"Warning: {NAME}: {doubt}", err=True)
    if made.is_empty:
        click.echo("There is no data yet: run `rapport sync` first, or `rapport demo` to look around.")
    return 0


@click.group()
def main() -> None:
    """Build the report."""


main.add_command(report)
