"""Which process on which host: so that a lease left by a dead one need not be waited for."""

import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class ProcessProbe:
    host: Callable[[], str]
    started: Callable[[int], str | None]


def this_host() -> str:
    """Names the space in which a process number means something: this boot, and this container."""
    facts = [socket.gethostname()]
    with suppress(OSError):
        facts.append((PROC / "sys/kernel/random/boot_id").read_text().strip())
        facts.append(str((PROC / "self/ns/pid").readlink()))
    return " ".join(facts)


def process_started(pid: int) -> str | None:
    """When that process began, good only for comparing: a recycled number began later. None: not running."""
    if (PROC / "self/stat").exists():
        try:
            # The second field is the program's name and may hold spaces and brackets: the last one ends it.
            state, *fields = (PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if state in "ZX" else fields[18]
    with suppress(OSError, subprocess.SubprocessError):
        asked = ["ps", "-o", "lstart=", "-p", str(pid)]
        listed = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=False)
        return listed.stdout.strip() or None
    return None


THIS_MACHINE = ProcessProbe(this_host, process_started)
