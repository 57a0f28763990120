"""What a month costs, from the sizes of one newsletter. Pure: sizes in, lines of dollars out.

A month has 30 days. Sync runs every 15 minutes, the report every hour; an instance is billed for at least a minute.
"""

from dataclasses import dataclass

GB = 1000**3
SYNCS, REPORTS = 96 * 30, 24 * 30
PRICES_OF = "November 2026"

# Price, what is free each month, and where it says so. Tier 1 regions, in US dollars.
PRICES = {
    "cpu": (0.000018, 240_000, "vCPU-second of a job", "https://cloud.google.com/run/pricing"),
    "memory": (0.000002, 450_000, "GiB-second of a job", "https://cloud.google.com/run/pricing"),
    "storage": (0.020, 5, "GB of Standard storage in a region", "https://cloud.google.com/storage/pricing"),
    "writes": (0.005, 5, "1,000 writes or lists (class A)", "https://cloud.google.com/storage/pricing"),
    "reads": (0.0004, 50, "1,000 reads (class B)", "https://cloud.google.com/storage/pricing"),
    "egress": (0.12, 0, "GiB to the internet", "https://cloud.google.com/storage/pricing"),
    "schedules": (0.10, 3, "schedule", "https://cloud.google.com/scheduler/pricing"),
    "secrets": (0.06, 6, "secret version", "https://cloud.google.com/secret-manager/pricing"),
    "secret reads": (0.03, 1, "10,000 reads of a secret", "https://cloud.google.com/secret-manager/pricing"),
    "images": (0.10, 0.5, "GB of images", "https://cloud.google.com/artifact-registry/pricing"),
    "alerts": (0.10, 0, "condition of an alert", "https://cloud.google.com/products/observability/pricing"),
    "evaluations": (0.35, 0, "1,000,000 series read by alerts",
                    "https://cloud.google.com/products/observability/pricing"),
}  # fmt: skip
STORAGE_IS_FREE_IN = frozenset({"us-central1", "us-east1", "us-west1"})  # 5 GB and the operations with them
OF_STORAGE = frozenset({"storage", "writes", "reads"})
OF_RUN = frozenset({"cpu", "memory"})


@dataclass(frozen=True)
class Usage:
    """A month of one newsletter. Seconds are of work; a run is billed for at least 60."""

    store_bytes: int
    sync_seconds: float = 20.0
    report_seconds: float = 60.0
    sync_cpus: int = 1
    sync_memory_gib: float = 4
    report_cpus: int = 2
    report_memory_gib: float = 4
    copies: int = 1 + 10  # the store and its old versions
    site_bytes: int = 0  # with its old versions
    changed_pages: int = 30  # written by each report
    sync_writes: int = 4  # the store, its lease and the renewal of that, last_run.json
    report_writes: int = 3
    sync_reads: int = 2
    report_reads: int = 2
    egress_gib: float = 2.0
    image_gb: float = 1.5
    secrets: int = 2
    schedules: int = 2
    alerts: int = 4


@dataclass(frozen=True)
class Line:
    name: str
    amount: float
    unit: str
    dollars: float


def monthly_cost(usage: Usage, free: frozenset[str] = frozenset(PRICES)) -> list[Line]:
    """One line for each price; what is in `free` comes after its free tier."""
    return [_line(name, amount, name in free) for name, amount in _amounts(usage).items()]


def total(lines: list[Line]) -> float:
    return sum(line.dollars for line in lines)


def free_tiers(region: str) -> frozenset[str]:
    """What is free for an account that uses nothing else; storage is so in three regions alone."""
    return frozenset(PRICES) if region in STORAGE_IS_FREE_IN else frozenset(PRICES) - OF_STORAGE


def estimate(usage: Usage, region: str) -> str:
    """The estimate as a table, with free tiers (where nothing else uses them) and without."""
    with_free, without = monthly_cost(usage, free_tiers(region)), monthly_cost(usage, frozenset())
    rows = [
        f"  {line.name:<14}{line.amount:>11,.1f} x {line.unit:<34}{line.dollars:>9.2f}{full.dollars:>12.2f}"
        for line, full in zip(with_free, without, strict=True)
    ]
    size = f"{usage.store_bytes / 1e6:,.0f} MB"
    return "\n".join(
        [
            f"What a month costs in {region} with a store of {size} (US dollars, prices of {PRICES_OF})",
            f"  {'':<60}{'free tier':>12}{'without':>12}",
            *rows,
            f"  {'together':<60}{total(with_free):>12.2f}{total(without):>12.2f}",
        ]
    )


def _amounts(usage: Usage) -> dict[str, float]:
    sync, report = max(usage.sync_seconds, 60) * SYNCS, max(usage.report_seconds, 60) * REPORTS
    writes = SYNCS * usage.sync_writes + REPORTS * (usage.report_writes + usage.changed_pages)
    return {
        "cpu": sync * usage.sync_cpus + report * usage.report_cpus,
        "memory": sync * usage.sync_memory_gib + report * usage.report_memory_gib,
        "storage": (usage.store_bytes * usage.copies + usage.site_bytes) / GB,
        "writes": writes / 1000,
        "reads": (SYNCS * usage.sync_reads + REPORTS * usage.report_reads) / 1000,
        "egress": usage.egress_gib,
        "schedules": usage.schedules,
        "secrets": usage.secrets,
        "secret reads": SYNCS * usage.secrets / 10_000,
        "images": usage.image_gb,
        "alerts": usage.alerts,
        "evaluations": usage.alerts * 86_400 / 1e6,  # every 30 seconds
    }


def _line(name: str, amount: float, is_free: bool) -> Line:
    price, included, unit, _ = PRICES[name]
    return Line(name, amount, unit, price * max(0.0, amount - (included if is_free else 0)))
