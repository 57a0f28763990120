"""cloudbuild.yaml and the image, as far as they can be checked without a cloud."""

import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deployment.plan.access import ACCOUNTS
from deployment.plan.vault import VARIABLES
from deployment.target import Target
from shared.settings import Settings
from tests.deployment.conftest import ROOT

PATH = ROOT / "cloudbuild.yaml"
BUILD: dict[str, Any] = YAML(typ="safe").load(PATH.read_text())
STEPS = {step["id"]: step for step in BUILD["steps"]}
BUILT_IN = {"PROJECT_ID", "PROJECT_NUMBER", "BUILD_ID"}
TARGET = Target("my-newsletter-1", "europe-west1", "ada@example.com", collector=True, store_bytes=10**9)


def flags(step: str) -> dict[str, str]:
    words = STEPS[step]["args"]
    if words[0] == "-c":
        words = re.findall(r"--[^\s\\]+", words[1])
    return dict(each[2:].partition("=")[::2] for each in words if each.startswith("--"))


def environment(step: str) -> dict[str, str]:
    return dict(each.partition("=")[::2] for each in flags(step)["set-env-vars"].split(","))


def test_it_is_a_build_by_the_published_schema(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.cloudbuild"]
    assert subprocess.run([*command, PATH], check=False, capture_output=True).returncode == 0
    broken = tmp_path / "cloudbuild.yaml"
    broken.write_text(PATH.read_text().replace("timeout: 3600s", "timeout: 60m"))
    assert subprocess.run([*command, broken], check=False, capture_output=True).returncode != 0


def test_steps_wait_for_steps_that_come_before_them() -> None:
    assert len(STEPS) == len(BUILD["steps"]), "an id is there twice"
    seen = {"-"}
    for name, step in STEPS.items():
        assert set(step["waitFor"]) <= seen, name
        seen.add(name)


def test_nothing_is_deployed_before_the_tests_and_the_start_came_through() -> None:
    def before(name: str) -> set[str]:
        direct = set(STEPS[name]["waitFor"]) - {"-"}
        return direct.union(*(before(each) for each in direct))

    for name in ("sync-job", "report-builder", "report-site", "event-collector", "schedule-sync"):
        assert before(name) >= {"test", "build", "start", "push"}
    assert before("schedule-report") >= set(STEPS) - {
        "schedule-report"
    }  # which is how one sees that all went well


def test_substitutions_are_declared_and_used_both_ways() -> None:
    body = re.sub(r"(?m)#.*$", "", PATH.read_text())
    used = set(re.findall(r"\$\{([A-Z_]+)\}", body))
    assert not re.search(r"\$(?!\{)", body), "a name without braces"
    assert used - BUILT_IN == set(BUILD["substitutions"])
    for name, default in BUILD["substitutions"].items():
        assert isinstance(default, str), name


def test_the_plan_gives_substitutions_that_the_build_knows() -> None:
    assert set(TARGET.substitutions) < set(BUILD["substitutions"])
    for name in ("_SYNC_CPU", "_SYNC_MEMORY", "_REPORT_CPU", "_REPORT_MEMORY"):
        assert TARGET.substitutions[name] == BUILD["substitutions"][name], "the default fits a store of 1 GB"


@pytest.mark.parametrize("job", ["sync-job", "report-builder"])
def test_jobs_run_once_at_a_time_and_are_tried_twice(job: str) -> None:
    given = flags(job)
    assert (given["tasks"], given["parallelism"], given["max-retries"]) == ("1", "1", "1")
    assert given["task-timeout"] in ("1h", "6h")
    assert "allow-unauthenticated" not in given


def test_the_site_is_behind_the_proxy_and_never_public() -> None:
    given = flags("report-site")
    assert "iap" in given
    assert "no-allow-unauthenticated" in given
    assert environment("report-site")["RAPPORT_IAP_AUDIENCE"] == (
        "/projects/${PROJECT_NUMBER}/locations/${_REGION}/services/report-site"
    )
    assert (
        environment("report-site")["RAPPORT_SYNC_JOB"]
        == "projects/${PROJECT_ID}/locations/${_REGION}/jobs/sync-job"
    )


def test_only_the_sync_job_has_the_key_and_the_secret() -> None:
    with_secrets = {name: flags(name)["set-secrets"] for name in STEPS if "set-secrets" in flags(name)}
    assert with_secrets == {
        "sync-job": "BUTTONDOWN_API_KEY=buttondown-api-key:latest,RAPPORT_SECRET=rapport-secret:latest",
        "event-collector": "BUTTONDOWN_WEBHOOK_KEY=buttondown-webhook-key:latest",
    }
    for variables in with_secrets.values():
        for pair in variables.split(","):
            variable, _, secret = pair.partition("=")
            assert VARIABLES[secret.removesuffix(":latest")] == variable


def test_each_part_runs_as_the_account_made_for_it() -> None:
    named = {name: flags(name)["service-account"] for name in STEPS if "service-account" in flags(name)}
    assert named == {
        step: f"rapport-{role}@${{PROJECT_ID}}.iam.gserviceaccount.com"
        for step, role in {
            "sync-job": "sync", "report-builder": "report", "report-site": "site", "event-collector": "collector",
        }.items()
    }  # fmt: skip
    assert {role for role in ACCOUNTS if f"rapport-{role}@" in PATH.read_text()} == set(ACCOUNTS) - {
        "scheduler"
    }
    assert "rapport-scheduler@" in (ROOT / "deployment" / "schedule.sh").read_text()


def test_the_sync_job_gets_settings_it_can_read() -> None:
    environ = {
        name: value.replace("${_BUCKET}", TARGET.bucket).replace("${_NEWSLETTER}", TARGET.newsletter)
        for name, value in environment("sync-job").items()
    }
    settings = Settings.read(environ | {"RAPPORT_SECRET": "s" * 32, "BUTTONDOWN_API_KEY": "k"})
    assert (settings.bucket_url, settings.project) == ("gs://my-newsletter-1-rapport", "default")


def test_images_are_pinned() -> None:
    for step in BUILD["steps"]:
        assert step["name"] == "gcr.io/cloud-builders/docker" or re.search(r":\d+\.\d+\.\d+", step["name"])
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(
        r"^ARG BASE=python:\d+\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}$", dockerfile, re.MULTILINE
    )
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"${BASE}"}
    assert "\nUSER rapport\n" in dockerfile


