"""The overview's lists: most engaged readers, hours of the week, links."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlsplit

from report_builder.charts import strip_path
from report_builder.clock import WEEKDAYS, Clock
from report_builder.definitions import BY_KEY
from report_builder.geometry import number
from report_builder.rows import EmailLink, HourActions, TopLink, TopStep
from report_builder.views.overview import Heat, HeatCell, HeatRow, LinkRow, Reader
from report_builder.views.people import Directory, name_of
from report_builder.wording import compact, count, plural, whole_percent

HEAT_LEVELS = 8


def readers(
    steps: Sequence[TopStep], strip_steps: int, directory: Directory, clock: Clock
) -> tuple[Reader, ...]:
    """`steps` come person by person, best first."""
    made = []
    best = max((step.score for step in steps), default=0) or 1
    for _, group in groupby(steps, key=lambda step: step.place):
        rows = list(group)
        person = rows[0]
        actions = [0] * strip_steps
        for row in rows:
            actions[min(row.step, strip_steps - 1)] += row.actions
        name = name_of(person.name, person.email, person.uuid)
        made.append(
            Reader(
                label=name.main,
                detail=name.detail,
                href=directory.href(person.uuid),
                score=count(person.score),
                share=number(100 * person.score / best),
                opened=count(person.opened),
                clicked=count(person.clicked),
                strip=strip_path(actions),
                seen=clock.ago(person.last_ms),
                seen_iso=clock.iso(person.last_ms),
            )
        )
    return tuple(made)


def week(clicked: Sequence[HourActions], opened: Sequence[HourActions]) -> Heat | None:
    """When people click; when they open only where clicks are too few to show a habit."""
    clicks = sum(h.actions for h in clicked)
    if clicks >= BY_KEY["send_time_heatmap"].minimum or not opened:
        return heat(clicked, "clicked")
    found = heat(opened, "opened")
    few = f"Opens by people, because {plural(clicks, 'click')} would show no habit. "
    return found and replace(found, takeaway=few + found.takeaway)


def heat(hours: Sequence[HourActions], verb: str) -> Heat | None:
    """A week of hours; None when nothing happened. `verb` is "opened" or "clicked"."""
    if not hours:
        return None
    actions = {(h.weekday, h.hour): h.actions for h in hours}
    peak = max(hours, key=lambda h: (h.actions, -h.weekday, -h.hour))
    total = sum(actions.values())
    rows = tuple(
        HeatRow(
            WEEKDAYS[day - 1],
            tuple(
                HeatCell(-(-n * HEAT_LEVELS // peak.actions), compact(n))
                for n in (actions.get((day, hour), 0) for hour in range(24))
            ),
        )
        for day in range(1, 8)
    )
    share, what = peak.actions / total, {"clicked": "clicks", "opened": "opens"}[verb]
    takeaway = (
        f"The busiest hour is {WEEKDAYS[peak.weekday - 1]}, {peak.hour:02}:00 to {(peak.hour + 1) % 24:02}:00: "
        f"{whole_percent(share)} of {what}."
    )
    title = {"clicked": "When they click", "opened": "When they open"}[verb]
    return Heat(title, takeaway, f"emails {verb} per hour", rows)


def link_rows(links: Sequence[TopLink] | Sequence[EmailLink]) -> tuple[LinkRow, ...]:
    widest = max((link.people for link in links), default=0) or 1
    made = []
    for link in links:
        label, host = link_label(link.target)
        made.append(
            LinkRow(
                label=label,
                detail=host,
                href=link.url if is_followable(link.url) else "",
                people=count(link.people),
                raw=plural(link.raw_clicks, "click") if isinstance(link, EmailLink) else "",
                share=number(100 * link.people / widest),
            )
        )
    return tuple(made)


def is_followable(url: str) -> bool:
    """Only addresses of the web become links: a clicked "javascript:" must stay text."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def link_label(url: str) -> tuple[str, str]:
    """The path says what it is, the host where: "/pricing" and "example.com"."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    if not parts.netloc:
        return url, ""
    tail = parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")
    return (tail, parts.netloc) if tail else (parts.netloc, "")


def readers_note(shown: int, all_people: int) -> str:
    return f"All {count(all_people)}" if all_people > shown else plural(all_people, "person", "people")
