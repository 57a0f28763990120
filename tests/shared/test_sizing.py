"""One table of memory sizes: what deploys, what warns and what mends it agree."""

import pytest

from shared.sizing import (
    GIB,
    NEAR,
    SIZES,
    Machine,
    holds_bytes,
    is_short_of_memory,
    more_memory,
    sync_machine,
)


@pytest.mark.parametrize(("memory_gib", "cpus"), SIZES)
def test_a_warning_comes_at_the_same_size_here_and_on_the_cloud(memory_gib: int, cpus: int) -> None:
    border = int(NEAR * Machine(memory_gib, cpus).holds_bytes)
    assert not is_short_of_memory(border, memory_gib * GIB)
    assert is_short_of_memory(border + 1, memory_gib * GIB)


@pytest.mark.parametrize(("memory_gib", "cpus"), SIZES[:-1])
def test_what_the_warning_advises_ends_it(memory_gib: int, cpus: int) -> None:
    store = int(NEAR * holds_bytes(memory_gib * GIB)) + 1
    advised = sync_machine(int(more_memory(store).split()[-1]) * 10**6)
    assert advised.memory_gib > memory_gib
    assert not is_short_of_memory(store, advised.memory_gib * GIB)


def test_without_a_limit_or_on_a_small_machine_of_ones_own_a_small_store_is_no_worry() -> None:
    assert not is_short_of_memory(5 * GIB, 0)
    assert not is_short_of_memory(10**6, GIB // 2)
