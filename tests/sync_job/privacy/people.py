"""A newsletter with somebody in it about whom much is known, and the ways to let go of them."""

import sqlite3
from datetime import timedelta
from typing import Any

from demo import Newsletter, Row, email, event, stamp, subscriber, tag
from report_builder.build import build
from report_builder.warehouse import open_warehouse
from shared.project import read_project
from sync_job.counts import Counts
from sync_job.migrate import migrate
from sync_job.network import AddressHider
from sync_job.privacy.erasure import Erasure
from sync_job.sources.buttondown.ids import canonical_id, crockford, spelled
from sync_job.store import Store
from tests.sync_job.newsletters import SENT
from tests.sync_job.world import DATABASE, World

ANNA, BEFORE_ANNA, BEN = "anna.karenina@example.com", "anna.oblonsky@example.net", "ben@example.com"
NAMES = ("Karenina", "Arkadyevna", "steelworks", "gothenburg", "found-by-chance")
PERSONAL_URL = "https://example.com/letter?reader=anna.karenina%40example.com"
SHARED_URL = "https://example.com/station"
JOINED = SENT - timedelta(days=200)


def make_anna(**fields: Any) -> Row:
    return subscriber(
        ANNA,
        at=JOINED,
        metadata={"first_name": "Anna", "last_name": "Karenina", "patronymic": "Arkadyevna", "works": "steelworks"},
        country="gothenburg",
        referrer_url="https://example.com/found-by-chance",
        tags=["vip"],
        email_transitions=[
            {"date": stamp(SENT), "old_email_address": BEFORE_ANNA, "new_email_address": ANNA}
        ],
        **fields,
    )  # fmt: skip


def make_newsletter_with_anna() -> Newsletter:
    """Anna opened, clicked twice and bounced; Ben opened and clicked; one event of nobody."""
    anna, ben = make_anna(), subscriber(BEN, at=JOINED, tags=["vip"])
    issue = email("Issue 1", at=SENT)

    def did(minute: float, kind: str, who: Row | None, **fields: Any) -> Row:
        return event(kind, subscriber=who, email=issue, at=SENT + timedelta(minutes=minute), **fields)

    device = {"os": "iOS", "browser": "Mail"}
    return Newsletter(
        subscribers=[anna, ben],
        emails=[issue],
        tags=[tag("vip")],
        events=[
            did(0, "delivered", anna),
            did(1, "opened", anna, metadata={"ip_address": "203.0.113.77", **device}),
            did(2, "clicked", anna, url=PERSONAL_URL, metadata={"ip_address": "203.0.113.77", **device}),
            did(3, "clicked", anna, url=SHARED_URL, metadata={"ip_address": "203.0.113.77", **device}),
            did(4, "bounced", anna, metadata={"code": "soft", "mood": "annas-own-detail"}),
            did(0, "delivered", ben),
            did(5, "opened", ben, metadata={"ip_address": "198.51.100.9", **device}),
            did(6, "clicked", ben, url=SHARED_URL, metadata={"ip_address": "198.51.100.9", **device}),
            did(7, "opened", None),
        ],
    )


def erase(world: World, address: str = ANNA) -> Counts:
    hider = AddressHider(world.secret)
    return world.job(Erasure(address, hider).run, hider.fingerprint()).run().counts


def traces_of(row: Row) -> list[bytes]:
    """Every spelling of who they are that must not be in any byte."""
    uuid = canonical_id(row["id"]).uuid
    words = (ANNA, BEFORE_ANNA, ANNA.replace("@", "%40"), *NAMES, "annas-own-detail")
    texts = (*words, spelled(uuid), uuid.hex(), crockford(uuid))
    return [uuid, *(text.encode() for text in texts)]


def assert_gone(world: World, row: Row, *, events: int = 9) -> None:
    """No trace of Anna, and every event still counts."""
    kept = world.bucket.read("default/engagement.sqlite")[0]
    for trace in traces_of(row):
        assert trace.lower() not in kept.lower(), trace
    assert world.one("select count(*) from event_log") == events
    assert_nothing_dangles(world)


def assert_nothing_dangles(world: World) -> None:
    world.assert_sound()
    for table, column in (("details", "detail"), ("addresses", "address")):
        query = f"select count(*) from {table} where id not in (select {column} from events where {column} is not null)"
        assert world.one(query) == 0, table


def open_again(world: World, body: bytes) -> Store:
    """The store in these bytes, as a restored copy would be: private, migrated, its tombstones open."""
    path = world.folder / "restored.sqlite"
    path.write_bytes(body)
    database = sqlite3.connect(path, isolation_level=None)
    migrate(database)
    store = Store(database, Counts())
    store.tombstones.open(AddressHider(world.secret))
    return store


def built_site(world: World) -> dict[str, bytes]:
    """The report of the store as it is."""
    path = world.folder / "to_report.sqlite"
    world.bucket.download(DATABASE, path)
    with open_warehouse(path) as warehouse:
        return build(warehouse, world.now, store_bytes=1, settings=read_project(world.bucket, "default"))
