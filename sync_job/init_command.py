"""`rapport init`: from a key to a newsletter that can be synced."""

import os
import sys
from contextlib import closing
from pathlib import Path

import click

from shared import command_line
from shared.command_line import environment
from shared.env_file import env_path, read_env, write_env
from shared.errors import SettingsError, UsageError
from shared.settings import Settings
from shared.web import PER_MINUTE
from sync_job.checks.provider import PERMISSION_FIX, TRACKING_FIX
from sync_job.checks.subject import patient_api, patient_client
from sync_job.ignored import is_at_risk
from sync_job.sources.buttondown.backfill import Offer, look

KEY = "BUTTONDOWN_API_KEY"
WHERE = "The key is in Buttondown under Settings, API; reading is all it needs."


@click.command("init")
@click.option("--force", is_flag=True, help="Replace a key that is kept already, without asking.")
def init(force: bool) -> int:
    """Ask for the key of your newsletter, check it, and keep it in a private .env in this folder.

    The key is taken from BUTTONDOWN_API_KEY if that is exported, else asked for without showing it, else (in a pipe)
    read from standard input. All commands then read .env of the folder they are called in; what is exported wins.
    With RAPPORT_PROJECT=NAME exported the key is kept in .env.NAME, for that newsletter alone.
    """
    environ = environment()
    path = env_path(os.environ, command_line.FOLDER)
    kept = read_env(path).get(KEY, "")
    key = _tidy(_ask(kept))
    settings = Settings.read({**environ, "RAPPORT_SECRET": "", "RAPPORT_BUCKET": "", KEY: key})
    with closing(patient_client(settings)) as client:
        offer = look(patient_api(client))
    click.echo(_offered(offer))
    if key == kept:
        click.echo(f"\n{path} holds this key already.")
    else:
        if kept and not force and not _may_replace(path):
            click.echo(f"\n{path} is as it was.")
            return 0
        _keep(path, key)
        click.echo(f"\nThe key is in {path}, which only you may read.")
    if is_at_risk(path):
        click.echo(
            f"Warning: git does not ignore {path.name}, and a commit could take the key with it. "
            f"Run: echo '{path.name}' >> .gitignore",
            err=True,
        )
    project = os.environ.get("RAPPORT_PROJECT", "").strip()
    before = f"RAPPORT_PROJECT={project} " if project else ""
    click.echo(
        f"\nNext:\n  {before}rapport sync\n  {before}rapport report\nThen `{before}rapport serve` shows it."
    )
    return 0


def _ask(kept: str) -> str:
    """The key as it was given: exported, typed without an echo, or piped in."""
    exported = os.environ.get(KEY, "")
    if exported.strip():
        return exported
    if not sys.stdin.isatty():
        given = sys.stdin.read()
        if given.strip() or kept:
            return given if given.strip() else kept
        raise UsageError(f"no key was given: export {KEY}, or pipe it in", hint=WHERE)
    click.echo(WHERE)
    asked = "Buttondown API key" + (" (Enter keeps the one there is)" if kept else "")
    typed: str = click.prompt(asked, hide_input=True, default=kept or None, show_default=False)
    return typed


def _tidy(given: str) -> str:
    """Without what a paste brings along. Raises SettingsError for what cannot be a key; the text itself is not told."""
    key = given.strip().strip("\"'").strip()
    for lead in (f"{KEY}=", "Token "):
        key = key.removeprefix(lead).strip().strip("\"'")
    if not key:
        raise UsageError("the key is empty", hint=WHERE)
    if any(sign.isspace() for sign in key):
        raise SettingsError([f"{KEY} has a space or a line break inside: paste the key alone, in one line"])
    return key


def _offered(offer: Offer) -> str:
    newsletter = offer.newsletter
    if newsletter is None:
        lines = [f"The key is accepted, but does not say which newsletter it is for. {PERMISSION_FIX}."]
    else:
        lines = [f"The key is for {newsletter.name!r}, time zone {newsletter.time_zone}."]
    if newsletter and newsletter.tracking is False:
        lines.append(f"Tracking is off, so nobody can be seen opening or clicking. {TRACKING_FIX}.")
    elif newsletter and newsletter.tracking:
        lines.append("Tracking is on: opens and clicks of what is sent are counted.")
    counts = (
        (offer.emails, "email sent", "emails sent"),
        (offer.people, "person", "people"),
        (offer.events, "event", "events"),
    )
    known = [f"{count:,} {one if count == 1 else more}" for count, one, more in counts if count is not None]
    if known:
        lines.append(f"It has {', '.join(known)}.")
    lines += [f"Warning: {refusal}" for refusal in offer.refused]
    minutes = "a minute" if offer.minutes == 1 else f"{offer.minutes:,} minutes"
    lines.append(
        f"The first sync makes about {offer.requests:,} requests: at least {minutes}, for Buttondown allows "
        f"{PER_MINUTE} a minute. It can be stopped and goes on from there; later ones take seconds."
    )
    return "\n".join(lines)


def _may_replace(path: Path) -> bool:
    if sys.stdin.isatty():
        return click.confirm(f"\n{path} holds another key. Replace it?", default=False)
    raise UsageError(f"{path} holds another key", hint="Run the same with --force to replace it.")


def _keep(path: Path, key: str) -> None:
    try:
        write_env(path, KEY, key)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}",
            hint=f"Nothing is kept. Call it in a folder of yours, or export {KEY} for every command.",
        ) from error
