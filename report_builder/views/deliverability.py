"""Deliverability: is mail arriving, and where not."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import DAY_MS, Clock
from report_builder.rows import DomainDelivery, EmailDelivery, EmailResult, FailureReason, LostAddress
from report_builder.views.deliverability_lights import (
    LIMITS,
    Figures,
    Light,
    Limit,
    Measured,
    added,
    measure,
    rates,
    worst,
)
from report_builder.views.deliverability_lists import (
    DOMAIN_DAYS,
    DomainRow,
    LostRow,
    ReasonRow,
    domain_rows,
    domains_note,
    lost_note,
    lost_rows,
    reason_rows,
    still_active,
)
from report_builder.views.deliverability_trend import delivery_trend
from report_builder.views.overview import Trend
from report_builder.views.people import Directory

RECENT_DAYS = 30
RECENT_EMAILS = 5


@dataclass(frozen=True)
class Tile:
    metric: str
    label: str
    value: str
    known: bool
    light: Light | None
    note: str
    lately: str  # the same over the last five emails
    lately_light: Light | None


@dataclass(frozen=True)
class Deliverability:
    answer: str
    health: Light | None
    tiles: tuple[Tile, ...]
    limits: tuple[Limit, ...]
    trend: Trend | None
    domains: tuple[DomainRow, ...]
    domains_note: str
    reasons: tuple[ReasonRow, ...]
    lost: tuple[LostRow, ...]
    lost_note: str
    still_active: str
    domain_days: int
    domains_csv: str
    lost_csv: str


@dataclass(frozen=True)
class Window:
    """What was sent of late, in one of the two ways to say so."""

    name: str
    figures: Figures

    @property
    def rates(self) -> tuple[Measured, ...]:
        return rates(self.figures)


def windows(sent: Sequence[tuple[EmailResult, EmailDelivery]], clock: Clock) -> tuple[Window, Window]:
    """`sent` is latest first. The light is the worst of both, so neither a pause nor a busy month hides anything."""
    since = clock.now_ms - RECENT_DAYS * DAY_MS
    return (
        Window("the last 30 days", added(d for e, d in sent if (e.sent_ms or 0) >= since)),
        Window("the last five emails", added(d for _, d in sent[:RECENT_EMAILS])),
    )


def health(both: Sequence[Window]) -> Light | None:
    lights = [light for window in both if (light := worst(window.rates))]
    return max(lights, key=lambda light: light.level, default=None)


def deliverability_view(
    sent: Sequence[tuple[EmailResult, EmailDelivery]], domains: Sequence[DomainDelivery],
    reasons: Sequence[FailureReason], lost: Sequence[LostAddress], clock: Clock, directory: Directory,
) -> Deliverability:  # fmt: skip
    both = windows(sent, clock)
    return Deliverability(
        answer=answer(both, bool(sent)),
        health=health(both),
        tiles=_tiles(both),
        limits=tuple(limit.written() for limit in LIMITS),
        trend=delivery_trend(sent, clock),
        domains=domain_rows(domains),
        domains_note=domains_note(len(domains)),
        reasons=reason_rows(reasons),
        lost=lost_rows(lost, clock, directory),
        lost_note=lost_note(lost),
        still_active=still_active(lost),
        domain_days=DOMAIN_DAYS,
        domains_csv="data/deliverability-domains.csv",
        lost_csv="data/deliverability-bounced.csv",
    )


def answer(both: tuple[Window, Window], any_sent: bool) -> str:
    if not any_sent:
        return (
            "Whether mail is arriving cannot be said yet: no delivery and no failure of any email is known. "
            "Both come with the first email that is sent: run rapport sync after it."
        )
    light = health(both)
    month, five = both
    if light is None:
        few = wording.plural(five.figures.delivered, "delivery", "deliveries")
        known = "is" if five.figures.delivered == 1 else "are"
        return (
            f"Too little mail to judge: {few} of the last five emails {known} known, and a light needs 200. The "
            "counts are below."
        )
    window = month if worst(month.rates) else five
    figures = window.figures
    arrived = f"of the {wording.count(figures.recipients)} emails sent in {window.name}"
    if window is five:
        arrived = f"of the {wording.count(figures.recipients)} copies of the last five emails"
    arrived = f"{measure('delivery_rate', figures).text} {arrived} were delivered"
    if light.level == 0:
        return f"{arrived}, and failures, complaints and unsubscribes are all within the limits."
    return f"{arrived}, but {_blamed(both, light)}."


def _blamed(both: Sequence[Window], light: Light) -> str:
    """Each rate that gave the light, once, with the window where it did."""
    said = []
    for place, limit in enumerate(LIMITS):
        for window in both:
            rate = window.rates[place]
            if rate.light == light:
                said.append(
                    f"{limit.what} of {window.name} is {rate.text}, where good is {limit.written().good_text}"
                )
                break
    return "; ".join(said)


def _tiles(both: tuple[Window, Window]) -> tuple[Tile, ...]:
    month, five = both
    light = health(both)
    tiles = [
        Tile(
            "health",
            "Health",
            light.word if light else "no light",
            light is not None,
            light,
            "the worst of the rates beside" if light else "below 200 deliveries",
            "",
            None,
        )
    ]
    for key, label in (
        ("delivery_rate", "Delivery rate"),
        ("permanent_failure_rate", "Permanent failures"),
        ("complaint_rate", "Complaints"),
        ("unsubscribe_rate", "Unsubscribes"),
    ):
        now, lately = measure(key, month.figures), measure(key, five.figures)
        said = f"last five emails: {lately.text}" + (f" ({lately.counts})" if lately.share is None else "")
        tiles.append(
            Tile(key, label, now.text, now.share is not None, now.light, now.counts, said, lately.light)
        )
    return tuple(tiles)
