"""How much memory there is: the container's limit before the machine's."""

from pathlib import Path

import pytest

from shared.machine import memory_limit

V2, V1 = "sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"
MEMINFO = "MemFree:  10 kB\nMemTotal:       2048 kB\n"


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({V2: "1073741824\n", "proc/meminfo": MEMINFO}, 1 << 30),
        ({V1: "536870912\n", "proc/meminfo": MEMINFO}, 1 << 29),
        ({V2: "max\n", "proc/meminfo": MEMINFO}, 2048 * 1024),
        ({V1: "9223372036854771712\n", "proc/meminfo": MEMINFO}, 2048 * 1024),
        ({"proc/meminfo": "MemTotal:\n"}, 0),
        ({}, 0),
    ],
)
def test_the_limit_that_counts(tmp_path: Path, files: dict[str, str], limit: int) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert memory_limit(tmp_path) == limit


def test_on_this_machine_it_is_known() -> None:
    assert memory_limit() > 100_000_000