def test_every_package_of_the_product_is_in_the_image() -> None:
    """What .dockerignore lets in is what the image copies."""
    let_in = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages | {"site_template", "rapport.py", "requirements.lock", "LICENSE"} == let_in


PRIVATE = (
    ".env", ".env.weekly", "person-export/events.csv", "overview-28.html", "email-1.html", "profile-1.html",
    "my data/secret.key", "my data/default/engagement.sqlite", "shared/.env", "shared/.env.weekly", "demo/secret.key",
    "demo/copy.sqlite", "notes.txt", ".git/config",
)  # fmt: skip


def is_sent(path: str) -> bool:
    """By .gcloudignore: what begins it lets nothing of the folder through but names with an exclamation mark."""
    lines = [line for line in (ROOT / ".gcloudignore").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "/*"
    everywhere = [line.rstrip("/") for line in lines[1:] if not line.startswith("!/")]
    parts = path.split("/")
    return f"!/{parts[0]}" in lines and not any(fnmatch(part, each) for part in parts for each in everywhere)


def test_the_build_is_sent_what_it_tests_and_nothing_of_people() -> None:
    assert [path for path in PRIVATE if is_sent(path)] == []
    needed = {"tests", "docs", "README.md", "pyproject.toml", "cloudbuild.yaml", "requirements-test.lock"}
    needed |= {"Dockerfile", ".dockerignore"} | set(
        re.findall(r"(?m)^!(\S+)", (ROOT / ".dockerignore").read_text())
    )
    assert {name for name in needed if not is_sent(name)} == set()


@pytest.mark.skipif(shutil.which("gcloud") is None, reason="the Google Cloud SDK is not installed")
def test_the_sdk_reads_the_list_the_same_way(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    sent = ("rapport.py", "shared/log.py", "tests/deployment/golden/deploy.sh", ".dockerignore")
    for path in (*PRIVATE, *sent):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("")
    shutil.copy(ROOT / ".gcloudignore", folder)
    environ = os.environ | {"CLOUDSDK_CONFIG": str(tmp_path / "sdk")}
    listed = ["gcloud", "meta", "list-files-for-upload", str(folder)]
    told = subprocess.run(listed, env=environ, capture_output=True, text=True, check=True).stdout.split("\n")
    assert {path for path in told if path} == {*sent, ".gcloudignore"}


@pytest.mark.skipif(
    not (ROOT / ".git").exists() or not shutil.which("git"), reason="not a copy of the repository"
)
def test_all_of_the_repository_is_sent_and_git_keeps_what_is_private_out_too() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [path for path in tracked.splitlines() if not is_sent(path)] == []
    private = [path for path in PRIVATE if path.partition("/")[0] not in ("notes.txt", ".git")]
    ignored = subprocess.run(
        ["git", "check-ignore", *private], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(ignored.stdout.splitlines()) == set(private)
