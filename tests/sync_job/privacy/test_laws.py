"""Whatever happens in whatever order: who was erased is in no byte, everybody else is whole, and every event counts."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo import Newsletter, Row, dashed, email, event, serve, stamp, subscriber, write_export
from demo.exports import Collection
from shared.bucket.folder import FolderBucket
from sync_job.network import AddressHider
from sync_job.privacy.erasure import erase_again
from sync_job.privacy.tombstones import Tombstones
from sync_job.sources.buttondown.ids import canonical_id, crockford, spelled
from tests.sync_job.exports.files import import_files
from tests.sync_job.privacy.people import assert_nothing_dangles, erase, open_again
from tests.sync_job.world import DATABASE, NOON, World, true_event, true_person

PEOPLE = 4
BOUNDED = settings(
    max_examples=8,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WHO = st.integers(0, PEOPLE - 1)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["sync", "full", "import", "reissue", "copy", "restore"]), st.just(0)),
    st.tuples(st.sampled_from(["erase", "erase", "act", "move", "return"]), WHO),
)


class Lives:
    """A newsletter whose people act, move, are erased and return; no two ever had the same address at once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people: list[Row] = world.newsletter.subscribers
        self.now: dict[int, Row] = dict(enumerate(self.people))
        self.erased: dict[str, set[str]] = {}  # ids, with every address they had
        self.copy: bytes | None = None
        self.is_reissued = False

    def take(self, step: str, who: int) -> None:
        world, row = self.world, self.now[who]
        if step in ("sync", "full"):
            world.sync(full=step == "full")
        elif step == "import":
            names: tuple[Collection, ...] = ("events", "emails", "subscribers")
            import_files(
                world, *(write_export(world.newsletter, each, world.folder / each) for each in names)
            )
        elif step == "reissue" and not self.is_reissued:  # as the provider did, once
            self.is_reissued = True
            world.newsletter.reissue_event_ids("em_evt")
        elif step == "act":
            self._act(row)
        elif step == "move" and row["id"] not in self.erased:
            old, new = row["email_address"], f"moved{len(row['email_transitions'])}.{row['email_address']}"
            row["email_address"] = new
            change = {"date": stamp(world.now), "old_email_address": old, "new_email_address": new}
            row["email_transitions"] = [*row["email_transitions"], change]
        elif step == "erase" and world.generation():
            if erase(world, row["email_address"]).subscribers_erased:
                self.erased[row["id"]] = _addresses(row)
        elif step == "return" and row["id"] in self.erased:
            self.people.remove(row)
            self.now[who] = subscriber(row["email_address"], at=world.now)
            self.people.append(self.now[who])
            self._act(self.now[who])
        elif step == "copy" and world.generation():
            self.copy = world.bucket.read(DATABASE)[0]
        elif step == "restore" and self.copy:
            self._restore(self.copy)
        world.newsletter.touch()
        world.later(days=1, hours=1)

    def check_bytes(self) -> None:
        kept = self.world.bucket.read(DATABASE)[0].lower() if self.world.generation() else b""
        living = {
            address for row in self.people if row["id"] not in self.erased for address in _addresses(row)
        }
        for given_id, addresses in self.erased.items():
            uuid = canonical_id(given_id).uuid
            for trace in (uuid, *(each.encode() for each in (spelled(uuid), uuid.hex(), crockford(uuid)))):
                assert trace not in kept
            for address in addresses - living:
                assert address.encode() not in kept

    def check_whole(self) -> None:
        world, newsletter = self.world, self.world.newsletter
        world.sync(full=True)
        self.check_bytes()
        assert_nothing_dangles(world)
        linked = {
            true_event(row)[:2]: None if row["subscriber_id"] in self.erased else dashed(row["subscriber_id"])
            for row in newsletter.events
        }  # no two happened at once, and ids may have been given anew
        assert len(linked) == len(newsletter.events) == len(world.events())
        assert {row[:2]: row[2] for row in world.events().values()} == linked
        there = {dashed(row["id"]): true_person(row) for row in self.people if row["id"] not in self.erased}
        assert world.people() == there

    def _act(self, row: Row) -> None:
        world, issue = self.world, self.world.newsletter.emails[0]
        url = f"https://example.com/{row['email_address']}"
        for minute, kind in enumerate(("opened", "clicked"), start=len(world.newsletter.events)):
            at = world.now - timedelta(minutes=minute)
            given = url if kind == "clicked" else None
            world.newsletter.events.append(event(kind, subscriber=row, email=issue, at=at, url=given))

    def _restore(self, body: bytes) -> None:
        world, hider = self.world, AddressHider(self.world.secret)
        newer = open_again(world, world.bucket.read(DATABASE)[0])
        stones = Tombstones.read(newer.database, hider)
        newer.database.close()
        store = open_again(world, body)
        erase_again(store, stones)
        store.database.close()
        world.bucket.write(DATABASE, (world.folder / "restored.sqlite").read_bytes())


def _addresses(row: Row) -> set[str]:
    return {row["email_address"], *(each["old_email_address"] for each in row["email_transitions"])}


@BOUNDED
@given(st.lists(STEPS, min_size=4, max_size=12))
def test_the_erased_stay_erased_and_all_else_is_whole(steps: list[tuple[str, int]]) -> None:
    people = [
        subscriber(f"person{number}@example.com", at=NOON - timedelta(days=90)) for number in range(PEOPLE)
    ]
    newsletter = Newsletter(subscribers=people, emails=[email("Issue 1", at=NOON - timedelta(days=9))])
    with tempfile.TemporaryDirectory() as folder, serve(newsletter) as api:
        lives = Lives(World(api, FolderBucket(Path(folder) / "data"), Path(folder)))
        for number in range(PEOPLE):
            lives.take("act", number)
        for step in [("sync", 0), *steps]:
            lives.take(*step)
            lives.check_bytes()
        lives.check_whole()
