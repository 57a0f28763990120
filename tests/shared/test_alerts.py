"""When an owner is told: each rule at its border, from runs as the job writes them."""

import json
from typing import Any

import pytest

from shared.alerts import HOUR_MS, Alert, Facts, Odd, alerts, read_odds
from shared.last_run import LastRun, read_last_run

NOON = 1_787_227_200_000
GIB = 1 << 30


def told(
    run: LastRun | None = None,
    *,
    runs: tuple[Odd, ...] = (),
    looked_ms: int | None = None,
    store_bytes: int = 0,
    hours: int = 24,
) -> dict[str, Alert]:
    facts = Facts(looked_ms, run, runs, store_bytes, hours)
    return {alert.kind: alert for alert in alerts(facts, lambda ms: f"at {ms}")}


def ended(outcome: str = "done", problems: list[str] | None = None, **counts: Any) -> LastRun:
    note = {
        "run_id": "last",
        "command": "sync",
        "finished_at": "2026-08-20T12:00:00.000Z",
        "outcome": outcome,
        "problems": problems or [],
        "counts": counts,
    }
    run = read_last_run(json.dumps(note).encode())
    assert run
    return run


def test_nothing_known_is_nothing_told() -> None:
    assert told() == {}
    assert told(ended()) == {}
    assert told(LastRun()) == {}


def test_a_failed_run_is_told_with_what_it_said() -> None:
    [alert] = told(ended("failed", ["The key is wrong.", "Copy it again."])).values()
    assert (alert.kind, alert.title) == ("failed_run", "The last sync failed")
    assert alert.text == f"It ended on at {NOON}. The key is wrong. Copy it again."
    assert "`rapport doctor`" in alert.fix
    assert alert.holds(0)


def test_an_incomplete_run_is_told_too() -> None:
    assert told(ended("incomplete"))["incomplete_run"].title == "The last sync was incomplete"
    assert told(LastRun(command="import", outcome="failed"))["failed_run"].title == "The last import failed"


@pytest.mark.parametrize("hours", [1, 24])
def test_silence_is_told_from_the_hour_it_is_due(hours: int) -> None:
    alert = told(looked_ms=NOON, hours=hours)["no_sync"]
    assert not alert.holds(NOON + hours * HOUR_MS - 1)
    assert alert.holds(NOON + hours * HOUR_MS)
    assert alert.title.endswith("an hour" if hours == 1 else "24 hours")


USUAL = (Odd("last", 0, 0, 0), Odd("b", 900, 9, 9), Odd("a", 100, 1, 1))


@pytest.mark.parametrize(
    ("seen", "odd", "is_spike"),
    [
        (300, 9, False),  # exactly three times the usual share, and too few
        (500, 15, False),  # three times
        (500, 16, True),
        (9, 9, False),
        (10, 10, True),
    ],
)
def test_a_spike_is_a_share_beyond_the_usual(seen: int, odd: int, is_spike: bool) -> None:
    unknown = told(ended(events_seen=seen, unknown_types={"a": odd - 1, "b": 1}), runs=USUAL)
    assert ("unknown_events" in unknown) is is_spike
    refused = told(ended(events_seen=seen, events_refused=odd), runs=USUAL)
    assert ("refused_events" in refused) is is_spike
    assert len(unknown) + len(refused) == 2 * is_spike


def test_the_largest_of_the_unknown_types_are_named() -> None:
    types = {"drifted": 5, "levitated": 50, "napped": 5, "yawned": 1}
    alert = told(ended(events_seen=100, unknown_types=types), runs=(Odd("a", 100, 0, 0),))["unknown_events"]
    assert "61 of the 100 events" in alert.text
    assert "(levitated, drifted, napped)" in alert.text


def test_what_every_run_meets_is_no_spike() -> None:
    usual = tuple(Odd(str(n), 100, 40, 0) for n in range(10))
    assert told(ended(events_seen=100, unknown_types={"a": 40}), runs=usual) == {}


def test_the_first_run_has_nothing_to_compare_with() -> None:
    assert told(ended(events_seen=100, unknown_types={"a": 40})) == {}
    assert told(ended(events_seen=100, unknown_types={"a": 40}), runs=(Odd("last", 100, 40, 0),)) == {}


def test_an_import_is_no_measure() -> None:
    rows = [
        ("c", "import", '{"events_seen": 5}'),
        ("b", "sync", '{"events_seen": 7, "unknown_types": {"x": 2}, "events_refused": 1}'),
        ("a", "sync", "not json"),
        ("0", "sync", "[]"),
    ]
    assert read_odds(rows) == (Odd("b", 7, 2, 1),)


@pytest.mark.parametrize(
    ("counts", "odd"),
    [
        ({}, Odd("r", 0, 0, 0)),
        ({"events_seen": "many", "unknown_types": [1], "events_refused": -3}, Odd("r", 0, 0, 0)),
        ({"events_seen": 3, "unknown_types": {"a": None, "b": 2}}, Odd("r", 3, 2, 0)),
    ],
)
def test_odd_counts_are_read_leniently(counts: dict[str, Any], odd: Odd) -> None:
    assert Odd.of("r", counts) == odd


def test_memory_is_told_before_it_is_gone() -> None:
    run = LastRun(outcome="done", memory_limit=GIB)
    alert = told(run, store_bytes=600_000_000)["memory"]
    assert "600 MB" in alert.text
    assert "1.1 GB of memory" in alert.text
    assert "`rapport deploy --rebuild --store-mb 600`" in alert.fix
    assert "memory" not in told(run, store_bytes=100_000_000)
