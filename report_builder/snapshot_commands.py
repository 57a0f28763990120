"""The commands `snapshot` and `profile`: one page of the report as a file that goes anywhere."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from report_builder import snapshots
from report_builder.reading import Reading
from shared.bucket import open_bucket
from shared.command_line import environment
from shared.errors import UsageError
from shared.settings import Settings

OUT = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write this file instead of one here that is named by the day.",
)


@click.command()
@click.option("--email", metavar="SUBJECT|ID|latest", help="The page of this email instead of the overview.")
@click.option(
    "--period",
    type=click.Choice(snapshots.PERIODS),
    help="How many weeks the overview looks back.  [default: 13]",
)
@OUT
def snapshot(email: str | None, period: str | None, out: Path | None) -> None:
    """Write the overview, or the page of one email, as one file to keep, to mail or to print.

    It needs no other file and no network, and names people: it is as private as the report.
    """
    if email is not None and period is not None:
        raise click.UsageError("--period is for the overview: leave it out beside --email.")
    if email is not None:
        _write("email", out, lambda reading: snapshots.email_snapshot(reading, email))
    else:
        chosen = period or snapshots.USUAL_PERIOD
        _write("overview", out, lambda reading: snapshots.overview_snapshot(reading, chosen))


@click.command()
@OUT
def profile(out: Path | None) -> None:
    """Write what you can show to sponsors and partners: figures of groups, as one file.

    It names nobody, says nothing about fewer than five people, and leads nowhere.
    """
    _write("profile", out, snapshots.profile_snapshot)


def _write(name: str, out: Path | None, make: Callable[[Reading], bytes]) -> None:
    settings = Settings.read(environment())
    bucket, now = open_bucket(settings.bucket_url), datetime.now(UTC)
    with snapshots.open_reading(bucket, settings.project, now) as reading:
        body, day = make(reading), reading.clock.today
    path = out or Path(f"{name}-{day}.html")
    try:
        path.write_bytes(body)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror or error}", hint="Choose another file with --out."
        ) from error
    click.echo(f"Written: {path} ({len(body) / 1000:.0f} kB). Open it in any browser, or print it.")
