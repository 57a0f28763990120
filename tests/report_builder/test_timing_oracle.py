"""Hours of the week against exposed deliveries, counted a second time in plain Python over the stored rows."""

from collections import defaultdict

import pytest

from report_builder import rows
from tests.report_builder.judged import World, local
from tests.report_builder.stores import DAY, NOW_MS
from tests.report_builder.test_email_numbers_oracle import arrivals, results


def slot(ms: int) -> int:
    return local(ms).weekday() * 24 + local(ms).hour


@pytest.mark.parametrize("kind", ["clicked", "opened"])
@pytest.mark.parametrize("since", [NOW_MS - 364 * DAY, NOW_MS - 40 * DAY])
def test_intensity(world: World, kind: str, since: int) -> None:
    until = NOW_MS - 3 * DAY
    tracked = {
        r.email_id
        for r in results(world)
        if (r.clicks_tracked if kind == "clicked" else r.opens_tracked) == 1
    }
    people = {
        (e.email, e.person) for e in world.events if e.is_human and e.kind in ("opened", "clicked", "replied")
    }
    machines = {(e.email, e.person) for e in world.events if e.kind in ("opened", "clicked")} - people
    arrived = {
        key: at
        for key, at in arrivals(world).items()
        if key[0] in tracked and since <= at < until and (kind == "clicked" or key not in machines)
    }
    exposed: dict[int, int] = defaultdict(int)
    for at in arrived.values():
        for later in range(72):
            exposed[(slot(at) + later) % 168] += 1
    acted: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for e in world.events:
        if e.kind != kind or not e.is_human or e.email is None or e.person is None:
            continue
        came = arrived.get((e.email, e.person))
        if came is not None and 0 <= e.at - came < 3 * DAY and (slot(e.at) - slot(came)) % 168 < 72:
            acted[slot(e.at)].add((e.email, e.person))
    found = world.warehouse.rows(
        rows.HourIntensity,
        "timing/intensity",
        event_type=f"subscriber.{kind}",
        since_ms=since,
        until_ms=until,
    )
    assert [tuple(row) for row in found] == [
        (at // 24 + 1, at % 24, number, len(acted[at])) for at, number in sorted(exposed.items())
    ]
    assert all(row.actions <= row.exposed for row in found)
    assert any(row.actions for row in found)
