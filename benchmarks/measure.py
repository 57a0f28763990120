"""CPU seconds and peak memory of whole processes, by the operating system's own account."""

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
    """Runs a command to its end; raises when it fails."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command[0]} ended with {child.returncode}")
    return Usage(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure_module(module: str, *arguments: str) -> Usage:
    return measure([sys.executable, "-m", module, *arguments])


def row(name: str, figure: str, goal: str) -> None:
    """One line of the table that `make bench` prints."""
    print(f"{name:<58} {figure:>26}   goal: {goal}", flush=True)
