"""The demo newsletter's store, made by the real sync over real HTTP."""

from pathlib import Path

from demo import make_newsletter, serve
from shared.bucket.folder import FolderBucket
from shared.database_file import open_snapshot
from tests.report_builder.stores import NOW
from tests.sync_job.world import DATABASE, World

SUBSCRIBERS, EMAILS, SEED = 160, 14, 20


def demo_store(path: Path) -> Path:
    newsletter = make_newsletter(until=NOW, seed=SEED, subscribers=SUBSCRIBERS, emails=EMAILS)
    with serve(newsletter) as api:
        world = World(api, FolderBucket(path.with_suffix(".bucket")), path.parent, now=NOW)
        world.sync()
        open_snapshot(world.bucket, DATABASE, path)
    return path
