"""The profile for sponsors and partners: on the site, and as a file to send."""

from collections.abc import Iterator
from datetime import timedelta

from report_builder import rows
from report_builder.clock import day_text
from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.views import profile as profile_view
from report_builder.views import profile_groups as groups
from report_builder.views.growth_months import months_between
from report_builder.views.links import own_hosts

PATH = "profile.html"
SNAPSHOT = "snapshots/profile.html"


def profile_pages(reading: Reading) -> Iterator[Page | File]:
    ask, clock, active = reading.warehouse.rows, reading.clock, reading.facts.active
    first, last = reading.year
    year = {"first_day": first, "last_day": last}
    since = clock.today - timedelta(days=7 * profile_view.WEEKS - 1)
    engaged = reading.warehouse.row(
        rows.Totals, "overview/totals", first_day=since, last_day=clock.today, before_ms=clock.now_ms + 1
    ).engaged
    emails = profile_view.last_emails(reading.emails)
    is_tracked = engaged > 0 or any(1 in (e.opens_tracked, e.clicks_tracked) for e in emails)
    clicks = profile_view.typical([profile_view.told_clicks(e) for e in emails])
    opens = profile_view.typical([profile_view.told_opens(e) for e in emails])
    months = months_between(ask(rows.MonthMoves, "growth/months"), active, clock.today)
    growth = groups.growth_points(months, active, clock.today)
    name = reading.facts.newsletter or "this newsletter"
    view = profile_view.Profile(
        day=day_text(clock.today),
        answer=profile_view.answer(name, active, emails, clicks, clock),
        tiles=profile_view.tiles(active, growth, engaged if is_tracked else None, clicks, opens),
        growth=groups.growth_trend(growth),
        emails=profile_view.email_lines(emails, clock),
        heat=groups.week(ask(rows.HourPeople, "profile/hours", **year)),
        sites=groups.sites(ask(rows.ClickedHost, "links/hosts", **year), own_hosts(reading.emails)),
        countries=groups.countries(ask(rows.CountryPeople, "profile/countries"), active),
        mailboxes=groups.mailboxes(ask(rows.DomainPeople, "profile/domains"), active),
    )
    yield Page(PATH, "profile", "overview", "Profile", view, copy=SNAPSHOT, is_private=False)
