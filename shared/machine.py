"""How much of this machine, or of the container we are in, may be used."""

import os
import sys
from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost", "::1")  # what this machine calls itself
ROOT = Path("/")
LIMITS = ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes")
UNLIMITED = 1 << 50  # an old kernel writes a number near 2^63 where there is no limit


def processors() -> int:
    """On which this process may run."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_limit(root: Path = ROOT) -> int:
    """In bytes: the container's limit, else all that the machine has; 0 where neither is known."""
    for name in LIMITS:
        found = _number(root / name)
        if 0 < found < UNLIMITED:
            return found
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    totals = [line.split()[1] for line in lines if line.startswith("MemTotal:") and len(line.split()) > 1]
    return int(totals[0]) * 1024 if totals and totals[0].isdigit() else 0


def _number(path: Path) -> int:
    try:
        text = path.read_text().strip()
    except OSError:
        return 0
    return int(text) if text.isascii() and text.isdigit() else 0
