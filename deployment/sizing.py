"""How much memory a store needs, and how much store a memory holds.

On Cloud Run the files a job writes are memory too. Beside the store itself there is its journal or its copy while it is
checked, both up to its own size, and half a GiB for Python, DuckDB's relations of a small list and the parts of an
upload. Three times the store and half a GiB leaves room to grow by half before it is tight.
"""

from dataclasses import dataclass

GIB = 1024**3
FLOOR_GIB = 0.5  # Python, libraries, the parts of an upload
COMFORT, LEAST = 3.0, 2.0  # times the store: with room to grow, and at the very least

# Cloud Run wants a CPU for each 4 GiB, and one more beyond: 1, 2, 4 or 8 of them.
SIZES = ((1, 1), (2, 1), (4, 1), (8, 2), (16, 4), (32, 8))


@dataclass(frozen=True)
class Machine:
    memory_gib: int
    cpus: int

    @property
    def holds_bytes(self) -> int:
        """The largest store that fits."""
        return int((self.memory_gib - FLOOR_GIB) / LEAST * GIB)


def sync_machine(store_bytes: int) -> Machine:
    """The smallest machine in which a store of this size has room to grow; the largest there is, if none."""
    needed = FLOOR_GIB + COMFORT * store_bytes / GIB
    memory, cpus = next((size for size in SIZES if size[0] >= needed), SIZES[-1])
    return Machine(memory, cpus)


def report_machine(store_bytes: int) -> Machine:
    """DuckDB loads the store into relations of its own: never under 2 GiB, and two CPUs once there is much to read."""
    machine = sync_machine(max(store_bytes, GIB // 4))
    return Machine(machine.memory_gib, max(machine.cpus, 2 if machine.memory_gib >= 4 else 1))
