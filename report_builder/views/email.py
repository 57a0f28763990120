"""One email: how it did, who acted, and how far our counts and the provider's agree."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.charts import Label, line_chart, number
from report_builder.clock import DAY_MS, Clock, day_text
from report_builder.rows import Clicker, CurveHour, EmailLink, EmailResult, Loss
from report_builder.views.emails import click_rate, email_path, open_rate, subject_of, why_unknown
from report_builder.views.overview import LinkRow, Trend, TrendRow
from report_builder.views.overview_lists import link_rows
from report_builder.views.people import Directory, name_of, status_word

# Most happens in the first hours: the curve is read there, so that is where its points are.
CURVE_HOURS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 30, 36, 48, 60, 72, 96, 120, 144, 168)
CLICKERS_SHOWN = 25
LOSSES_SHOWN = 15


@dataclass(frozen=True)
class FunnelRow:
    label: str
    people: str
    share: str  # of the delivered, as text
    bar: str
    role: str


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


@dataclass(frozen=True)
class ComparisonRow:
    label: str
    ours: str
    theirs: str
    difference: str


@dataclass(frozen=True)
class Neighbour:
    label: str
    href: str


@dataclass(frozen=True)
class Email:
    path: str
    subject: str
    sent: str
    sent_iso: str
    status: str
    answer: str
    tracking: str
    archive: str
    funnel: tuple[FunnelRow, ...]
    curve: Trend | None
    links: tuple[LinkRow, ...]
    links_note: str
    clickers: tuple[ClickerRow, ...]
    clickers_note: str
    clicks_csv: str  # empty: nobody clicked
    losses: tuple[LossRow, ...]
    losses_note: str
    comparison: tuple[ComparisonRow, ...]
    older: Neighbour | None
    newer: Neighbour | None


@dataclass(frozen=True)
class EmailRows:
    """The rows of one email, picked out of queries that answer for all of them."""

    curve: Sequence[CurveHour]
    links: Sequence[EmailLink]
    clickers: Sequence[Clicker]
    losses: Sequence[Loss]


def email_view(
    email: EmailResult, rows: EmailRows, before: Sequence[EmailResult], after: EmailResult | None, clock: Clock,
    directory: Directory,
) -> Email:  # fmt: skip
    """`before` are the emails sent earlier, latest first; the usual rates are those of the last ten."""
    sent = email.sent_ms or 0
    young = clock.now_ms - sent < 7 * DAY_MS
    return Email(
        path=email_path(email),
        subject=subject_of(email),
        sent=clock.moment(sent) if email.sent_ms is not None else wording.UNKNOWN,
        sent_iso=clock.iso(sent) if email.sent_ms is not None else "",
        status=status_word(email.status or "not in the list of emails"),
        answer=_answer(email, before[:10], young),
        tracking=_tracking(email),
        archive=email.url if email.url and email.url.startswith(("https://", "http://")) else "",
        funnel=_funnel(email),
        curve=_curve(email, rows.curve, clock),
        links=link_rows(rows.links[:15]),
        links_note=wording.plural(len(rows.links), "link") + " clicked",
        clickers=tuple(_clicker(c, sent, clock, directory) for c in rows.clickers[:CLICKERS_SHOWN]),
        clickers_note=_of(min(CLICKERS_SHOWN, len(rows.clickers)), len(rows.clickers)),
        clicks_csv=f"data/emails/{email.uuid}-clicks.csv" if rows.clickers else "",
        losses=tuple(_loss(row, clock, directory) for row in rows.losses[:LOSSES_SHOWN]),
        losses_note=_of(min(LOSSES_SHOWN, len(rows.losses)), len(rows.losses)),
        comparison=comparison(email),
        older=Neighbour(subject_of(before[0]), email_path(before[0])) if before else None,
        newer=Neighbour(subject_of(after), email_path(after)) if after else None,
    )


def comparison(email: EmailResult) -> tuple[ComparisonRow, ...]:
    """Our distinct people beside the provider's counts; empty when the provider says nothing."""
    pairs = (
        ("Recipients", email.recipients, email.provider_recipients),
        ("Deliveries", email.delivered, email.provider_deliveries),
        ("Opens", email.opened, email.provider_opens),
        ("Clicks", email.clicked, email.provider_clicks),
        ("Bounces", email.bounced, email.provider_bounces),
        ("Unsubscriptions", email.unsubscribed, email.provider_unsubscriptions),
        ("Complaints", email.complained, email.provider_complaints),
    )
    return tuple(
        ComparisonRow(
            label,
            wording.count(ours) if ours is not None else wording.UNKNOWN,
            wording.count(theirs),
            "same" if ours == theirs else f"{(ours or 0) - theirs:+,}",
        )
        for label, ours, theirs in pairs
        if theirs is not None
    )


