"""`rapport deploy` and `rapport destroy`, end to end, against a stand-in for gcloud."""

import re
from pathlib import Path

import pytest

from tests.deployment.conftest import (
    API_KEY,
    DEPLOY,
    DESTROY,
    HASHING_SECRET,
    PROJECT,
    WEBHOOK_KEY,
    Console,
)

GOLDEN = Path(__file__).parent / "golden"
SECRETS = (API_KEY, HASHING_SECRET, WEBHOOK_KEY)


def test_the_first_run_does_everything_and_the_second_nothing(deployed: Console) -> None:
    second = deployed.rapport(*DEPLOY, "--yes")
    assert second.returncode == 0, second.stderr
    identity = [
        "beta",
        "services",
        "identity",
        "create",
        "--service=iap.googleapis.com",
        f"--project={PROJECT}",
    ]
    assert deployed.changes() == [identity]  # has no check, and is the same the second time
    assert "Deployed: 1 of 58" in second.stdout


def test_an_estimate_comes_before_anything_happens_and_no_is_an_answer(console: Console) -> None:
    asked = console.rapport(*DEPLOY, read="n\n")
    assert asked.returncode == 1
    assert "What a month costs" in asked.stdout
    assert console.calls == []


def test_cost_alone_asks_no_gcloud(console: Console) -> None:
    told = console.rapport(*DEPLOY, "--cost", "--subscribers", "5000", "--events", "2000000", PATH="/nowhere")
    assert told.returncode == 0
    assert "with a store of 124 MB" in told.stdout
    assert "together" in told.stdout


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("deploy.sh", (*DEPLOY, "--dry-run", "--store-mb", "1000")),
        (
            "collector.sh",
            (*DEPLOY, "--dry-run", "--store-mb", "20", "--collector", "--bucket", "other-bucket"),
        ),
        ("destroy.sh", (*DESTROY, "--dry-run")),
        ("destroy-data.sh", (*DESTROY, "--dry-run", "--data-too")),
    ],
)
def test_the_dry_run_is_as_agreed(console: Console, name: str, arguments: tuple[str, ...]) -> None:
    """The golden files are what the owner would read. To renew one: run its second line, and read the difference."""
    printed = console.rapport(*arguments, PATH="/nowhere")
    assert printed.returncode == 0, printed.stderr
    assert console.calls == []
    assert printed.stdout == (GOLDEN / name).read_text()


def test_the_dry_run_is_a_script_that_does_the_same(console: Console, tmp_path: Path) -> None:
    script = tmp_path / "deploy.sh"
    script.write_text(console.rapport(*DEPLOY, "--collector", "--dry-run").stdout)
    for _ in range(2):
        ran = console.run(["sh", "-eu", str(script)])
        assert ran.returncode == 0, ran.stderr
    by_hand = console.state
    (console.folder / "state.json").unlink()
    assert console.rapport(*DEPLOY, "--collector", "--yes").returncode == 0
    assert console.state == by_hand


def test_a_failed_step_says_what_gcloud_said_and_how_to_try_it_and_the_next_run_goes_on(
    deployed: Console,
) -> None:
    deployed.forget("logging metrics", "rapport_odd_data")
    deployed.fail("logging metrics create", "rapport_odd_data", message="ERROR: quota exceeded for metrics")
    failed = deployed.rapport(*DEPLOY, "--yes")
    assert failed.returncode == 1
    assert "quota exceeded for metrics" in failed.stderr
    assert "gcloud logging metrics create rapport_odd_data --project=my-newsletter-1" in failed.stderr
    deployed.changes()
    again = deployed.rapport(*DEPLOY, "--yes")
    assert again.returncode == 0, again.stderr
    made = [" ".join(call[:4]) for call in deployed.changes()]
    assert made[0] == "beta services identity create"
    assert made[1] == "logging metrics create rapport_odd_data"
    assert not any(call.startswith("builds") for call in made)


def test_not_allowed_to_look_is_not_the_same_as_not_there(console: Console) -> None:
    console.fail(
        "secrets describe", message="ERROR: (gcloud.secrets.describe) PERMISSION_DENIED: not allowed"
    )
    failed = console.rapport(*DEPLOY, "--yes")
    assert failed.returncode == 1
    assert "PERMISSION_DENIED" in failed.stderr
    assert not any(call[:2] == ["secrets", "create"] for call in console.calls)


def test_a_build_that_failed_is_built_again(deployed: Console) -> None:
    deployed.forget("scheduler jobs")
    deployed.fail("builds submit", message="ERROR: build failed: test")
    failed = deployed.rapport(*DEPLOY, "--yes")
    assert failed.returncode == 1
    assert "gcloud says why above" in failed.stderr
    assert "gcloud builds submit --config=cloudbuild.yaml" in failed.stderr
    assert deployed.rapport(*DEPLOY, "--yes").returncode == 0


