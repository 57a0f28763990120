"""Webhooks in the inbox of a test's project, as the collector would leave them."""

from typing import Any

from demo import Row
from demo.deliveries import write_body
from event_collector.payload import read_payload
from shared import inbox
from tests.sync_job.world import World


def tell(world: World, event_type: str, person: Row | str | None = None, **named: Any) -> str:
    """Leaves a webhook in the inbox, as the collector would."""
    webhook = read_payload(write_body(event_type, subscriber=person, **named), world.now)
    return inbox.put(world.bucket, "default", [webhook.as_record()], now=lambda: world.now)


def waiting(world: World) -> int:
    return len(list(inbox.listing(world.bucket, "default")))


def put_aside(world: World) -> list[str]:
    return [each.name for each in world.bucket.list("default/quarantine/")]
