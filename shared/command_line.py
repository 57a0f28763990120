"""From errors to words and exit codes: the same for every door into Rapport."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from shared.env_file import read_settings_of
from shared.errors import LeaseHeld, RapportError, SettingsError
from shared.log import Log

FOLDER = Path()  # whose .env is read: the one a command is called in


def environment() -> dict[str, str]:
    """The settings of every command: what is exported, and below it what the `.env` of this folder says.

    The jobs on the cloud have no such file, so nothing but their own variables counts there. Raises SettingsError.
    """
    return read_settings_of(FOLDER, os.environ)


def run(command: click.Command, name: str) -> NoReturn:
    """Runs a command under a name and exits: 0 done, 1 failed or incomplete and worth a retry, 2 wrong usage or
    settings."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = command.main(prog_name=name, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(1)
    except RapportError as error:
        _explain(error)
        sys.exit(error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: RapportError) -> None:
    try:
        log = Log.open(environment())
    except SettingsError:  # .env is what is wrong
        log = Log.open(os.environ)
    lines = error.faults if isinstance(error, SettingsError) else (str(error),)
    if log.readable:
        for line in lines:
            log.error(line)
        if error.hint:
            click.echo(f"  {error.hint}", err=True)
    else:
        facts = {"hint": error.hint} if error.hint else {}
        if isinstance(error, LeaseHeld):
            facts["owner"] = error.owner
        log.error("; ".join(lines), **facts)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """Cloud Run gives ten seconds: leave now, releasing the lease on the way out, and keeping what that allows."""
    raise SystemExit(1)
