"""The profile: what a newsletter may show of itself to sponsors and partners. Numbers of groups, no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from report_builder import wording
from report_builder.charts import spark
from report_builder.clock import Clock, day_text
from report_builder.definitions import BY_KEY
from report_builder.disclosure import are_tellable, told, told_text
from report_builder.geometry import number
from report_builder.rows import EmailResult
from report_builder.views.emails import Rate, subject_of
from report_builder.views.overview import Heat, LinkRow, Tile, Trend
from report_builder.views.profile_groups import Share
from report_builder.views.rates import pooled_clicks, pooled_opens

EMAILS = 10
WEEKS = 13
NOT_TOLD = "not shown"


@dataclass(frozen=True)
class EmailLine:
    subject: str
    sent: str
    delivered: str
    clicked: Rate
    opened: Rate


@dataclass(frozen=True)
class Typical:
    """The middle of the last emails' rates, between their lowest and their highest; None: too few to say."""

    middle: float | None
    lowest: float
    highest: float
    emails: int


@dataclass(frozen=True)
class Profile:
    day: str
    answer: str
    tiles: tuple[Tile, ...]
    growth: Trend | None
    emails: tuple[EmailLine, ...]
    heat: Heat | None
    sites: tuple[LinkRow, ...]
    countries: tuple[Share, ...]
    mailboxes: tuple[Share, ...]


def last_emails(emails: Sequence[EmailResult]) -> list[EmailResult]:
    """The latest first; without those to a handful of people, such as a test or a letter to one group."""
    large = BY_KEY["click_rate"].minimum
    return [email for email in emails if email.sent_ms is not None and (email.delivered or 0) >= large][
        :EMAILS
    ]


def told_clicks(email: EmailResult) -> float | None:
    rate = pooled_clicks([email]).rate
    is_safe = are_tellable(email.delivered or 0, email.clicked)
    return _shown(rate) if rate is not None and is_safe else None


def told_opens(email: EmailResult) -> float | None:
    """None also where it would say how few opened without a click."""
    rate = pooled_opens([email]).measured.rate
    if rate is None or not are_tellable(email.measurable or 0, email.opened):
        return None
    if told_clicks(email) is not None and not are_tellable(email.opened, min(email.clicked, email.opened)):
        return None
    return _shown(rate)


def typical(rates: Sequence[float | None]) -> Typical:
    known = [rate for rate in rates if rate is not None]
    if len(known) < 3:
        return Typical(None, 0, 0, len(known))
    return Typical(_shown(median(known)), min(known), max(known), len(known))


def email_lines(emails: Sequence[EmailResult], clock: Clock) -> tuple[EmailLine, ...]:
    clicks, opens = [told_clicks(e) for e in emails], [told_opens(e) for e in emails]
    best_click, best_open = (max(filter(None, rates), default=0) for rates in (clicks, opens))
    return tuple(
        EmailLine(
            subject=subject_of(email),
            sent=day_text(day) if (day := clock.day(email.sent_ms)) else wording.UNKNOWN,
            delivered=told_text(email.delivered or 0),
            clicked=_rate(clicked, best_click, pooled_clicks([email]).why),
            opened=_rate(opened, best_open, pooled_opens([email]).measured.why),
        )
        for email, clicked, opened in zip(emails, clicks, opens, strict=True)
    )


def tiles(
    active: int,
    growth: Sequence[tuple[date, int | None]],
    engaged: int | None,
    clicks: Typical,
    opens: Typical,
) -> tuple[Tile, ...]:
    """`growth` are told counts, the earliest first; `engaged` is None where nothing was tracked."""
    subscribers = told(active)
    engaged_value = wording.UNKNOWN if engaged is None else told_text(engaged)
    note = "opened, clicked or replied in 13 weeks"
    return (
        Tile(
            "active_subscribers", "Subscribers", told_text(active), "", None, growth_text(subscribers, growth), "",
            spark([value for _, value in growth]), "s3",
        ),
        Tile(
            "engaged_readers", "Engaged readers", engaged_value, "", None,
            note if engaged is not None else wording.NOT_TRACKED, "", None, "s1",
        ),
        _typical_tile("click_rate", "Typical click rate", clicks, "s2"),
        _typical_tile("open_rate", "Typical open rate", opens, "s1"),
    )  # fmt: skip


def growth_text(now: int | None, growth: Sequence[tuple[date, int | None]]) -> str:
    known = [(day, value) for day, value in growth[:-1] if value]
    if now is None or not known:
        return "on the list today"
    day, before = known[0]
    if now == before:
        return f"as many as on {day_text(day)}"
    share = abs(now - before) / before
    text = wording.percent(share) if share < 10 else f"{share:.0f} times"
    return f"{text} {'more' if now > before else 'fewer'} than on {day_text(day)}"


def answer(newsletter: str, active: int, emails: Sequence[EmailResult], clicks: Typical, clock: Clock) -> str:
    """What a stranger wants to know first."""
    subscribers = told(active)
    if subscribers is None:
        said = f"Fewer than 5 people get {newsletter}"
    else:
        said = f"{wording.plural(subscribers, 'person gets', 'people get')} {newsletter}"
    if every := rhythm(emails, clock):
        said += f", {every}"
    if clicks.middle is not None:
        said += f"; {wording.percent(clicks.middle)} of them click in a typical email"
    return said + "."


def rhythm(emails: Sequence[EmailResult], clock: Clock) -> str:
    """How often emails come, by the middle distance of the last ones; empty where there are too few to say."""
    days = [day for email in emails if (day := clock.day(email.sent_ms))]
    gaps = [(later - earlier).days for later, earlier in pairwise(days)]
    if len(gaps) < 3:
        return ""
    middle = median(gaps)
    named = (
        (1.5, "daily"),
        (5, "several times a week"),
        (9, "weekly"),
        (18, "every two weeks"),
        (45, "monthly"),
    )
    return next((text for most, text in named if middle <= most), "every few months")


def _typical_tile(key: str, label: str, found: Typical, role: str) -> Tile:
    if found.middle is None:
        return Tile(key, label, wording.UNKNOWN, "", None, "too few emails to say", "", None, role)
    reach = f"{wording.percent(found.lowest)} to {wording.percent(found.highest)}"
    note = f"{reach} in {wording.plural(found.emails, 'email')}"
    value, unit = wording.percent_parts(found.middle)
    return Tile(key, label, value, unit, None, note, "", None, role)


def _rate(rate: float | None, widest: float, why: str) -> Rate:
    if rate is None:
        return Rate(why or NOT_TOLD, "", "", False)
    return Rate(wording.percent(rate), number(100 * rate / widest) if widest else "0", f"{rate:.3f}", True)


def _shown(rate: float) -> float:
    """As exact as it is printed, so that bars and middles say no more than the text."""
    return wording.as_printed(rate)
