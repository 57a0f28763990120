"""`rapport demo`: the whole tool on a made-up newsletter. The one place that joins the components, as a user would."""

import os
import shutil
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

import click

from demo import Newsletter, make_newsletter
from demo import serve as serve_api

KEY = "demo-key"
PROJECT = "demo"
SETTINGS = "project.toml"


@click.command("demo")
@click.option("--port", default=8000, show_default=True, help="Where to serve the report on this machine.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("rapport-demo"),
    show_default=True,
    help="Where the demo's data goes; its project is made anew each time, but for its project.toml.",
)
@click.option(
    "--subscribers", default=3000, show_default=True, type=click.IntRange(1), help="How many people."
)
@click.option("--emails", default=100, show_default=True, type=click.IntRange(1), help="How many issues.")
@click.option(
    "--serve/--no-serve", "serves", default=True, help="Serve the report at the end, or only build it."
)
def demo(port: int, folder: Path, subscribers: int, emails: int, serves: bool) -> int:
    """Sync a made-up newsletter over real HTTP, build its report and serve it."""
    from report_builder.commands import report
    from report_site.serve_command import serve
    from sync_job.commands import sync

    if serves:
        check_port(port)
    click.echo(f"Making up a newsletter with {subscribers:,} people and {emails:,} issues ...")
    until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    newsletter = make_newsletter(until=until, subscribers=subscribers, emails=emails)
    make_project(folder / PROJECT, notes_of(newsletter, until.date()))
    with serve_api(newsletter, key=KEY) as api:
        click.echo(f"Its API answers at {api.url}")
        settings = {
            "RAPPORT_BUCKET": str(folder),
            "RAPPORT_PROJECT": PROJECT,
            "BUTTONDOWN_API_KEY": KEY,
            "BUTTONDOWN_API_URL": api.url,
        }
        with environment(settings):
            click.echo("\n$ rapport sync")
            code: int = sync.main([], standalone_mode=False)
            if code:
                return code
            click.echo("\n$ rapport report")
            report.main([], standalone_mode=False)
            database = folder / PROJECT / "engagement.sqlite"
            click.echo(
                f"\nEverything is in {database}: open it with any SQLite tool and begin with event_log."
            )
            if serves:  # while the API answers: the status page can start a sync
                click.echo("\n$ rapport serve")
                serve.main(["--port", str(port)], standalone_mode=False)
    return 0


def notes_of(newsletter: Newsletter, today: date) -> Mapping[date, str]:
    """Notes for the curves; the demo's days move with today, and so do these."""
    notes = {today - timedelta(weeks=5): "New design of the emails"}
    joined = Counter(row["creation_date"][:10] for row in newsletter.subscribers if row["source"] != "import")
    if joined:
        busiest = max(joined, key=lambda day: (joined[day], day))
        notes[date.fromisoformat(busiest)] = "The day most readers joined: a weblog linked to us"
    return dict(sorted(notes.items()))


def make_project(folder: Path, notes: Mapping[date, str]) -> None:
    """Empties the project's folder but for its settings, which somebody may have changed to try something."""
    settings = folder / SETTINGS
    written = settings.read_bytes() if settings.is_file() else None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings.write_bytes(written or (resources.files("demo") / SETTINGS).read_bytes() + _toml(notes))


def _toml(notes: Mapping[date, str]) -> bytes:
    return "".join(f'\n[[note]]\non = {day}\ntext = "{text}"\n' for day, text in notes.items()).encode()


def check_port(port: int) -> None:
    """Better now than after all the work."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on port {port}: {error.strerror}; choose another with --port"
            ) from error


@contextmanager
def environment(settings: Mapping[str, str]) -> Iterator[None]:
    """The commands read their settings where a user would set them."""
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
