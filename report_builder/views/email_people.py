"""The people of one email: who clicked, and whom it did not reach or drove away."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import Clock, day_text
from report_builder.rows import Clicker, Loss
from report_builder.views.people import Directory, name_of, status_word


@dataclass(frozen=True)
class ClickerRow:
    label: str
    detail: str
    href: str
    clicks: str
    at: str
    after: str
    status: str


@dataclass(frozen=True)
class LossRow:
    label: str
    detail: str
    href: str
    what: str
    why: str
    at: str


def clicker_row(row: Clicker, sent_ms: int, clock: Clock, directory: Directory) -> ClickerRow:
    name = name_of(row.name, row.email, row.uuid)
    waited = wording.duration(max(0, row.clicked_ms - sent_ms))
    return ClickerRow(
        name.main, name.detail, directory.href(row.uuid), wording.count(row.clicks), clock.moment(row.clicked_ms),
        waited, status_word(row.status),
    )  # fmt: skip


def loss_row(row: Loss, clock: Clock, directory: Directory) -> LossRow:
    name = name_of(row.name, row.email, row.uuid)
    what, at, why = next(
        (what, at, why or "")
        for what, at, why in (
            ("complained", row.complained_ms, None),
            ("unsubscribed", row.unsubscribed_ms, row.unsubscription_reason),
            ("bounced", row.bounced_ms, row.undeliverability_reason),
        )
        if at is not None
    )
    return LossRow(
        name.main,
        name.detail,
        directory.href(row.uuid),
        what,
        status_word(why),
        day_text(clock.local(at).date()),
    )


def shown_of(shown: int, rows: Sequence[object]) -> str:
    if len(rows) > shown:
        return f"first {wording.count(shown)} of {wording.count(len(rows))}"
    return wording.people(len(rows))
