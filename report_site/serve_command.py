"""`rapport serve`: the report on this machine, or with a password on any."""

import click

from report_site.gates import Gate, OpenGate
from report_site.local import local_site
from report_site.local_sync import LocalSync
from report_site.password_gate import PasswordGate
from report_site.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, VARIABLE, PasswordHash
from report_site.server import is_this_machine, make_server
from shared.bucket import open_bucket
from shared.command_line import environment
from shared.errors import UsageError
from shared.log import Log
from shared.settings import Settings

LOOPBACK = "127.0.0.1"


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one."
)
@click.option(
    "--host",
    default=LOOPBACK,
    show_default=True,
    help="0.0.0.0: every address of this machine; needs a password.",
)
@click.option(
    "--make-password", is_flag=True, help="Ask for a password and print the setting that asks for it."
)
def serve(port: int, host: str, make_password: bool) -> None:
    """Show the built report on this machine; open pages come again when it is built again."""
    if make_password:
        click.echo(password_setting())
        return
    settings = Settings.read(environment())
    gate = choose_gate(host, settings.password_hash.reveal())
    bucket = open_bucket(settings.bucket_url)
    if bucket.stat(f"{settings.project}/site/index.html") is None:
        click.echo("No report has been built yet: run `rapport report` first.", err=True)
    local = LocalSync(lambda problem: click.echo(f"Sync: {problem}", err=True))
    site = local_site(bucket, settings.project, gate, local, Log.open(environment()))
    try:
        with make_server(site.answer, host, port) as server:
            click.echo(f"The report is at {_address(host, server.server_address[1])} (Ctrl+C ends).")
            if not is_this_machine(host):
                click.echo("It is not encrypted here: put a proxy that speaks TLS in front of it.")
            server.serve_forever()
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host} port {port}: {error.strerror or error}; choose another with --port"
        ) from error
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        local.stop()


def choose_gate(host: str, password_hash: str) -> Gate:
    """A password, where there is one, is asked for everywhere. Raises UsageError where one is missing."""
    if password_hash:
        return PasswordGate(PasswordHash.read(password_hash))
    if not is_this_machine(host):
        raise UsageError(
            f"{VARIABLE} is not set, and on {host} others could read the report",
            hint="Make it with `rapport serve --make-password`, or leave out --host.",
        )
    return OpenGate()


def password_setting() -> str:
    """Asks for a password twice, without showing it."""
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if len(password) < SHORTEST_PASSWORD:
        raise click.UsageError(f"A password needs at least {SHORTEST_PASSWORD} characters.")
    if len(password.encode()) > LONGEST_PASSWORD:
        raise click.UsageError(f"A password has at most {LONGEST_PASSWORD:,} bytes.")
    return f"{VARIABLE}='{PasswordHash.make(password)}'"


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
