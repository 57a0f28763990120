"""How much memory a store needs, and how much store a memory holds.

On Cloud Run the files a job writes are memory too. Beside the store itself there is its journal or its copy while it is
checked, both up to its own size, and half a GiB for Python, DuckDB's relations of a small list and the parts of an
upload. Three times the store and half a GiB leaves room to grow by half before it is tight.
"""

import math
from dataclasses import dataclass

GIB = 1024**3
FLOOR_GIB = 0.5  # Python, libraries, the parts of an upload
COMFORT, LEAST = 3.0, 2.0  # times the store: with room to grow, and at the very least
NEAR = 0.8  # of what fits: where an owner is told

# Cloud Run wants a CPU for each 4 GiB, and one more beyond: 1, 2, 4 or 8 of them.
SIZES = ((1, 1), (2, 1), (4, 1), (8, 2), (16, 4), (32, 8))


@dataclass(frozen=True)
class Machine:
    memory_gib: int
    cpus: int

    @property
    def holds_bytes(self) -> int:
        return holds_bytes(self.memory_gib * GIB)


def holds_bytes(memory: int) -> int:
    """The largest store that fits; of less memory than Cloud Run's jobs have, a quarter is always taken for free."""
    return int(max(memory - FLOOR_GIB * GIB, memory / 4) / LEAST)


def is_short_of_memory(store_bytes: int, limit: int) -> bool:
    """Whether the store comes near what a memory limit, in bytes, holds; 0 is no limit."""
    return limit > 0 and store_bytes > NEAR * holds_bytes(limit)


def more_memory(store_bytes: int) -> str:
    """The command that chooses memory anew, for a store of this size."""
    return f"rapport deploy --rebuild --store-mb {math.ceil(store_bytes / 10**6)}"


def sync_machine(store_bytes: int) -> Machine:
    """The smallest machine in which a store of this size has room to grow; the largest there is, if none."""
    needed = FLOOR_GIB + COMFORT * store_bytes / GIB
    memory, cpus = next((size for size in SIZES if size[0] >= needed), SIZES[-1])
    return Machine(memory, cpus)


def report_machine(store_bytes: int) -> Machine:
    """DuckDB loads the store into relations of its own: never under 2 GiB, and two CPUs once there is much to read."""
    machine = sync_machine(max(store_bytes, GIB // 4))
    return Machine(machine.memory_gib, max(machine.cpus, 2 if machine.memory_gib >= 4 else 1))
