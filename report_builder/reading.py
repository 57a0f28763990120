"""What more than one page needs, asked once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from report_builder import rows
from report_builder.clock import Clock
from report_builder.comparison import Compared, Group, compare
from report_builder.conventions import chosen_conventions
from report_builder.inputs import moment_of
from report_builder.segments import Known, Members, find_members, is_by_behaviour
from report_builder.views.email_speed import Figures
from report_builder.views.email_usual import Course, course
from report_builder.views.growth_months import LATELY, month_number, month_start
from report_builder.views.links import own_hosts
from report_builder.views.links_rising import RISING_WEEKS, Rising, rising_hosts
from report_builder.views.notes import Annotation, annotations
from report_builder.views.people import Directory
from report_builder.views.segments import MOST_TAGS
from report_builder.warehouse import Warehouse
from shared.alerts import Odd, read_odds
from shared.last_run import LastRun, looked_ms
from shared.locales import Conventions
from shared.project import ProjectSettings

PAGES_OF_THEIR_OWN = 100
YEAR_WEEKS = 52


@dataclass(frozen=True)
class Reading:
    """`clock` stands at the moment the data is from; only what is in data/status.json may depend on `built`."""

    warehouse: Warehouse
    built: datetime
    store_bytes: int
    last_run: LastRun | None
    settings: ProjectSettings
    is_served: bool = False  # beside the database, by a server that gives it out: not a folder somebody named

    @cached_property
    def facts(self) -> rows.SiteFacts:
        return self.warehouse.row(rows.SiteFacts, "site/facts")

    @cached_property
    def looked_ms(self) -> int | None:
        """When a run last looked for data and ended well."""
        return looked_ms(self.facts.synced_ms, self.last_run, self.built)

    @cached_property
    def clock(self) -> Clock:
        zone = self.warehouse.zone
        return Clock(moment_of(self.facts.synced_ms, self.last_run, self.built, zone), zone)

    @cached_property
    def conventions(self) -> Conventions:
        """How numbers and dates are written."""
        return chosen_conventions(self.settings.locale, self.facts.locale)

    @cached_property
    def runs(self) -> list[rows.SyncRun]:
        """Those that left a trace in the database, the latest first."""
        return self.warehouse.rows(rows.SyncRun, "status/runs")

    @cached_property
    def odds(self) -> tuple[Odd, ...]:
        return read_odds((run.run_id, run.command, run.counts) for run in self.runs)

    @cached_property
    def months(self) -> list[rows.EventMonth]:
        """The earliest first."""
        return self.warehouse.event_months()

    @cached_property
    def emails(self) -> list[rows.EmailResult]:
        """Latest first."""
        return self.warehouse.rows(rows.EmailResult, "emails/list", now_ms=self.clock.now_ms)

    @cached_property
    def first_runs(self) -> rows.FirstRuns:
        return self.warehouse.row(rows.FirstRuns, "site/first_runs")

    @cached_property
    def notes(self) -> Sequence[Annotation]:
        """The earliest first."""
        return annotations(self.settings.notes, self.emails, self.facts.first_ms, self.first_runs, self.clock)

    @cached_property
    def courses(self) -> list[Course]:
        """How each email went on, latest first."""
        hours: dict[int, list[rows.CurveHour]] = defaultdict(list)
        for row in self.warehouse.stream(rows.CurveHour, "email/curve"):
            hours[row.email_id].append(row)
        return [course(email, hours.get(email.email_id, ())) for email in self.emails]

    @cached_property
    def figures(self) -> Mapping[int, Figures]:
        """What is counted for each email beside its result."""
        ask = self.warehouse.rows
        paces = {(row.email_id, row.act): row for row in ask(rows.Pace, "email/pace")}
        half_lives = {row.email_id: row for row in ask(rows.HalfLife, "email/half_life")}
        depths = {row.email_id: row for row in ask(rows.Depth, "email/depth")}
        opens = {row.email_id: row for row in ask(rows.OpenCounts, "email/opens")}
        keys = [email.email_id for email in self.emails]
        return {
            key: Figures(
                opens=paces.get((key, "open")),
                clicks=paces.get((key, "click")),
                half_life=half_lives.get(key),
                depth=depths.get(key),
                open_counts=opens.get(key),
            )
            for key in keys
        }

    @cached_property
    def stages(self) -> list[rows.StageCount]:
        """The latest checkpoint last."""
        return self.warehouse.rows(rows.StageCount, "engagement/stages")

    @cached_property
    def deliveries(self) -> Mapping[int, rows.EmailDelivery]:
        """By email; those of which nothing is known are missing."""
        found = self.warehouse.rows(rows.EmailDelivery, "deliverability/emails")
        return {row.email_id: row for row in found}

    @cached_property
    def sources(self) -> list[rows.SourceCounts]:
        first_day = month_start(month_number(self.clock.today) - LATELY + 1)
        return self.warehouse.rows(
            rows.SourceCounts, "growth/sources", first_day=first_day, now_ms=self.clock.now_ms
        )

    @cached_property
    def year(self) -> tuple[date, date]:
        """The first and the last day of the last 52 weeks."""
        today = self.clock.today
        return today - timedelta(days=7 * YEAR_WEEKS - 1), today

    @cached_property
    def year_links(self) -> list[rows.ClickedLink]:
        """Every link clicked in that year, those with most people first."""
        first, last = self.year
        return self.warehouse.rows(rows.ClickedLink, "links/top", first_day=first, last_day=last)

    @cached_property
    def rising(self) -> tuple[Rising, ...] | None:
        """Sites that draw more readers than a quarter of a year ago; None where there is no such past."""
        today, begin = self.clock.today, self.clock.day(self.facts.first_ms)
        middle = today - timedelta(days=7 * RISING_WEEKS)
        first = middle - timedelta(days=7 * RISING_WEEKS)
        if begin is None or begin > first + timedelta(days=1):
            return None
        spans = (
            {"first_day": middle + timedelta(days=1), "last_day": today},
            {"first_day": first + timedelta(days=1), "last_day": middle},
        )
        hosts = [self.warehouse.rows(rows.ClickedHost, "links/hosts", **days) for days in spans]
        totals = [self.warehouse.row(rows.ClickTotals, "links/totals", **days) for days in spans]
        return rising_hosts(hosts[0], hosts[1], totals[0], totals[1], own_hosts(self.emails))

    @cached_property
    def persons(self) -> list[rows.Person]:
        """Best first."""
        return self.warehouse.rows(rows.Person, "subscribers/list")

    @cached_property
    def tags(self) -> Mapping[int, Sequence[str]]:
        tags: dict[int, list[str]] = defaultdict(list)
        for row in self.warehouse.rows(rows.PersonTag, "subscribers/tags"):
            tags[row.subscriber_id].append(row.tag)
        return dict(tags)

    @cached_property
    def judged(self) -> list[rows.FilteredTotal]:
        """How many opens and clicks got which verdict, and why."""
        return self.warehouse.rows(rows.FilteredTotal, "verdicts/by_reason")

    @cached_property
    def segments(self) -> Sequence[Members]:
        """In the order of project.toml."""
        known = Known(
            self.warehouse, self.clock, self.emails, frozenset(p.subscriber_id for p in self.persons)
        )
        return [find_members(segment, known) for segment in self.settings.segments]

    @cached_property
    def people_by_tag(self) -> Sequence[tuple[str, frozenset[int]]]:
        """Every tag with its people, the largest first."""
        people: dict[str, set[int]] = defaultdict(set)
        for subscriber_id in (p.subscriber_id for p in self.persons):
            for tag in self.tags.get(subscriber_id, ()):
                people[tag].add(subscriber_id)
        largest = sorted(people.items(), key=lambda each: (-len(each[1]), each[0]))
        return [(tag, frozenset(members)) for tag, members in largest]

    @cached_property
    def compared(self) -> Sequence[Compared]:
        """Everybody first, then the segments, the largest tags, and the statuses of those on the list."""
        statuses: dict[str, set[int]] = defaultdict(set)
        for person in self.persons:
            if person.is_active:
                statuses[person.status].add(person.subscriber_id)
        groups = [
            Group("everybody", "", frozenset(p.subscriber_id for p in self.persons)),
            *(
                Group("segment", each.segment.name, each.people, is_by_behaviour(each.segment.rule))
                for each in self.segments
            ),
            *(Group("tag", tag, people) for tag, people in self.people_by_tag[:MOST_TAGS]),
            *(
                Group("status", status, frozenset(people))
                for status, people in sorted(statuses.items(), key=lambda each: (-len(each[1]), each[0]))
            ),
        ]
        return compare(groups, self.warehouse, self.clock, self.emails)

    @cached_property
    def directory(self) -> Directory:
        return Directory(frozenset(p.uuid for p in self.persons[:PAGES_OF_THEIR_OWN]))


def read(
    warehouse: Warehouse,
    now: datetime,
    last_run: LastRun | None,
    store_bytes: int,
    settings: ProjectSettings,
    *,
    is_served: bool = False,
) -> Reading:
    """Works out how engaged everybody is at the moment the data is from; the warehouse must be fresh."""
    reading = Reading(warehouse, now, store_bytes, last_run, settings, is_served)
    warehouse.score(reading.clock.now_ms)
    return reading
