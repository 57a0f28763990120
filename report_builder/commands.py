"""The commands `report` and `serve`: only here does the report builder print, exit and read the environment."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from report_builder.job import build_report
from report_builder.server import serve as serve_site
from shared.bucket import open_bucket
from shared.errors import RapportError
from shared.settings import Settings


@click.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write the site into this folder instead."
)
def report(out: Path | None) -> None:
    """Build the report from what was synced."""
    try:
        settings = Settings.read(os.environ)
        made = build_report(open_bucket(settings.bucket_url), settings.project, datetime.now(UTC), out)
    except RapportError as error:
        raise _explained(error) from error
    place = str(out) if out else f"{settings.bucket_url}/{settings.project}/site/"
    work = f"{made.published.written} written, {made.published.removed} removed"
    click.echo(f"Report built in {place}: {made.files} files, {made.size / 1e6:.1f} MB; {work}.")
    if made.is_empty:
        click.echo("There is no data yet: run `rapport sync` first, or `rapport demo` to look around.")


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
def serve(port: int, host: str) -> None:
    """Serve the built report on this machine."""
    try:
        settings = Settings.read(os.environ)
        bucket = open_bucket(settings.bucket_url)
        prefix = f"{settings.project}/site/"
        if bucket.stat(prefix + "index.html") is None:
            click.echo("No report has been built yet: run `rapport report` first.", err=True)
        serve_site(
            bucket,
            prefix,
            host,
            port,
            ready=lambda address: click.echo(f"The report is at {address} (Ctrl+C ends)."),
        )
    except RapportError as error:
        raise _explained(error) from error
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    except KeyboardInterrupt:
        click.echo("Stopped.")


@click.group()
def main() -> None:
    """Build and serve the report."""


main.add_command(report)
main.add_command(serve)


def _explained(error: RapportError) -> click.ClickException:
    explained = click.ClickException(f"{error}\n{error.hint}".rstrip())
    setattr(explained, "exit_code", error.exit_code)  # noqa: B010 - declared for the class, read from the instance
    return explained
