"""The report job: fetch the database, build the site, publish it."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from report_builder.build import build_site
from report_builder.pages.segments import segment_doubts
from report_builder.publish import Published, publish
from report_builder.reading import read
from report_builder.warehouse import open_warehouse
from shared.bucket import Bucket, open_bucket
from shared.database_file import open_snapshot
from shared.errors import NotFound
from shared.lease import Lease
from shared.project import ProjectSettings, read_project

UPLOADS = 8  # at the same time, where each is a request


@dataclass(frozen=True)
class Report:
    """What a run made: how many files of how many bytes, and what of it had to be written."""

    files: int
    size: int
    published: Published
    is_empty: bool  # there was no database yet
    doubts: tuple[str, ...] = ()  # segments of project.toml that match nobody


def build_report(bucket: Bucket, project: str, now: datetime, out: Path | None = None) -> Report:
    """Builds the report of a project into its site/ folder in the bucket, or into the folder `out` instead.

    A project without a database gets pages that say how to begin. Raises SettingsError for a faulty project.toml,
    LeaseHeld when another build is at work, BucketError and DatabaseBroken.
    """
    settings = read_project(bucket, project)
    with Lease(bucket, f"{project}/leases/report_builder.json", owner="report") as lease:
        report = _build(bucket, project, settings, now, out)
        lease.check()
    return report


def _build(
    bucket: Bucket, project: str, settings: ProjectSettings, now: datetime, out: Path | None
) -> Report:
    with tempfile.TemporaryDirectory(prefix="rapport-report-") as folder:
        store = _fetch_store(bucket, project, Path(folder) / "engagement.sqlite")
        last_run = _read_if_there(bucket, f"{project}/last_run.json")
        size = store.stat().st_size if store else 0
        with open_warehouse(store) as warehouse:
            reading = read(warehouse, now, last_run, size, settings)
            files, doubts = build_site(reading), tuple(segment_doubts(reading))
    if out is not None:
        published = publish(open_bucket(str(out)), "", files, is_ours=False)
    else:
        published = publish(
            bucket, f"{project}/site/", files, workers=UPLOADS if bucket.url.startswith("gs://") else 1
        )
    return Report(len(files), sum(map(len, files.values())), published, is_empty=store is None, doubts=doubts)


def _fetch_store(bucket: Bucket, project: str, path: Path) -> Path | None:
    try:
        open_snapshot(bucket, f"{project}/engagement.sqlite", path)
    except NotFound:
        return None
    return path


def _read_if_there(bucket: Bucket, name: str) -> bytes | None:
    try:
        return bucket.read(name)[0]
    except NotFound:
        return None
