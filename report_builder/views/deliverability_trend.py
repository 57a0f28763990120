"""What failed at first, email by email."""

from collections.abc import Sequence

from report_builder import wording
from report_builder.charts import day_labels, line_chart
from report_builder.clock import Clock, day_text
from report_builder.definitions import BY_KEY
from report_builder.geometry import even_positions
from report_builder.rows import EmailDelivery, EmailResult
from report_builder.views.deliverability_lights import Figures, added, fine_percent, measure
from report_builder.views.emails import COMING_IN, is_young, subject_of
from report_builder.views.overview import Trend, TrendRow

EMAILS_SHOWN = 26


def delivery_trend(sent: Sequence[tuple[EmailResult, EmailDelivery]], clock: Clock) -> Trend | None:
    """Failures and complaints of each of the last emails; None with fewer than two that reached enough people.

    The delivery rate stands in the words of each point: on one scale with the others, which are a hundredth of it,
    it would press them flat.
    """
    shown = list(reversed(sent[:EMAILS_SHOWN]))
    lines = [_rates(added([delivery])) for _, delivery in shown]
    if sum(1 for line in lines if line[0] is not None) < 2:
        return None
    days = [clock.local(email.sent_ms or 0).date() for email, _ in shown]
    young = sum(1 for email, _ in shown if is_young(email, clock))
    hard, soft, complained = zip(*lines, strict=True)
    failed = [None if h is None or s is None else h + s for h, s in zip(hard, soft, strict=True)]
    worst = max(range(len(shown)), key=lambda i: failed[i] or 0)
    if not failed[worst]:
        takeaway = f"None of the last {len(shown)} emails failed anywhere, as far as is known."
    else:
        takeaway = (
            f"Most failed at first, for now or for good: {fine_percent(failed[worst] or 0)} of "
            f"“{subject_of(shown[worst][0])}”, sent on {day_text(days[worst])}."
        )
    return Trend(
        takeaway=takeaway,
        chart=line_chart(
            [
                ("s4", "Hard bounces", _in_percent(hard)),
                ("s5", "Soft bounces", _in_percent(soft)),
                ("s2", "Complaints", _in_percent(complained)),
            ],
            x=day_labels(days),
            positions=even_positions(len(shown)),
            dotted=True,
            unit="%",
            open_points=young,
            open_label=COMING_IN,
        ),
        heads=("Hard bounces", "Soft bounces", "Complaints"),
        rows=tuple(
            TrendRow(
                f"{subject_of(email)} ({day_text(day, year=False)}), {_arrived(delivery)}",
                tuple(wording.TOO_FEW if rate is None else fine_percent(rate) for rate in line),
                "",
                is_open=place >= len(shown) - young,
            )
            for place, ((email, delivery), day, line) in enumerate(zip(shown, days, lines, strict=True))
        ),
        csv="",
    )


def _rates(figures: Figures) -> tuple[float | None, float | None, float | None]:
    """Hard and soft bounces among recipients, complaints among deliveries."""
    enough = figures.recipients >= BY_KEY["permanent_failure_rate"].minimum
    soft = wording.ratio(figures.soft, figures.recipients) if enough else None
    return measure("permanent_failure_rate", figures).share, soft, measure("complaint_rate", figures).share


def _arrived(delivery: EmailDelivery) -> str:
    rate = measure("delivery_rate", added([delivery]))
    counts = f"{wording.count(delivery.delivered)} delivered"
    return counts if rate.share is None else f"{counts} ({rate.text})"


def _in_percent(shares: Sequence[float | None]) -> list[float | None]:
    return [None if share is None else share * 100 for share in shares]
