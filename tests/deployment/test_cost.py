"""The estimate: worked examples that were reckoned by hand, and what grows with what."""

from dataclasses import replace

import pytest

from deployment.cost import OF_RUN, OF_STORAGE, PRICES, Usage, estimate, free_tiers, monthly_cost, total
from deployment.sizes import Sizes, measure_store
from deployment.target import Target
from shared.sizing import GIB, report_machine, sync_machine

# A store of 1 GB, 20 seconds of work a sync (billed as 60), 300 pages written each hour, alerts left out.
TIGHT = Usage(10**9, sync_memory_gib=1, copies=1, changed_pages=300, alerts=0)
ROOMY = replace(TIGHT, sync_memory_gib=4, copies=11)
SPARING = replace(ROOMY, changed_pages=30)
IN_EUROPE = free_tiers("europe-west1")


@pytest.mark.parametrize(
    ("usage", "free", "run", "storage", "operations", "together"),
    [
        pytest.param(TIGHT, IN_EUROPE, 0.35, 0.02, 1.15, 1.86, id="least memory"),
        pytest.param(TIGHT, IN_EUROPE - OF_RUN, 5.36, 0.02, 1.15, 6.87, id="free tier of Cloud Run used up"),
        pytest.param(
            replace(TIGHT, copies=673), IN_EUROPE, 0.35, 13.46, 1.15, 15.30, id="soft delete left on"
        ),
        pytest.param(
            replace(TIGHT, copies=1345), IN_EUROPE, 0.35, 26.90, 1.15, 28.74, id="and versions of a week"
        ),
        pytest.param(ROOMY, IN_EUROPE, 1.17, 0.22, 1.15, 2.88, id="4 GiB, ten versions"),
        pytest.param(SPARING, IN_EUROPE, 1.17, 0.22, 0.18, 1.91, id="writing changed pages alone"),
        pytest.param(
            SPARING, IN_EUROPE - OF_RUN, 6.39, 0.22, 0.18, 7.13, id="that, free tier of Cloud Run used up"
        ),
        pytest.param(
            replace(ROOMY, changed_pages=3000), IN_EUROPE, 1.17, 0.22, 10.87, 12.60, id="3,000 pages an hour"
        ),
    ],
)
def test_examples_reckoned_by_hand(
    usage: Usage, free: frozenset[str], run: float, storage: float, operations: float, together: float
) -> None:
    dollars = {line.name: line.dollars for line in monthly_cost(usage, free)}
    assert dollars["cpu"] + dollars["memory"] == pytest.approx(run, abs=0.005)
    assert dollars["storage"] == pytest.approx(storage, abs=0.005)
    assert dollars["writes"] + dollars["reads"] == pytest.approx(operations, abs=0.005)
    assert total(monthly_cost(usage, free)) == pytest.approx(together, abs=0.011)


def test_a_run_of_a_second_is_billed_as_a_minute_and_a_longer_one_as_it_is() -> None:
    short, minute, long = (
        monthly_cost(replace(TIGHT, sync_seconds=each, report_seconds=60))[0].amount for each in (1, 60, 120)
    )
    assert short == minute == 2880 * 60 + 720 * 60 * 2
    assert long == minute + 2880 * 60


def test_every_price_has_a_line_a_unit_and_a_source() -> None:
    assert [line.name for line in monthly_cost(TIGHT)] == list(PRICES)
    for _, _, unit, source in PRICES.values():
        assert unit
        assert source.startswith("https://cloud.google.com/")


def test_storage_is_free_in_three_regions_alone() -> None:
    assert free_tiers("us-central1") - free_tiers("europe-west1") == OF_STORAGE
    assert total(monthly_cost(SPARING, free_tiers("us-east1"))) < total(monthly_cost(SPARING, IN_EUROPE))


def test_a_usual_newsletter_costs_less_than_ten_dollars() -> None:
    sizes = Sizes.reckon(subscribers=5_000, events=2_000_000)
    target = Target("my-newsletter-1", "europe-west1", "ada@example.com", store_bytes=sizes.store_bytes)
    usage = sizes.usage(target)
    assert total(monthly_cost(usage, free_tiers(target.region))) < 5
    assert total(monthly_cost(usage, frozenset())) < 10


def test_the_table_adds_up() -> None:
    told = estimate(SPARING, "europe-west1")
    rows = [line.split()[-2:] for line in told.splitlines()[2:]]
    *lines, together = [[float(each) for each in row] for row in rows]
    for column in (0, 1):
        assert sum(row[column] for row in lines) == pytest.approx(together[column], abs=0.06)


def test_a_store_of_one_gigabyte_fits_four_with_room_to_grow() -> None:
    machine = sync_machine(10**9)
    assert (machine.memory_gib, machine.cpus) == (4, 1)
    assert machine.holds_bytes > 1.8 * 10**9
    assert report_machine(10**9) == report_machine(GIB)
    assert report_machine(10**9).cpus == 2


@pytest.mark.parametrize("store", [0, 10**6, 10**8, 5 * 10**8, 10**9, 2 * 10**9, 5 * 10**9])
def test_every_store_fits_the_machine_chosen_for_it_by_half_as_much_again(store: int) -> None:
    for machine in (sync_machine(store), report_machine(store)):
        assert machine.holds_bytes >= 1.4 * store
        assert machine.cpus >= machine.memory_gib / 4  # what Cloud Run asks for


def test_what_is_no_store_is_not_measured(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("stores")
    assert measure_store(folder / "none.sqlite") is None
    (folder / "broken.sqlite").write_bytes(b"not a database" * 100)
    assert measure_store(folder / "broken.sqlite") is None
    assert measure_store(folder) is None
