"""When do they read: one page over the last 52 weeks, with its data."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from report_builder import rows
from report_builder.clock import DAY_MS, span_text
from report_builder.datasets import json_bytes
from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.views import timing as views
from report_builder.views.email_usual import WEEK_HOURS, age_hours
from report_builder.views.timing_heat import per_thousand
from report_builder.views.timing_pace import (
    Timed,
    is_enough,
    pace_trend,
    reached_shares,
    reached_trend,
    timed,
)
from report_builder.views.timing_slots import Slot, is_comparable, slot_rows, slots, slots_note
from shared import downloads

DAYS = 364
EXPOSED_MS = 3 * DAY_MS
WEEK_MS = 7 * DAY_MS
CSV, DATA = "data/timing.csv", "data/timing.json"


def timing_pages(reading: Reading) -> Iterator[Page | File]:
    clock = reading.clock
    since_ms = clock.now_ms - DAYS * DAY_MS
    sent = [c for c in reading.courses if c.email.sent_ms is not None and c.email.sent_ms >= since_ms]
    emails = [c.email for c in sent]
    whole = [c for c in reversed(sent) if age_hours(c.email, clock) == WEEK_HOURS]
    each = [timed(c.email, reading.figures[c.email.email_id]) for c in whole]
    found = slots([c.after(WEEK_HOURS) for c in whole], clock)
    ends = {"since_ms": since_ms, "until_ms": clock.now_ms - WEEK_MS + 1}
    paces = {pace.act: pace for pace in reading.warehouse.rows(rows.PaceOfAll, "timing/pace", **ends)}
    opens, clicks = paces.get("open"), paces.get("click")
    clicked, opened = (_hours(reading, since_ms, f"subscriber.{verb}") for verb in ("clicked", "opened"))
    heat, heat_note = views.heat(clicked, opened)
    hours = opened if heat and heat.verb == "opened" else clicked
    view = views.Timing(
        answer=views.answer(emails, opens, clicks, hours, heat, is_comparable(found)),
        span=span_text(clock.today - timedelta(days=DAYS - 1), clock.today),
        tiles=views.tiles(emails, opens, clicks, each),
        heat=heat,
        heat_note=heat_note,
        reached=reached_trend(opens, clicks),
        per_email=pace_trend(each, clock),
        slots=slot_rows(found),
        slots_note=slots_note(found),
        caveat="" if is_comparable(found) else f"These hours follow those of sending: {views.UNTRIED}.",
        csv=CSV,
        data_href=DATA,
    )
    yield Page("timing.html", "timing", "timing", "Timing", view)
    yield File(DATA, _data(hours, heat.verb if heat else None, list(paces.values()), each, found, clock.zone))
    heads = ("weekday", "hour", "exposed_deliveries", heat.verb if heat else "clicked", "per_1000")
    cells = ((h.weekday, h.hour, h.exposed, h.actions, per_thousand(h)) for h in hours)
    yield File(CSV, downloads.csv_bytes(heads, cells))


def _hours(reading: Reading, since_ms: int, event_type: str) -> list[rows.HourIntensity]:
    return reading.warehouse.rows(
        rows.HourIntensity,
        "timing/intensity",
        event_type=event_type,
        since_ms=since_ms,
        until_ms=reading.clock.now_ms - EXPOSED_MS,
    )


def _data(
    hours: Sequence[rows.HourIntensity],
    verb: str | None,
    paces: Sequence[rows.PaceOfAll],
    emails: Sequence[Timed],
    found: Sequence[Slot],
    zone: str,
) -> bytes:
    """`hours` of the week (weekday 1 is Monday), `pace` over all emails, `emails` and `slots` older than a week.

    `act` says what the hours hold, null where there is too little for a habit; `part` is a quarter of the day.
    """
    return json_bytes(
        "timing",
        time_zone=zone,
        days=DAYS,
        act=verb,
        hours=[{**hour._asdict(), "per_1000": per_thousand(hour)} for hour in hours],
        pace={pace.act: _pace_data(pace) for pace in paces},
        emails=[
            {
                "email_id": each.email.uuid,
                "time_to_click_s": each.clicks.median_ms / 1000 if each.clicks else None,
                "half_life_s": each.half_life.half_ms / 1000 if each.half_life else None,
            }
            for each in emails
        ],
        slots=[
            {
                "weekday": slot.weekday,
                "part": slot.part,
                "emails": slot.emails,
                "delivered": slot.delivered,
                "click_rate": slot.clicks.rate,
            }
            for slot in found
        ],
    )


def _pace_data(pace: rows.PaceOfAll) -> dict[str, Any]:
    known = pace if is_enough(pace) else None
    return {
        "emails": pace.emails,
        "people": pace.people,
        "quartiles_s": [ms / 1000 for ms in (known.quarter_ms, known.median_ms, known.three_quarters_ms)]
        if known
        else None,
        "reached_by_h": {str(at): rate for at, rate in reached_shares(pace)} or None,
    }
