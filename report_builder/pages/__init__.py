"""Which files the report consists of: pages to be rendered, and data as it is."""

from collections.abc import Callable, Iterator

from report_builder.pages.definitions import definitions_pages
from report_builder.pages.deliverability import deliverability_pages
from report_builder.pages.email import email_pages
from report_builder.pages.emails import emails_pages
from report_builder.pages.engagement import engagement_pages
from report_builder.pages.growth import growth_pages
from report_builder.pages.links import links_pages
from report_builder.pages.overview import overview_pages
from report_builder.pages.page import File, Page
from report_builder.pages.profile import profile_pages
from report_builder.pages.search import search_files
from report_builder.pages.segments import segments_pages
from report_builder.pages.status import status_pages
from report_builder.pages.subscriber import subscriber_pages
from report_builder.pages.subscribers import subscribers_pages
from report_builder.pages.timing import timing_pages
from report_builder.reading import Reading

PAGES: tuple[Callable[[Reading], Iterator[Page | File]], ...] = (
    overview_pages,
    emails_pages,
    email_pages,
    subscribers_pages,
    subscriber_pages,
    engagement_pages,
    growth_pages,
    links_pages,
    deliverability_pages,
    timing_pages,
    segments_pages,
    profile_pages,
    status_pages,
    definitions_pages,
    search_files,
)


def site_pages(reading: Reading) -> Iterator[Page | File]:
    for pages in PAGES:
        yield from pages(reading)
