"""Calls gcloud: arguments as a list, never through a shell; secrets through standard input, never anywhere else."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deployment.steps import Command
from shared.errors import UsageError

INSTALL = "https://cloud.google.com/sdk/docs/install"
OURS = ("RAPPORT_", "BUTTONDOWN_")  # settings, and secrets among them, that are no business of gcloud

# What gcloud says of something that is not there, as opposed to something it may not look at.
ABSENT = re.compile(
    r"NOT_FOUND|not found|does not exist|could not be found|cannot find|matched no objects", re.IGNORECASE
)
# What it says for a minute after a service was switched on or an account was made.
SETTLING = re.compile(
    r"has not been used in project|SERVICE_DISABLED|service account \S+ does not exist|"
    r"concurrent policy changes|propagat",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Answer:
    code: int
    output: str = ""
    message: str = ""

    @property
    def is_absent(self) -> bool:
        return self.code != 0 and ABSENT.search(self.message) is not None

    @property
    def is_settling(self) -> bool:
        return self.code != 0 and SETTLING.search(self.message) is not None


@dataclass(frozen=True)
class Gcloud:
    """`folder` is the copy of Rapport that is deployed: files of the plan are named from there."""

    executable: str
    folder: Path
    environ: Mapping[str, str]

    @classmethod
    def find(cls, folder: Path, environ: Mapping[str, str]) -> "Gcloud":
        """Raises UsageError where gcloud is not installed."""
        executable = shutil.which("gcloud", path=environ.get("PATH", ""))
        if executable is None:
            raise UsageError("gcloud is not installed", hint=f"Install the Google Cloud CLI from {INSTALL}.")
        kept = {name: value for name, value in environ.items() if not name.startswith(OURS)}
        return cls(executable, folder, kept | {"CLOUDSDK_CORE_DISABLE_PROMPTS": "1"})

    def call(self, command: Command, feed: str | None = None, *, is_long: bool = False) -> Answer:
        """Runs one command; a long one writes straight to the terminal, and its answer holds no text."""
        done = subprocess.run(
            [self.executable, *command[1:]],
            cwd=self.folder,
            env=dict(self.environ),
            input=feed if feed is not None else "",
            stdout=None if is_long else subprocess.PIPE,
            stderr=None if is_long else subprocess.PIPE,
            text=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout or "", (done.stderr or "").strip())
