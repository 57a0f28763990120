"""What else still holds people who were erased, for a while: older copies of the store, and pages."""

from collections.abc import Iterator

from shared import inbox
from shared.bucket import Bucket
from shared.project import Backups
from sync_job.backups.daily import FOLDER, dated_copies
from sync_job.backups.states import BEFORE_RESTORE
from sync_job.backups.thinning import gone_by

QUARANTINE = "quarantine"  # collected webhooks that could not be read


def copies_that_remain(bucket: Bucket, project: str, backups: Backups) -> Iterator[str]:
    """Sentences for the person who erased somebody: what holds them until when, and what makes that sooner."""
    yield "The pages published before show them until the next report: run `rapport report`."
    place = f"{bucket.url.rstrip('/')}/{project}"
    is_cloud = bucket.url.startswith("gs://")
    removing = "gcloud storage rm --all-versions" if is_cloud else "rm"
    if days := dict(dated_copies(bucket, project)):
        last = gone_by(max(days), backups)
        until = (
            f"until {last} if the newsletter goes on; they make way for newer ones alone, so a paused one keeps them"
            if last
            else "until you delete them"
        )
        yield (
            f"{_counted(len(days), 'daily copy', 'daily copies')} in backups/ may hold them {until}. "
            f"Sooner: {removing} {place}/{FOLDER}/2*.sqlite (restoring one does not bring them back)."
        )
    if kept := sum(1 for _ in bucket.list(f"{project}/{FOLDER}/{BEFORE_RESTORE}")):
        yield (
            f"{_counted(kept, 'file', 'files')} kept by `rapport restore` may hold them until you delete them: "
            f"{removing} {place}/{FOLDER}/{BEFORE_RESTORE}*.sqlite"
        )
    if kept := sum(1 for _ in bucket.list(f"{project}/{QUARANTINE}/")):
        yield (
            f"{_counted(kept, 'batch', 'batches')} of webhooks in {QUARANTINE}/, which could not be read, "
            f"may name them until you delete them: {removing} {place}/{QUARANTINE}/*/*"
        )
    if is_cloud:
        yield (
            "Cloud Storage keeps older and deleted versions of all of these, of the store, of the pages and data "
            "files in site/ and of webhooks, as many and as long as the bucket is set to, soft delete included "
            "(`rapport deploy` sets the last ten, for a week, and no soft delete). "
            f"`gcloud storage ls --all-versions '{place}/**'` lists them, the newest of each last. Keep that one where "
            "the object is still there; remove the others with `gcloud storage rm` and the names it tells."
        )
    if any(True for _ in inbox.listing(bucket, project)):
        yield "The inbox has events that are not synced yet: `rapport sync` takes them in without the person."
    yield "If Buttondown still knows them, delete them there, too. Export files of your own are yours to delete."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
