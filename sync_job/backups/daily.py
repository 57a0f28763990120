"""One copy of the store for each day (UTC) on which it changes, of the state before the first change.

What one wants back after a bad day is how the day began, and a copy made after the first run would already hold what
that run did. So the checked-out generation is copied, which has passed its check, before it is replaced. Only the
first day has nothing before: its copy is what the first run brought.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

from shared.bucket import MUST_NOT_EXIST, Bucket, Stat
from shared.errors import BucketError, GenerationConflict, NotFound, SettingsError
from shared.project import Backups, read_project
from sync_job.backups.thinning import days_to_keep

FOLDER = "backups"
DATED = re.compile(r"(\d{4}-\d\d-\d\d)\.sqlite")


class DailyCopies:
    """`now` is aware, UTC; `warn` is told in words what could not be done, for no run fails because of its copy.

    How many stay is read from project.toml when a copy is due: whichever command makes it, none thins by other rules.
    """

    def __init__(
        self,
        bucket: Bucket,
        project: str,
        now: Callable[[], datetime],
        warn: Callable[[str], None],
    ) -> None:
        self._bucket = bucket
        self._project = project
        self._now = now
        self._warn = warn
        self._seen_to: date | None = None

    def keep(self, generation: int) -> None:
        """Copies this generation of the store, if today has no copy yet, and thins out older copies."""
        today = self._now().date()
        if self._seen_to == today:
            return
        self._seen_to = today
        copy = f"{self._project}/{FOLDER}/{today}.sqlite"
        try:
            if self._bucket.stat(copy):
                return
            backups = read_project(self._bucket, self._project).backups
            if backups.are_made:
                self._bucket.copy(
                    f"{self._project}/engagement.sqlite",
                    copy,
                    generation=generation,
                    if_generation=MUST_NOT_EXIST,
                )
                self._thin_out(backups)
        except (NotFound, GenerationConflict):
            return  # another run was quicker: it has made the copy, or our commit is about to lose as well
        except (BucketError, SettingsError) as error:
            self._warn(f"today's copy in {self._project}/{FOLDER} could not be made: {error.explained}")

    def _thin_out(self, backups: Backups) -> None:
        copies = dict(dated_copies(self._bucket, self._project))
        for day in copies.keys() - days_to_keep(copies, backups):
            try:
                self._bucket.delete(copies[day].name, if_generation=copies[day].generation)
            except GenerationConflict:
                continue  # somebody put another file there: not the one we judged
            except BucketError as error:
                self._warn(f"the old copy {copies[day].name} could not be removed: {error.explained}")


def dated_copies(bucket: Bucket, project: str) -> Iterator[tuple[date, Stat]]:
    """The day and the object of each, and nothing else that lies beside them."""
    folder = f"{project}/{FOLDER}/"
    for found in bucket.list(folder):
        day = dated(found.name.removeprefix(folder))
        if day:
            yield day, found


def dated(file_name: str) -> date | None:
    """The day of "2026-08-20.sqlite"; None for any other name."""
    match = DATED.fullmatch(file_name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
