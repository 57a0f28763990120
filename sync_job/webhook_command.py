"""`rapport webhook register | list | remove`: Buttondown's end of the webhooks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from shared.command_line import environment
from shared.errors import SettingsError, UsageError
from shared.settings import Settings
from sync_job.sources.buttondown.api import ButtondownApi, connect
from sync_job.sources.buttondown.webhook_registry import WebhookRegistry, address

ID = re.compile(r"[A-Za-z0-9_-]{1,60}")


@click.group("webhook")
def webhook() -> None:
    """Let Buttondown tell your event collector what happens, so that syncs know sooner whom to ask for."""


@webhook.command()
@click.argument("url")
def register(url: str) -> None:
    """Register the collector at URL (its https:// address), or put right what is registered for it.

    The webhook signs with BUTTONDOWN_WEBHOOK_KEY, which must be the collector's as well.
    """
    settings = Settings.read(environment())
    if not settings.buttondown_webhook_key:
        raise SettingsError(
            ["BUTTONDOWN_WEBHOOK_KEY is not set: it must be the very key that the event collector has"]
        )
    with _registry(settings) as registry:
        row, is_changed = registry.register(address(url), settings.buttondown_webhook_key)
    click.echo(f"{'Registered' if is_changed else 'Already registered'}: {_described(row)}")


@webhook.command("list")
def list_webhooks() -> None:
    """Say which webhooks there are, and how their latest deliveries went."""
    with _registry(Settings.read(environment())) as registry:
        rows = registry.all()
        for row in rows:
            click.echo(_described(row))
            for line in _history(registry.attempts(str(row["id"]))):
                click.echo(f"  {line}")
            if row.get("status") == "disabled":
                click.echo("  Buttondown sends nothing: once the collector answers, register it again.")
    if not rows:
        click.echo("There are no webhooks: make one with `rapport webhook register URL`.")


@webhook.command()
@click.argument("webhook_id", metavar="ID")
def remove(webhook_id: str) -> None:
    """Remove the webhook with this ID (see `list`)."""
    if not ID.fullmatch(webhook_id):
        raise UsageError(f"{webhook_id!r} is no id of a webhook: see `rapport webhook list`")
    with _registry(Settings.read(environment())) as registry:
        if not registry.remove(webhook_id):
            raise UsageError(f"there is no webhook {webhook_id}: see `rapport webhook list`")
    click.echo(f"Removed {webhook_id}.")


@contextmanager
def _registry(settings: Settings) -> Iterator[WebhookRegistry]:
    if not settings.buttondown_api_key:
        raise SettingsError(["BUTTONDOWN_API_KEY is not set: copy the key from Buttondown, Settings, API"])
    client = connect(settings.buttondown_api_url, settings.buttondown_api_key)
    try:
        yield WebhookRegistry(ButtondownApi(client))
    finally:
        client.close()


def _described(row: dict[str, Any]) -> str:
    """One line; the signing key itself, which the API gives away, is never shown."""
    signed = "signed" if row.get("signing_key") else "NOT SIGNED"
    return f"{row['id']}  {row['status']}, {signed}, {len(row.get('event_types') or [])} event types  {row['url']}"


def _history(attempts: list[dict[str, Any]]) -> Iterator[str]:
    if not attempts:
        yield "no deliveries yet"
        return
    failed = [each for each in attempts if each.get("status") == "failed"]
    yield f"latest deliveries: {len(attempts) - len(failed)} of {len(attempts)} did not fail"
    if failed:
        yield f"last failure: {failed[0].get('creation_date')} {failed[0].get('error_message') or ''}".rstrip()
