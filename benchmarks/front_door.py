"""How long a person waits for `rapport --help`."""

import statistics
import time

from benchmarks.measure import measure_module, row


def measure_help() -> None:
    seconds, cpu = [], []
    for _ in range(5):
        began = time.perf_counter()
        cpu.append(measure_module("rapport", "--help").cpu_seconds)
        seconds.append(time.perf_counter() - began)
    figure = f"{statistics.median(seconds):.2f} s ({statistics.median(cpu):.2f} s CPU)"
    row("rapport --help", figure, "0.3 s")
