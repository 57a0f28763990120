"""What emails sent at one time of the week achieved: an observation, because they differ in more than the time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import WEEKDAYS, Clock
from report_builder.rows import EmailResult
from report_builder.views.emails import Rate, rate_cell
from report_builder.views.rates import Pool, pooled_clicks

FEWEST_EMAILS = 3
PARTS = ((6, "night"), (12, "morning"), (18, "afternoon"), (24, "evening"))  # each ends before its hour


@dataclass(frozen=True)
class Slot:
    """`weekday` 1 is Monday; `clicks` is the rate after a week over all emails, none for fewer than three."""

    weekday: int
    part: int
    emails: int
    delivered: int
    clicks: Pool

    @property
    def label(self) -> str:
        first = PARTS[self.part - 1][0] if self.part else 0
        until, name = PARTS[self.part]
        return f"{WEEKDAYS[self.weekday - 1]} {name}, {first:02}–{until:02} h"


@dataclass(frozen=True)
class SlotRow:
    label: str
    emails: str
    delivered: str
    clicked: Rate


def slots(emails: Sequence[EmailResult], clock: Clock) -> list[Slot]:
    """`emails` as they stood after a week. Best first; those without a rate last, in the order of the week."""
    groups: dict[tuple[int, int], list[EmailResult]] = defaultdict(list)
    for email in emails:
        if email.sent_ms is not None and email.clicks_tracked == 1 and email.delivered:
            at = clock.local(email.sent_ms)
            part = next(place for place, (until, _) in enumerate(PARTS) if at.hour < until)
            groups[at.isoweekday(), part].append(email)
    found = [
        Slot(weekday, part, len(sent), sum(email.delivered or 0 for email in sent), _rate(sent))
        for (weekday, part), sent in groups.items()
    ]
    in_week = sorted(found, key=lambda slot: (slot.weekday, slot.part))
    return sorted(in_week, key=lambda slot: 1.0 if slot.clicks.rate is None else -slot.clicks.rate)


def _rate(sent: Sequence[EmailResult]) -> Pool:
    if len(sent) < FEWEST_EMAILS:
        return Pool(None, 0, f"{wording.TOO_FEW} emails")
    return pooled_clicks(sent)


def slot_rows(found: Sequence[Slot]) -> tuple[SlotRow, ...]:
    widest = max((slot.clicks.rate or 0 for slot in found), default=0)
    return tuple(
        SlotRow(
            slot.label,
            wording.count(slot.emails),
            wording.count(slot.delivered),
            rate_cell(slot.clicks, widest),
        )
        for slot in found
    )


def is_comparable(found: Sequence[Slot]) -> bool:
    """Whether two times of sending at least were tried often enough."""
    return sum(slot.clicks.rate is not None for slot in found) >= 2


def slots_note(found: Sequence[Slot]) -> str:
    rated = [slot for slot in found if slot.clicks.rate is not None]
    if not is_comparable(found):
        return "Emails went out at too few different times, or too few at each, to compare them."
    best, least = rated[0], rated[-1]
    return (
        f"Emails sent on {best.label} were clicked most ({wording.percent(best.clicks.rate or 0)}), on {least.label} "
        f"least ({wording.percent(least.clicks.rate or 0)}). An observation, not proof: they differ in more than "
        "their time."
    )