def _answer(email: EmailResult, before: Sequence[EmailResult], young: bool) -> str:
    if not email.recipients and email.delivered is None:
        return "Nothing has come in for this email yet: no delivery, no open, no click."
    reached = email.delivered if email.delivered is not None else email.recipients
    opened, clicked = open_rate(email), click_rate(email)
    parts = [f"It reached {wording.people(reached)}"]
    acts = []
    if opened is not None:
        acts.append(f"{wording.count(email.opened)} opened it ({wording.percent(opened)})")
    if clicked is not None:
        acts.append(f"{wording.count(email.clicked)} clicked ({wording.percent(clicked)})")
    if not acts:
        return f"{parts[0]}; who read it cannot be said, because {_untracked_reason(email)}."
    text = f"{parts[0]}: {' and '.join(acts)}"
    rates = [rate for rate in map(click_rate, before) if rate is not None]
    usual = wording.usual(rates)
    if young:
        return f"{text}. Numbers still come in: it is less than a week old."
    if clicked is None or usual is None:
        return text + "."
    change = wording.rate_change(clicked, usual)
    than = "exactly the usual" if change is None or change.mood == "even" else f"{change.text} on the usual"
    return f"{text}. Its click rate is {than} {wording.percent(usual)} of the {len(rates)} emails before."


def _untracked_reason(email: EmailResult) -> str:
    if email.opens_tracked == 0 or email.clicks_tracked == 0:
        return "opens and clicks were not tracked"
    return "it is too early to tell whether opens and clicks are tracked"


def _tracking(email: EmailResult) -> str:
    words = {1: "tracked", 0: wording.NOT_TRACKED, None: "not known yet"}
    return f"Opens: {words[email.opens_tracked]}. Clicks: {words[email.clicks_tracked]}."


def _funnel(email: EmailResult) -> tuple[FunnelRow, ...]:
    delivered = email.delivered
    widest = max(email.recipients, delivered or 0) or 1

    def row(label: str, people: int, role: str) -> FunnelRow:
        share = wording.ratio(people, delivered)
        text = (
            wording.percent(share) if share is not None and label not in ("Recipients", "Delivered") else ""
        )
        return FunnelRow(label, wording.count(people), text, number(100 * people / widest), role)

    rows = [row("Recipients", max(email.recipients, email.provider_recipients or 0) or widest, "s5")]
    if delivered is not None:
        rows.append(row("Delivered", delivered, "s3"))
    for label, tracked, people, role in (
        ("Opened", email.opens_tracked, email.opened, "s1"),
        ("Clicked", email.clicks_tracked, email.clicked, "s2"),
    ):
        rows.append(
            row(label, people, role) if tracked == 1 else FunnelRow(label, why_unknown(tracked), "", "", role)
        )
    return tuple(rows)


def _curve(email: EmailResult, hours: Sequence[CurveHour], clock: Clock) -> Trend | None:
    """People so far, hour by hour after sending, no further than the email is old."""
    if not hours or email.sent_ms is None:
        return None
    age = max(1, (clock.now_ms - email.sent_ms) // 3_600_000)
    points = [h for h in CURVE_HOURS if h <= age]
    if len(points) < 2:
        return None
    opened = [sum(h.opened for h in hours if h.hour < point) for point in points]
    clicked = [sum(h.clicked for h in hours if h.hour < point) for point in points]
    last = points[-1]
    days = last // 24
    step = 1 if days <= 8 else 2
    marks = [24 * d for d in range(1, days + 1, step)] if days >= 2 else [h for h in (6, 12, 18) if h < last]
    labels = tuple(
        Label(number(100 * h / last), f"{h // 24} d" if days >= 2 else f"{h} h", i % 2 == 1)
        for i, h in enumerate(marks)
        if h < last * 0.97
    )
    shown = [("s1", "Opened", opened)] if email.opens_tracked == 1 else []
    shown += [("s2", "Clicked", clicked)] if email.clicks_tracked == 1 else []
    if not shown:
        return None
    _, what, values = shown[0]
    total = (email.opened if what == "Opened" else email.clicked) or 1
    half = next((h for h, v in zip(points, values, strict=True) if v * 2 >= total), None)
    if half is None:
        takeaway = f"Half of those who {what.lower()} it took longer than {_hours_text(last)}."
    else:
        takeaway = (
            f"Half of all {wording.count(total)} who {what.lower()} it did so within {_hours_text(half)}."
        )
    return Trend(
        takeaway=takeaway,
        chart=line_chart(shown, x=labels, positions=[h / last for h in points], dotted=False),
        heads=tuple(label for _, label, _ in shown),
        rows=tuple(
            TrendRow(f"{_hours_text(h)} after sending", tuple(wording.count(v[i]) for _, _, v in shown), "")
            for i, h in enumerate(points)
        ),
        csv="",
    )


def _clicker(row: Clicker, sent_ms: int, clock: Clock, directory: Directory) -> ClickerRow:
    name = name_of(row.name, row.email, row.uuid)
    waited = max(0, row.clicked_ms - sent_ms) // 60_000
    after = (
        f"{waited} min" if waited < 60 else f"{waited // 60} h" if waited < 2880 else f"{waited // 1440} d"
    )
    return ClickerRow(
        name.main, name.detail, directory.href(row.uuid), wording.count(row.clicks), clock.moment(row.clicked_ms),
        after, status_word(row.status),
    )  # fmt: skip


def _loss(row: Loss, clock: Clock, directory: Directory) -> LossRow:
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


def _hours_text(hours: int) -> str:
    return f"{hours // 24} days" if hours >= 48 and hours % 24 == 0 else wording.plural(hours, "hour")


def _of(shown: int, total: int) -> str:
    return (
        f"first {wording.count(shown)} of {wording.count(total)}" if total > shown else wording.people(total)
    )
