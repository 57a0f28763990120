"""The commands `report` and `serve`: only here does the report builder print, exit and read the environment."""

from datetime import UTC, datetime
from pathlib import Path

import click

from report_builder.job import build_report
from report_builder.server import serve as serve_site
from shared.bucket import open_bucket
from shared.command_line import environment
from shared.errors import LeaseHeld
from shared.project import NAME
from shared.settings import Settings

LOOPBACK = "127.0.0.1"


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


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one."
)
def serve(port: int) -> None:
    """Show the built report on this machine, and on no other."""
    settings = Settings.read(environment())
    bucket = open_bucket(settings.bucket_url)
    prefix = f"{settings.project}/site/"
    if bucket.stat(prefix + "index.html") is None:
        click.echo("No report has been built yet: run `rapport report` first.", err=True)

    def say(address: str) -> None:
        click.echo(f"The report is at {address} (Ctrl+C ends).")

    try:
        serve_site(bucket, prefix, LOOPBACK, port, ready=say)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on port {port}: {error.strerror or error}; choose another with --port"
        ) from error
    except KeyboardInterrupt:
        click.echo("Stopped.")


@click.group()
def main() -> None:
    """Build and serve the report."""


main.add_command(report)
main.add_command(serve)
