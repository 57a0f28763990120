"""What machines do with a delivered issue before or without any reader: gateways and image proxies."""

from __future__ import annotations

from random import Random

from demo.world.clock import HOUR, MINUTE, SECOND
from demo.world.issues import Issue
from demo.world.log import Log
from demo.world.networks import GATEWAYS, draw_apple, draw_google
from demo.world.people import Person

APPLE_FETCHES = 0.9  # of all deliveries, read or not
GOOGLE_PREFETCHES = 0.03


def pass_filters(rng: Random, issue: Issue, person: Person, delivered: int, log: Log) -> None:
    if person.company in GATEWAYS:
        scan(rng, issue, person, delivered, log)
    elif person.mailbox == "apple" and rng.random() < APPLE_FETCHES:
        # the phone loads images when it is charging or just awake: seconds to hours later
        wait = min(30 * HOUR, int(rng.lognormvariate(3.6, 1.9) * MINUTE))
        metadata = {"ip_address": draw_apple(rng), "os": "", "browser": ""}
        log.add("opened", delivered + wait, person.id, issue.id, metadata, cause="apple_proxy")
    elif person.mailbox == "google" and rng.random() < GOOGLE_PREFETCHES:
        log.add(
            "opened",
            delivered + rng.randrange(SECOND, 8 * SECOND),
            person.id,
            issue.id,
            {"ip_address": draw_google(rng), "os": "", "browser": "GoogleImageProxy"},
            cause="google_proxy",
        )


def scan(rng: Random, issue: Issue, person: Person, delivered: int, log: Log) -> None:
    """Every link of the issue, the footer's too, in one sweep; sometimes the pixel as well."""
    gateway = GATEWAYS[person.company]
    if rng.random() > gateway.chance:
        return
    start = delivered + rng.randrange(gateway.earliest, gateway.latest)
    system, browser = gateway.agent
    origin = {"ip_address": gateway.address, "os": system, "browser": browser}
    if rng.random() < 0.5:
        log.add("opened", start, person.id, issue.id, dict(origin), cause="scanner")
    for url in issue.links:
        instant = start + rng.randrange(gateway.sweep)
        log.add("clicked", instant, person.id, issue.id, {"url": url, **origin}, cause="scanner")