def test_rebuild_builds_what_was_built_before(deployed: Console) -> None:
    assert deployed.rapport(*DEPLOY, "--yes", "--rebuild", "--store-mb", "2000").returncode == 0
    made = [" ".join(call) for call in deployed.changes()]
    (build,) = [call for call in made if call.startswith("builds")]
    assert "_SYNC_MEMORY=8Gi" in build
    (old, new) = [
        call for call in made if "monitoring policies" in call
    ]  # of the store's size, at another limit
    assert "policies delete projects/p/policies/" in old
    assert "8 GiB" in new


def test_other_hours_replace_the_alert(deployed: Console) -> None:
    assert deployed.rapport(*DEPLOY, "--yes", "--no-sync-hours", "6").returncode == 0
    made = [" ".join(call) for call in deployed.changes()]
    (old, new) = [call for call in made if "monitoring policies" in call]
    assert "policies delete" in old
    assert '"alignmentPeriod": "21600s"' in new


def test_a_collector_added_later_is_built_and_opened(deployed: Console) -> None:
    assert deployed.rapport(*DEPLOY, "--yes", "--collector").returncode == 0
    made = [" ".join(call) for call in deployed.changes()]
    assert sum(call.startswith("builds submit") for call in made) == 1
    assert sum("--member=allUsers" in call for call in made) == 1


def test_secrets_reach_gcloud_through_its_input_alone(console: Console) -> None:
    runs = [
        console.rapport(*DEPLOY, "--collector", "--dry-run"),
        console.rapport(*DEPLOY, "--collector", "--yes"),
        console.rapport(*DEPLOY, "--collector", "--yes"),
    ]
    for run in runs:
        assert not any(secret in run.stdout + run.stderr for secret in SECRETS)
    assert not any(secret in " ".join(call) for call in console.calls for secret in SECRETS)
    assert [read for read in console.read if read in SECRETS] == list(SECRETS)
    assert console.state["secret versions"] == {
        "buttondown-api-key": [API_KEY],
        "rapport-secret": [HASHING_SECRET],
        "buttondown-webhook-key": [WEBHOOK_KEY],
    }


def test_a_store_on_this_machine_brings_its_secret_and_its_size(deployed: Console, tmp_path: Path) -> None:
    deployed.forget("secret versions", "rapport-secret")
    data = tmp_path / "data"
    data.mkdir()
    (data / "secret.key").write_text("k" * 64 + "\n")
    assert deployed.rapport(*DEPLOY, "--yes", RAPPORT_SECRET="").returncode == 0
    assert deployed.state["secret versions"]["rapport-secret"] == ["k" * 64]


def test_without_any_a_secret_is_made(deployed: Console) -> None:
    deployed.forget("secret versions", "rapport-secret")
    assert deployed.rapport(*DEPLOY, "--yes", RAPPORT_SECRET="").returncode == 0
    (made,) = deployed.state["secret versions"]["rapport-secret"]
    assert re.fullmatch(r"[0-9a-f]{64}", made)


def test_a_key_that_cannot_be_asked_for_is_missed_by_name(deployed: Console) -> None:
    deployed.forget("secrets", "buttondown-api-key")
    deployed.forget("secret versions", "buttondown-api-key")
    failed = deployed.rapport(*DEPLOY, "--yes", BUTTONDOWN_API_KEY="")
    assert failed.returncode == 2
    assert "BUTTONDOWN_API_KEY is not set" in failed.stderr
    assert deployed.rapport(*DEPLOY, "--yes").returncode == 0  # goes on


def test_without_gcloud_it_says_where_to_get_it(console: Console) -> None:
    failed = console.rapport(*DEPLOY, "--yes", PATH="/nowhere")
    assert failed.returncode == 2
    assert "gcloud is not installed" in failed.stderr
    assert "https://cloud.google.com/sdk/docs/install" in failed.stderr


def test_what_nobody_knows_is_taken_for_a_gigabyte(console: Console) -> None:
    told = console.rapport(*DEPLOY, "--cost")
    assert "with a store of 1,000 MB" in told.stdout
    assert "no store on this machine" in told.stderr


def test_every_wrong_name_is_told_at_once(console: Console) -> None:
    failed = console.rapport(
        "deploy", "--project", "No", "--region", "Paris", "--owner", "ada", "--bucket", "gs://b"
    )
    assert failed.returncode == 2
    for option in ("--project", "--region", "--bucket", "--owner"):
        assert option in failed.stderr
    assert console.calls == []
