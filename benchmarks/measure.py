"""CPU seconds and peak memory of whole processes, by the operating system's own account."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    cpu_seconds: float
    peak_mb: float


def measure(command: Sequence[str]) -> Usage:
    """Runs a command to its end; raises when it fails.

    A process starts with the peak of the one it was forked from, so a small one goes between: this module.
    """
    between = [sys.executable, "-m", "benchmarks.measure", *command]
    said = subprocess.run(between, check=True, capture_output=True, text=True).stdout
    return Usage(**json.loads(said.splitlines()[-1]))


def measure_module(module: str, *arguments: str) -> Usage:
    return measure([sys.executable, "-m", module, *arguments])


def row(name: str, figure: str, goal: str) -> None:
    """One line of the table that `make bench` prints."""
    print(f"{name:<58} {figure:>26}   goal: {goal}", flush=True)


if __name__ == "__main__":
    with subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    print(json.dumps({"cpu_seconds": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}))
    sys.exit(child.returncode)
