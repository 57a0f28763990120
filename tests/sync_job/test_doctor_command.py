"""`rapport doctor`: each thing that can be wrong is found by it, told with its fix, and hides nothing else."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from demo import newsletter_row
from shared.bucket.naming import CLOCK
from shared.env_file import write_env
from sync_job.checks import CHECKS
from tests.fake_gcs import FakeCloudStorage
from tests.sync_job.owner import Owner

LONG = "a secret that is long enough to be one of ours"
AUDIENCE = "/projects/123456789/locations/europe-west1/services/report-site"


@pytest.fixture
def synced(owner: Owner) -> Owner:
    """With a key, a store, and what a report says of itself."""
    write_env(owner.env, "BUTTONDOWN_API_KEY", "demo-key")
    owner.done("sync")
    ended = json.loads(owner.bucket.read("default/last_run.json")[0])["finished_at"]
    owner.bucket.write("default/site/data/status.json", json.dumps({"synced_at": ended}).encode())
    return owner


def states(found: dict[str, tuple[str, str, str]]) -> dict[str, str]:
    return {check: state for check, (state, _, _) in found.items() if state != "ok"}


def database(owner: Owner) -> Path:
    return owner.bucket.root / "default" / "engagement.sqlite"


def test_when_all_is_well_it_says_so(synced: Owner) -> None:
    synced.done("report")
    before = {stat.name: stat.generation for stat in synced.bucket.list()}
    said = synced.done("doctor")
    assert said.rstrip().endswith("All is well.")
    assert "✓ key             it is accepted, and for the newsletter 'Letters'" in said
    assert "✓ tracking        Buttondown tracks opens and clicks" in said
    assert {stat.name: stat.generation for stat in synced.bucket.list()} == before, (
        "nothing stays of the probe"
    )
    assert states(synced.doctor()) == {}


def test_an_empty_folder_stays_empty_and_is_told_how_to_begin(owner: Owner) -> None:
    result = owner.run("doctor")
    assert result.return_value == 1
    assert "✗ key" in result.output
    assert "→ rapport init" in result.output
    assert list(owner.folder.iterdir()) == []


def test_for_machines_it_is_one_object(synced: Owner) -> None:
    told = json.loads(synced.done("doctor", "--json"))
    assert (told["kind"], told["version"], told["ok"]) == ("doctor", 1, True)
    assert all(each.keys() == {"check", "state", "reason", "fix"} for each in told["checks"])


def test_a_key_that_is_refused_is_a_problem_and_the_rest_is_checked(synced: Owner) -> None:
    write_env(synced.env, "BUTTONDOWN_API_KEY", "another-key")
    found = synced.doctor()
    assert states(found) == {"key": "problem", "tracking": "not checked"}
    assert "Copy the key again" in found["key"][2]


def test_the_key_of_another_newsletter_is_a_problem(synced: Owner) -> None:
    synced.world.newsletter.newsletter = newsletter_row("Others")
    found = synced.doctor()
    assert states(found) == {"key": "problem"}
    assert "'Others', but this store holds 'Letters'" in found["key"][1]


def test_tracking_that_is_off_is_a_problem(synced: Owner) -> None:
    synced.world.newsletter.newsletter["enabled_features"] = ["archives"]
    found = synced.doctor()
    assert states(found) == {"tracking": "problem"}
    assert "https://buttondown.com/settings/tracking" in found["tracking"][2]


def test_a_key_that_may_not_tell_its_newsletter_is_a_warning(synced: Owner) -> None:
    synced.world.api.faults.denied_silently = {"newsletters"}
    assert states(synced.doctor()) == {"key": "warning", "tracking": "not checked"}


def test_a_network_that_is_down_hides_nothing_else(synced: Owner) -> None:
    synced.world.api.faults.on(path="/accounts/me", request=None, reset=True)
    found = synced.doctor()
    assert states(found) == {"key": "problem", "tracking": "not checked"}
    assert found["store"][0] == "ok"


def test_a_broken_store_is_a_problem(synced: Owner) -> None:
    database(synced).write_bytes(b"not a database")
    found = synced.doctor()
    assert found["store"][0] == "problem"
    assert "not a SQLite file" in found["store"][1]
    assert "rapport restore" in found["store"][2]
    assert found["key"][0] == "ok"


def test_a_damaged_page_is_a_problem(synced: Owner) -> None:
    body = bytearray(database(synced).read_bytes())
    body[len(body) // 2 :] = bytes(len(body) - len(body) // 2)
    database(synced).write_bytes(body)
    assert synced.doctor()["store"][0] == "problem"


def test_a_file_that_is_no_store_is_a_problem(synced: Owner) -> None:
    database(synced).unlink()
    with closing(sqlite3.connect(database(synced))) as other:
        other.execute("create table a (b)")
    found = synced.doctor()
    assert found["store"][0] == "problem"
    assert "no such table" in found["store"][1]


@pytest.mark.parametrize(("version", "state"), [(0, "ok"), (99, "problem")])
def test_the_schema_is_compared(synced: Owner, version: int, state: str) -> None:
    with closing(sqlite3.connect(database(synced))) as store:
        store.execute(f"pragma user_version = {version}")
    found = synced.doctor()
    assert found["schema"][0] == state
    assert ("the next sync brings it" in found["schema"][1]) is (version == 0)


def test_another_secret_is_a_problem(synced: Owner) -> None:
    synced.export(RAPPORT_SECRET=LONG)
    assert states(synced.doctor()) == {"secret": "problem"}


def test_a_secret_that_is_lost_is_a_problem(synced: Owner) -> None:
    (synced.bucket.root / "secret.key").unlink()
    found = synced.doctor()
    assert states(found) == {"secret": "problem"}
    assert "secret.key is missing" in found["secret"][1]
    assert not (synced.bucket.root / "secret.key").exists()


def test_a_project_file_with_mistakes_is_told_by_its_lines(synced: Owner) -> None:
    synced.bucket.write("default/project.toml", b"[privcy]\n[alerts]\nno_sync_hours = 0\n")
    result = synced.run("doctor")
    assert result.return_value == 1
    assert "project.toml line 1: [privcy] is not a setting; did you mean privacy?" in " ".join(
        result.output.split()
    )
    assert "project.toml line 3: alerts.no_sync_hours must be" in " ".join(result.output.split())


def test_a_run_that_failed_and_one_that_is_late_are_problems(synced: Owner) -> None:
    synced.note(outcome="failed", command="sync", run_id="x", problems=["The disk is full."])
    found = synced.doctor()
    assert found["runs"][0] == "problem"
    assert "The last sync failed. The disk is full." in found["runs"][1]
    with closing(sqlite3.connect(database(synced))) as store, store:
        store.execute("update sync_runs set finished_ms = finished_ms - 25 * 3600000")
    synced.note(outcome="done", command="sync")
    assert "No sync for more than 24 hours" in synced.doctor()["runs"][1]
    synced.bucket.write("default/project.toml", b"[alerts]\nno_sync_hours = 48\n")
    assert states(synced.doctor()) == {}


def test_an_incomplete_run_is_a_warning(synced: Owner) -> None:
    synced.note(outcome="incomplete", command="sync", problems=["The key may not read tags."])
    found = synced.doctor()
    assert states(found) == {"runs": "warning"}
    assert "`" not in found["runs"][2]


def test_a_store_that_outgrows_the_memory_of_the_job_is_a_warning(synced: Owner) -> None:
    synced.note(outcome="done", command="sync", memory_limit=200_000)
    found = synced.doctor()
    assert states(found) == {"runs": "warning", "memory": "warning"}
    assert "rapport deploy --rebuild --store-mb 1," in found["memory"][2]


def test_a_report_that_lags_behind_is_a_warning(synced: Owner) -> None:
    ahead = synced.world.now + timedelta(days=36500)
    synced.note(outcome="done", command="sync", finished_at=ahead.isoformat())
    synced.bucket.write("default/site/data/status.json", b'{"synced_at": "2026-01-01T00:00:00+00:00"}')
    found = synced.doctor()
    assert states(found) == {"report": "warning"}
    assert found["report"][2] == "rapport report"
    synced.bucket.delete("default/site/data/status.json")
    assert synced.doctor()["report"][:2] == ("warning", "there is none yet")


def test_an_env_file_that_others_may_read_is_a_warning(synced: Owner) -> None:
    synced.env.chmod(0o644)
    found = synced.doctor()
    assert states(found) == {".env": "warning"}
    assert found[".env"][2].startswith("chmod 600 ")


def test_a_faulty_env_file_is_told_and_what_is_exported_is_checked(synced: Owner) -> None:
    synced.env.write_text("BUTTONDOWN_API_KEY='demo-key\n")
    synced.export(BUTTONDOWN_API_KEY="demo-key")
    result = synced.run("doctor", "--json")
    assert isinstance(json.loads(result.stdout)["checks"], list)
    found = synced.doctor()
    assert found["settings"][0] == "problem"
    assert ".env line 1: BUTTONDOWN_API_KEY begins with '" in found["settings"][1]
    assert found["key"][0] == "ok"


def test_a_faulty_env_file_of_a_named_project_is_told_too(synced: Owner) -> None:
    synced.env.write_text("BUTTONDOWN_API_KEY='demo-key\n")
    synced.export(RAPPORT_PROJECT="weekly")
    assert synced.doctor()["settings"][0] == "problem"


def test_a_newsletter_that_nobody_understands_hides_nothing_else(synced: Owner) -> None:
    garbage = b'{"results": [{"id": 5, "name": {}, "enabled_features": {}}], "count": 1}'
    synced.world.api.faults.on(path="/newsletters", request=None, body=garbage)
    found = synced.doctor()
    assert found["key"][0] == "problem"
    assert found["store"][0] == "ok"


def test_every_problem_has_a_fix(synced: Owner) -> None:
    database(synced).write_bytes(b"")
    (synced.bucket.root / "default" / "last_run.json").unlink()
    (synced.bucket.root / "default" / "last_run.json").mkdir()
    synced.world.api.faults.on(path="/newsletters", request=None, body=b'{"results": [{}], "count": 1}')
    synced.export(RAPPORT_OVERLAP_DAYS="x")
    for check, (state, reason, fix) in synced.doctor().items():
        assert reason, check
        assert fix or state in ("ok", "not checked"), check


def test_wrong_settings_are_told_and_the_others_checked(synced: Owner) -> None:
    synced.export(RAPPORT_OVERLAP_DAYS="three", RAPPORT_SECRET="short")
    found = synced.doctor()
    assert states(found) == {"settings": "problem", "secret": "not checked"}
    assert "short" not in json.dumps(found).replace("shorter", "")


@pytest.mark.parametrize("place", [{"RAPPORT_PROJECT": "The Weekly"}, {"RAPPORT_BUCKET": "s3://x"}])
def test_where_the_place_is_wrong_no_other_is_checked(synced: Owner, place: dict[str, str]) -> None:
    synced.export(**place)
    assert synced.doctor().keys() == {"settings"}


def test_a_folder_that_takes_no_writes_is_a_problem(owner: Owner) -> None:
    (owner.folder / "file").write_text("x")
    owner.export(RAPPORT_BUCKET=str(owner.folder / "file"))
    found = owner.doctor()
    assert found["bucket"][0] == "problem"
    assert "which is a file" in found["bucket"][1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")
def test_a_folder_of_somebody_else_is_a_problem(synced: Owner) -> None:
    synced.bucket.root.chmod(0o500)
    try:
        found = synced.doctor()
    finally:
        synced.bucket.root.chmod(0o700)
    assert found["bucket"][0] == "problem"


def test_every_check_is_made(synced: Owner) -> None:
    assert len(synced.doctor()) >= len(CHECKS) - 3, "all but those of the cloud"


@pytest.fixture
def cloud(synced: Owner, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCloudStorage]:
    """The same project in Cloud Storage, as a laptop sees it: without the secret."""
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    with FakeCloudStorage() as fake:
        fake.bucket_fields = {
            "location": "EUROPE-WEST1",
            "locationType": "region",
            "versioning": {"enabled": True},
            "softDeletePolicy": {"retentionDurationSeconds": "0"},
            "iamConfiguration": {"publicAccessPrevention": "enforced"},
        }
        for stat in synced.bucket.list("default/"):
            fake.put(f"lists/{stat.name}", synced.bucket.read(stat.name)[0])
        synced.export(
            STORAGE_EMULATOR_HOST=fake.url,
            RAPPORT_BUCKET=f"gs://{fake.bucket}/lists",
            RAPPORT_IAP_AUDIENCE=AUDIENCE,
        )
        fake.now = synced.world.now.__class__.now(synced.world.now.tzinfo)
        yield fake


def test_in_cloud_storage_all_is_well_too(cloud: FakeCloudStorage, synced: Owner) -> None:
    found = synced.doctor()
    assert states(found) == {"secret": "not checked"}
    assert found["location"][1].startswith("europe-west1")
    live = {name for name in cloud.versions if cloud.live(name)}
    assert not [name for name in live if "doctor" in name]
    assert f"lists/{CLOCK}" in live


def test_a_bucket_that_keeps_nothing_and_tells_everybody_is_warned_of(
    cloud: FakeCloudStorage, synced: Owner
) -> None:
    cloud.bucket_fields = {"location": "EU", "locationType": "multi-region"}
    found = synced.doctor()
    assert states(found) == {
        "versions": "warning",
        "public access": "warning",
        "location": "warning",
        "secret": "not checked",
    }
    assert found["versions"][2] == "gcloud storage buckets update gs://newsletter --versioning"


def test_versions_kept_twice_cost_more_than_all_else(cloud: FakeCloudStorage, synced: Owner) -> None:
    cloud.bucket_fields["softDeletePolicy"] = {"retentionDurationSeconds": "604800"}
    found = synced.doctor()
    assert found["soft delete"][0] == "warning"
    assert "kept 7 days more" in found["soft delete"][1]
    assert "--clear-soft-delete" in found["soft delete"][2]


def test_what_this_account_may_not_see_is_not_checked(cloud: FakeCloudStorage, synced: Owner) -> None:
    cloud.bucket_status = 403
    found = synced.doctor()
    assert found["versions"][0] == "not checked"
    assert "roles/storage.legacyBucketReader on gs://newsletter" in found["versions"][2]
    assert found["bucket"][0] == "ok"


@pytest.mark.parametrize(
    ("method", "pattern", "doing"),
    [
        ("POST", "/upload/.*", "written to"),
        ("GET", "/download/.*doctor", "read from"),
        ("DELETE", "doctor", "deleted from"),
    ],
)
def test_each_missing_right_is_named(
    cloud: FakeCloudStorage, synced: Owner, method: str, pattern: str, doing: str
) -> None:
    cloud.on(method, pattern, "403", times=99)
    found = synced.doctor()
    assert found["bucket"][0] == "problem"
    assert f"gs://newsletter/lists cannot be {doing}" in found["bucket"][1]
    assert "roles/storage.objectUser" in found["bucket"][2]
    assert found["key"][0] == "ok"


def test_a_store_that_ignores_conditions_is_a_problem(
    cloud: FakeCloudStorage, synced: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = cloud.commit
    monkeypatch.setattr(cloud, "commit", lambda query, fields, body: real({}, fields, body))
    found = synced.doctor()
    assert found["bucket"][0] == "problem"
    assert "takes writes it should refuse" in found["bucket"][1]


@pytest.mark.parametrize(("seconds", "state"), [(20, "ok"), (120, "warning"), (-900, "problem")])
def test_a_clock_that_is_wrong_is_told(
    cloud: FakeCloudStorage, synced: Owner, seconds: float, state: str
) -> None:
    cloud.advance(seconds)
    assert synced.doctor()["clock"][0] == state


@pytest.mark.parametrize(
    ("audience", "state"),
    [
        (AUDIENCE, "ok"),
        ("/projects/123/global/backendServices/456", "ok"),
        ("", "not checked"),
        ("/projects/my-project/locations/europe-west1/services/report-site", "problem"),
        ("https://report.example", "problem"),
    ],
)
def test_the_shape_of_the_audience(cloud: FakeCloudStorage, synced: Owner, audience: str, state: str) -> None:
    synced.export(RAPPORT_IAP_AUDIENCE=audience)
    assert synced.doctor()["login"][0] == state


def test_without_a_key_on_the_cloud_nothing_is_wrong(cloud: FakeCloudStorage, synced: Owner) -> None:
    synced.env.unlink()
    assert states(synced.doctor()) == {
        "key": "not checked",
        "tracking": "not checked",
        "secret": "not checked",
    }
