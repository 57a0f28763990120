"""What else still holds people who were erased, for a while: older copies of the store, and pages."""

from collections.abc import Iterator
from datetime import date

from shared import inbox
from shared.bucket import Bucket
from sync_job.times import add_months

MONTHS_OF_COPIES = 6  # monthly copies are kept so long, and the last one may be a month old when it counts


def copies_that_remain(bucket: Bucket, project: str, today: date) -> Iterator[str]:
    """Sentences for the person who erased somebody: what holds them until when, and what makes that sooner."""
    yield "The pages published before show them until the next report: run `rapport report`."
    place = f"{bucket.url.rstrip('/')}/{project}"
    is_cloud = bucket.url.startswith("gs://")
    copies = [each.name for each in bucket.list(f"{project}/backups/") if each.name.endswith(".sqlite")]
    if copies:
        last = add_months(today, MONTHS_OF_COPIES + 1)
        many = "1 daily copy" if len(copies) == 1 else f"{len(copies)} daily copies"
        remove = (
            f"gcloud storage rm '{place}/backups/*.sqlite'" if is_cloud else f"rm {place}/backups/*.sqlite"
        )
        yield (
            f"{many} in backups/ may hold them until {last} at the latest, when the last monthly one goes. "
            f"Sooner: {remove}. (Restoring one does not bring them back.)"
        )
    if is_cloud:
        yield (
            "Cloud Storage keeps older versions of engagement.sqlite, as many as the bucket is set to, and a deleted "
            f"one as long as its soft delete says. `gcloud storage ls --all-versions {place}/engagement.sqlite` "
            "lists them, newest last; remove all but the newest with `gcloud storage rm` and the names it tells."
        )
    if any(True for _ in inbox.listing(bucket, project)):
        yield "The inbox has events that are not synced yet: `rapport sync` takes them in without the person."
    yield "If Buttondown still knows them, delete them there, too. Export files of your own are yours to delete."
