"""What the numbers mean."""

from collections.abc import Iterator

from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.views.definitions import definitions_view


def definitions_pages(reading: Reading) -> Iterator[Page | File]:
    view = definitions_view()
    yield Page("definitions.html", "definitions", "definitions", "What the numbers mean", view, 0)
