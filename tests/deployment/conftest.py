"""A cloud in a folder, and the real command line run against it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECT, REGION, OWNER = "my-newsletter-1", "europe-west1", "ada@example.com"
DEPLOY = ("deploy", "--project", PROJECT, "--region", REGION, "--owner", OWNER, "--viewer", "bob@example.com")
DESTROY = ("destroy", "--project", PROJECT, "--region", REGION)
API_KEY, HASHING_SECRET, WEBHOOK_KEY = "key-of-the-newsletter", "s" * 40, "key-of-the-webhooks"


@dataclass
class Console:
    """What a person at a machine with gcloud sees; `folder` is the cloud."""

    folder: Path
    environ: dict[str, str]

    def rapport(self, *arguments: str, read: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        """Called at home, where there may be a .env."""
        settings = {"PYTHONPATH": str(ROOT), **settings}
        return self.run([sys.executable, "-m", "rapport", *arguments], read, self.home, **settings)

    def run(
        self, command: list[str], read: str = "", folder: Path = ROOT, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=folder,
            env=self.environ | settings,
            input=read,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def home(self) -> Path:
        return Path(self.environ["HOME"])

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return state

    def forget(self, *path: str) -> None:
        """As if this had never been made."""
        state = self.state
        place = state
        for each in path[:-1]:
            place = place[each]
        del place[path[-1]]
        (self.folder / "state.json").write_text(json.dumps(state))

    @property
    def calls(self) -> list[list[str]]:
        return [each["arguments"] for each in self._recorded()]

    @property
    def read(self) -> list[str]:
        return [each["read"] for each in self._recorded()]

    @property
    def names(self) -> set[str]:
        """Of all variables that gcloud was given."""
        return {name for each in self._recorded() for name in each["names"]}

    def changes(self) -> list[list[str]]:
        """The calls that change something, and forgets all calls."""
        looks = {"describe", "list", "get-iam-policy", "list-cleanup-policies"}
        made = [call for call in self.calls if not looks & set(call)]
        (self.folder / "calls.ndjson").unlink()
        return made

    def fail(self, *words: str, message: str, times: int = 1) -> None:
        (self.folder / "faults.json").write_text(json.dumps([[words, message, times]]))

    def _recorded(self) -> list[dict[str, Any]]:
        path = self.folder / "calls.ndjson"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return make_console(tmp_path)


def make_console(tmp_path: Path) -> Console:
    cloud, programs = tmp_path / "cloud", tmp_path / "bin"
    cloud.mkdir()
    programs.mkdir()
    executable = programs / "gcloud"
    fake = Path(__file__).with_name("fake_gcloud.py")
    executable.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -I "{fake}" "{cloud}" "$@"\n')
    executable.chmod(0o755)
    environ = {
        "PATH": f"{programs}:{os.defpath}",
        "HOME": str(tmp_path),
        "RAPPORT_BUCKET": str(tmp_path / "data"),
        "BUTTONDOWN_API_KEY": API_KEY,
        "RAPPORT_SECRET": HASHING_SECRET,
        "BUTTONDOWN_WEBHOOK_KEY": WEBHOOK_KEY,
    }
    return Console(cloud, environ)


@pytest.fixture(scope="session")
def deployed_state(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The state of a cloud after `rapport deploy`, found out once."""
    console = make_console(tmp_path_factory.mktemp("deployed"))
    done = console.rapport(*DEPLOY, "--yes")
    assert done.returncode == 0, done.stderr
    assert (
        "Deployed: 51 of 58" in done.stdout
    )  # all but the project's number, and what is outdated: alerts, grants
    return (console.folder / "state.json").read_text()


@pytest.fixture
def deployed(console: Console, deployed_state: str) -> Console:
    (console.folder / "state.json").write_text(deployed_state)
    return console
