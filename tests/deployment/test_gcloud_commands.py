"""Every gcloud command there is, read by the SDK itself where it is installed: names, flags, and their track."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from deployment.destruction import destruction_plan
from deployment.plan import deployment_plan
from deployment.steps import Step, spelt
from deployment.target import Target
from tests.deployment.conftest import DEPLOY, Console
from tests.deployment.test_cloudbuild import BUILD
from tests.documents import TOGETHER, blocks

TARGET = Target("my-newsletter-1", "europe-west1", "ada@example.com", ("bob@example.com",), collector=True)
VALUES = dict(BUILD["substitutions"]) | {"PROJECT_ID": TARGET.project, "PROJECT_NUMBER": "1", "BUILD_ID": "b"}
pytestmark = pytest.mark.xdist_group("gcloud")
needs_sdk = pytest.mark.skipif(shutil.which("gcloud") is None, reason="the Google Cloud SDK is not installed")


def faults(commands: list[str], folder: Path) -> list[str]:
    """What the SDK says against them."""
    listed = folder / "commands.json"
    unique = sorted(set(commands))
    listed.write_text(json.dumps([{"id": at, "command_string": each} for at, each in enumerate(unique)]))
    ran = subprocess.run(
        ["gcloud", "meta", "lint-gcloud-commands", f"--commands-file={listed}"],
        env=os.environ | {"CLOUDSDK_CONFIG": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(ran.stdout)
    assert len(answers) == len(unique)
    return [f"{each['command_string']}: {each['error_message']}" for each in answers if not each["success"]]


def of_plan(steps: list[Step]) -> list[str]:
    return [spelt(command) for step in steps for command in (step.check, step.act) if command]


def substituted(text: str) -> str:
    for _ in range(2):  # a default may name another
        text = re.sub(r"\$\{([A-Z_]+)\}", lambda found: VALUES[found[1]], text)
    return text


def of_build(console: Console) -> list[str]:
    """Steps that call gcloud as they are; steps that call bash as gcloud hears them."""
    commands = []
    VALUES["_COLLECTOR"] = "true"
    for step in BUILD["steps"]:
        words = [substituted(word) for word in step["args"]]
        if step["entrypoint" if "entrypoint" in step else "name"] == "gcloud":
            commands.append(shlex.join(["gcloud", *words]))
        elif "cloud-cli" in step["name"]:
            ran = console.run(["bash", *words])
            assert ran.returncode == 0, ran.stderr
    return commands + heard(console)


def heard(console: Console) -> list[str]:
    return [shlex.join(["gcloud", *call]) for call in console.calls]


def of_docs() -> list[str]:
    lines = "\n".join(blocks("sh")).replace("\\\n", " ")
    inline = re.findall(r"`(gcloud [^`]+)`", TOGETHER)
    return [
        re.split(r"\s[|#>]", line)[0] for line in lines.splitlines() if line.startswith("gcloud ")
    ] + inline


@needs_sdk
def test_the_sdk_knows_every_command(console: Console, tmp_path: Path) -> None:
    commands = of_plan(deployment_plan(TARGET)) + of_plan(destruction_plan(TARGET, data_too=True))
    commands += of_build(console) + of_docs()
    assert len(commands) > 150
    assert any("beta run deploy report-site" in each for each in commands)
    assert any("run deploy event-collector" in each for each in commands)
    assert any("run jobs execute sync-job" in each for each in commands)
    assert faults(commands, tmp_path) == []


@needs_sdk
def test_the_sdk_would_find_a_wrong_flag_and_a_wrong_track(tmp_path: Path) -> None:
    wrong = [
        "gcloud run deploy s --image=i --iap --region=r",
        "gcloud run jobs execute j --region=r --arguments=a",
    ]
    assert len(faults([*wrong, "gcloud beta run deploy s --image=i --iap --region=r"], tmp_path)) == 2


def test_the_schedule_is_made_and_then_changed(console: Console) -> None:
    script = ["bash", "deployment/schedule.sh", "sync-job", "*/15 * * * *", TARGET.project, TARGET.region]
    for _ in range(2):
        assert console.run(script).returncode == 0
    verbs = [call[2] for call in console.calls]
    assert verbs == ["describe", "create", "describe", "update"]
    for call in (console.calls[1], console.calls[3]):
        assert call[3:5] == ["http", "sync-job"]
        assert "--schedule=*/15 * * * *" in call
        assert any(each.startswith("--oauth-service-account-email=rapport-scheduler@") for each in call)
        assert any(each.endswith("/jobs/sync-job:run") for each in call)


@needs_sdk
def test_the_sdk_knows_what_the_scripts_call(deployed: Console, tmp_path: Path) -> None:
    deployed.run(["bash", "deployment/schedule.sh", "other", "* * * * *", TARGET.project, TARGET.region])
    deployed.run(["bash", "deployment/smoke.sh", TARGET.project, TARGET.region])
    commands = heard(deployed)
    assert len(commands) > 12
    assert faults(commands, tmp_path) == []


def test_the_dry_run_names_what_is_sent_where(console: Console) -> None:
    printed = console.rapport(*DEPLOY, "--dry-run").stdout
    assert 'printf %s "$BUTTONDOWN_API_KEY" | gcloud secrets versions add buttondown-api-key' in printed
    assert 'printf %s "$RAPPORT_SECRET" | gcloud secrets versions add rapport-secret' in printed
