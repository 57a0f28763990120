"""From inbox to click: how many people each step reached, and how far that could be measured."""

from dataclasses import dataclass

from report_builder import wording
from report_builder.charts import number
from report_builder.rows import EmailResult
from report_builder.views.rates import click_rate, pooled_opens, why_unknown


@dataclass(frozen=True)
class FunnelRow:
    metric: str  # the key of its definition
    label: str
    people: str
    share: str
    bar: str  # per cent of the whole width; empty: there is no number
    role: str
    band: str = ""  # per cent up to which an estimate reaches
    note: str = ""


def funnel(email: EmailResult) -> tuple[FunnelRow, ...]:
    delivered = email.delivered
    recipients = max(email.recipients, email.provider_recipients or 0, delivered or 0)
    widest = recipients or 1

    def width(people: int) -> str:
        return number(min(100.0, 100 * people / widest))

    rows = [FunnelRow("recipients", "Recipients", wording.count(recipients), "", width(recipients), "s5")]
    if delivered is not None:
        rows.append(
            FunnelRow("deliveries", "Delivered", wording.count(delivered), "", width(delivered), "s3")
        )
    if email.opens_tracked == 1:
        opens = pooled_opens([email])
        rows.append(
            FunnelRow(
                "human_openers", "Opened", wording.count(email.opened), _share(opens.measured.rate),
                width(email.opened), "s1",
                band=width(opens.estimated) if opens.estimated and opens.estimated > email.opened else "",
                note=_note(email),
            )
        )  # fmt: skip
    else:
        rows.append(FunnelRow("human_openers", "Opened", why_unknown(email.opens_tracked), "", "", "s1"))
    if email.clicks_tracked == 1:
        rows.append(
            FunnelRow(
                "unique_clickers", "Clicked", wording.count(email.clicked), _share(click_rate(email)),
                width(email.clicked), "s2", note=_raw(email.raw_clicked, email.clicked),
            )
        )  # fmt: skip
    else:
        rows.append(FunnelRow("unique_clickers", "Clicked", why_unknown(email.clicks_tracked), "", "", "s2"))
    return tuple(rows)


def _share(rate: float | None) -> str:
    return wording.percent(rate) if rate is not None else wording.TOO_FEW


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
