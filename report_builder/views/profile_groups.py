"""The profile's groups: where readers are, when they read and what they click, each told only if large enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from report_builder import wording
from report_builder.charts import Label, day_labels, line_chart
from report_builder.clock import WEEKDAYS, day_text
from report_builder.conventions import written_month
from report_builder.disclosure import FEWEST, Parts, parts, told, told_text
from report_builder.geometry import number
from report_builder.rows import ClickedHost, CountryPeople, DomainPeople, HourPeople
from report_builder.views.growth_months import Month, month_start
from report_builder.views.overview import Heat, HeatCell, HeatRow, LinkRow, Trend, TrendRow
from report_builder.views.overview_lists import HEAT_LEVELS
from report_builder.views.profile_places import PROVIDER_OF, country_name

NAMED, SITES = 8, 10
OTHERS, UNKNOWN = "All others", "All others, or not known"
# A domain of its own may be a company's: named from so many people, and so large a part of the list.
DOMAIN_PEOPLE, DOMAIN_SHARE = 20, 0.01
MONTHS = 12


@dataclass(frozen=True)
class Share:
    label: str
    share: str
    bar: str  # per cent of the widest


def countries(found: Sequence[CountryPeople], active: int) -> tuple[Share, ...]:
    """Nothing where most countries are not known."""
    known = _summed((country_name(row.country), row.people) for row in found if row.country)
    if 2 * sum(people for _, people in known) < active:
        return ()
    return _shares(parts(known, active, NAMED), UNKNOWN)


def mailboxes(found: Sequence[DomainPeople], active: int) -> tuple[Share, ...]:
    large = max(DOMAIN_PEOPLE, DOMAIN_SHARE * active)
    named = _summed(
        (PROVIDER_OF.get(row.domain, row.domain), row.people)
        for row in found
        if row.domain and (row.domain in PROVIDER_OF or row.people >= large)
    )
    return _shares(parts(named, active, NAMED), OTHERS)


def sites(found: Sequence[ClickedHost], own: frozenset[str]) -> tuple[LinkRow, ...]:
    """The sites most people followed links to. People who click on several are with each, so nothing adds up."""
    large = [row for row in found if row.host and row.host not in own and row.people >= FEWEST][:SITES]
    widest = max((told(row.people) or 0 for row in large), default=0) or 1
    return tuple(
        LinkRow(
            str(row.host), "", "", told_text(row.people), "", number(100 * (told(row.people) or 0) / widest)
        )
        for row in large
    )


def week(hours: Sequence[HourPeople]) -> Heat | None:
    """None where no hour has enough people to be told."""
    known = {(h.weekday, h.hour): h.people for h in hours}
    highest = max((told(people) or 0 for people in known.values()), default=0)
    if not highest:
        return None
    day, hour = max(known, key=lambda each: (told(known[each]) or 0, -each[0], -each[1]))
    rows = tuple(
        HeatRow(WEEKDAYS[day - 1], tuple(_cell(known.get((day, hour), 0), highest) for hour in range(24)))
        for day in range(1, 8)
    )
    takeaway = f"Most people read on {WEEKDAYS[day - 1]} between {hour:02}:00 and {(hour + 1) % 24:02}:00."
    return Heat("When people read", takeaway, "people who read", rows)


def growth_points(months: Sequence[Month], active: int, today: date) -> list[tuple[date, int | None]]:
    """How many were on the list when each of the last months began, and today; None: fewer than five."""
    begun = [(month_start(each.moves.month), told(each.active)) for each in months[1:][-MONTHS:]]
    return [*begun, (today, told(active))]


def growth_trend(points: Sequence[tuple[date, int | None]]) -> Trend | None:
    """None before there are three months to draw."""
    if sum(1 for _, value in points if value) < 3:
        return None
    days, values = [day for day, _ in points], [value for _, value in points]
    first, last = next(v for v in values if v), values[-1]
    reach = (days[-1] - days[0]).days or 1
    positions = [(day - days[0]).days / reach for day in days]
    labels: tuple[Label, ...] = day_labels(days) if reach <= 45 else _month_labels(days, positions)
    return Trend(
        takeaway=_growth_takeaway(days, first, last),
        chart=line_chart([("s3", "Subscribers", values)], x=labels, positions=positions, dotted=True),
        heads=("Subscribers",),
        rows=tuple(
            TrendRow(day_text(day), (wording.count(value) if value is not None else told_text(1),), "")
            for day, value in reversed(points)
        ),
        csv="",
    )


def _growth_takeaway(days: Sequence[date], first: int, last: int | None) -> str:
    if last is None:
        return f"On {day_text(days[-1])} fewer than {FEWEST} people were on the list."
    return f"From {wording.count(first)} to {wording.count(last)} subscribers since {day_text(days[0])}."


def _month_labels(days: Sequence[date], positions: Sequence[float]) -> tuple[Label, ...]:
    named = [
        Label(number(100 * at), written_month(day, year=False), place % 4 == 2)
        for place, (day, at) in enumerate(zip(days[:-1], positions, strict=False))
    ]
    return tuple(label for label in named[::2] if 3 < float(label.at) < 95)


def _cell(people: int, highest: int) -> HeatCell:
    known = told(people)
    return HeatCell(-(-(known or 0) * HEAT_LEVELS // highest), told_text(people))


def _summed(found: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for name, people in found:
        sums[name] = sums.get(name, 0) + people
    return list(sums.items())


def _shares(found: Parts, others: str) -> tuple[Share, ...]:
    """Nothing where nobody could be named."""
    if not found.named:
        return ()
    rows = [*found.named, *([(others, found.others)] if found.others else [])]
    whole, widest = found.whole, max(people for _, people in rows)
    return tuple(
        Share(name, _per_cent(people / whole), number(round(100 * people / widest))) for name, people in rows
    )


def _per_cent(share: float) -> str:
    return wording.whole_percent(share) if share >= 0.005 else f"under {wording.whole_percent(0.01)}"
