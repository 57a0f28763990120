"""From inbox to click: how many people each step reached, and how far that could be measured."""

from dataclasses import dataclass

from report_builder import wording
from report_builder.geometry import number
from report_builder.rows import EmailResult
from report_builder.views.rates import (
    Pool,
    delivery_rate,
    pooled_clicks,
    pooled_opens,
    recipients_of,
    why_unknown,
)


@dataclass(frozen=True)
class FunnelRow:
    metric: str  # the key of its definition
    label: str
    people: str
    share: str
    rate: str  # the key of the share's definition; empty: there is no share
    bar: str  # per cent of the whole width; empty: there is no number
    role: str
    band: str = ""  # per cent up to which an estimate reaches
    note: str = ""


def funnel(email: EmailResult) -> tuple[FunnelRow, ...]:
    recipients = recipients_of(email)
    widest = recipients or 1

    def width(people: int) -> str:
        return number(min(100.0, 100 * people / widest))

    rows = [FunnelRow("recipients", "Recipients", wording.count(recipients), "", "", width(recipients), "s5")]
    if email.delivered is not None:
        rows.append(
            FunnelRow(
                "deliveries", "Delivered", wording.count(email.delivered), _share(delivery_rate(email)),
                "delivery_rate", width(email.delivered), "s3",
            )
        )  # fmt: skip
    if email.opens_tracked == 1:
        opens = pooled_opens([email])
        rows.append(
            FunnelRow(
                "human_openers", "Opened", wording.count(email.opened), _share(opens.measured), "open_rate",
                width(email.opened), "s1",
                band=width(opens.estimated) if opens.estimated and opens.estimated > email.opened else "",
                note=_note(email),
            )
        )  # fmt: skip
    else:
        rows.append(FunnelRow("human_openers", "Opened", why_unknown(email.opens_tracked), "", "", "", "s1"))
    if email.clicks_tracked == 1:
        rows.append(
            FunnelRow(
                "unique_clickers", "Clicked", wording.count(email.clicked), _share(pooled_clicks([email])),
                "click_rate", width(email.clicked), "s2", note=_raw(email.raw_clicked, email.clicked),
            )
        )  # fmt: skip
    else:
        why = why_unknown(email.clicks_tracked)
        rows.append(FunnelRow("unique_clickers", "Clicked", why, "", "", "", "s2"))
    return tuple(rows)


def _share(pool: Pool) -> str:
    return wording.percent(pool.rate) if pool.rate is not None else wording.TOO_FEW


def _note(email: EmailResult) -> str:
    """What the one bar cannot say: the sample, the estimate and the raw count."""
    opens = pooled_opens([email])
    said = []
    if email.measurable is not None and email.delivered:
        said.append(f"{wording.count(email.measurable)} of {wording.count(email.delivered)} can be measured")
    if opens.estimated is not None and opens.estimated != email.opened:
        said.append(f"estimated {wording.count(opens.estimated)} in all")
    said.append(_raw(email.raw_opened, email.opened) or f"raw {wording.count(email.raw_opened)}")
    return " · ".join(said)


def _raw(raw: int, people: int) -> str:
    return f"raw {wording.count(raw)}" if raw != people else ""
