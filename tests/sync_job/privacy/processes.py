"""The command line as a process of its own, that can be killed and whose words can be told apart."""

import os
import subprocess
import sys

from tests.sync_job.test_processes import REPOSITORY
from tests.sync_job.world import World


def start(world: World, *given: str) -> "subprocess.Popen[str]":
    """`rapport ...` as a process of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "RAPPORT_BUCKET": world.bucket.url,
        "RAPPORT_SECRET": world.secret.reveal(),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "rapport", *given],
        cwd=world.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
