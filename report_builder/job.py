"""The report job: fetch the database, build the site, publish it."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from report_builder.build import build_site
from report_builder.clock import Clock
from report_builder.datasets import status_data
from report_builder.inputs import Inputs, code_version, known_odds, settings_version, written_odds
from report_builder.pages.segments import segment_doubts
from report_builder.pages.status import STATUS
from report_builder.publish import Published, publish, publish_again, read_manifest
from report_builder.reading import read
from report_builder.warehouse import open_warehouse
from shared.alerts import Facts
from shared.bucket import Bucket, Stat, open_bucket
from shared.database_file import open_snapshot
from shared.errors import NotFound
from shared.last_run import LastRun, fetch_last_run, looked_ms
from shared.lease import Lease
from shared.project import ProjectSettings, read_project

UPLOADS = 8  # at the same time, where each is a request


@dataclass(frozen=True)
class Report:
    """What a run made: how many files of how many bytes, and what of it had to be written."""

    files: int
    size: int  # of what was made, in bytes
    published: Published
    is_empty: bool  # there was no database yet
    doubts: tuple[str, ...] = ()  # segments of project.toml that match nobody


@dataclass(frozen=True)
class Place:
    """Where the site goes; a folder somebody named is not all `is_ours`."""

    bucket: Bucket
    prefix: str
    is_ours: bool = True


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
    place = Place(bucket, f"{project}/site/") if out is None else Place(open_bucket(str(out)), "", False)
    run, code = fetch_last_run(bucket, project), code_version()
    if report := _same_again(place, bucket.stat(f"{project}/engagement.sqlite"), settings, code, run, now):
        return report
    with tempfile.TemporaryDirectory(prefix="rapport-report-") as folder:
        path = Path(folder) / "engagement.sqlite"
        generation = _fetch_store(bucket, project, path)
        store = path if generation else None
        size = path.stat().st_size if generation else 0
        with open_warehouse(store) as warehouse:
            reading = read(warehouse, now, run, size, settings)
            files, doubts = build_site(reading), tuple(segment_doubts(reading))
    inputs = Inputs(
        generation, settings_version(settings), code, reading.clock.zone, reading.facts.synced_ms,
        reading.facts.last_ms, written_odds(reading.odds), reading.clock.now_ms,
    )  # fmt: skip
    published = publish(
        place.bucket, place.prefix, files, inputs=inputs, is_ours=place.is_ours,
        workers=UPLOADS if place.bucket.url.startswith("gs://") else 1,
    )  # fmt: skip
    return Report(len(files), sum(map(len, files.values())), published, is_empty=store is None, doubts=doubts)


def _same_again(
    place: Place, store: Stat | None, settings: ProjectSettings, code: str, run: LastRun | None, now: datetime
) -> Report | None:
    """When the report that is there was made of what there is now, only how fresh it is may have changed."""
    before = read_manifest(place.bucket, place.prefix)
    made_of = before.inputs
    chosen = settings_version(settings)
    if not store or not made_of or not made_of.are_still(store.generation, chosen, code, run, now):
        return None
    clock, looked = Clock(now, made_of.zone), looked_ms(made_of.synced_ms, run, now)
    facts = Facts(looked, run, known_odds(made_of.odds), store.size, settings.alerting.no_sync_hours)
    files = {STATUS: status_data(facts, made_of.newest_ms, clock)}
    published = publish_again(place.bucket, place.prefix, before, files, is_ours=place.is_ours)
    if published is None:
        return None
    return Report(len(before.files), published.bytes_written, published, is_empty=False)


def _fetch_store(bucket: Bucket, project: str, path: Path) -> int:
    """The generation of the database that is now at `path`; 0 if there is none."""
    try:
        return open_snapshot(bucket, f"{project}/engagement.sqlite", path)
    except NotFound:
        return 0
