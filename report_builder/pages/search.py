"""What the search box of every page looks through."""

from collections.abc import Iterator

from report_builder.datasets import json_bytes
from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.views.search import TAGS_FOUND, search_entries


def search_files(reading: Reading) -> Iterator[Page | File]:
    groups = [
        *(("segment", each.segment.name, len(each.people)) for each in reading.segments),
        *(("tag", tag, len(people)) for tag, people in reading.people_by_tag[:TAGS_FOUND]),
    ]
    found = search_entries(reading.emails, reading.year_links, groups, reading.clock)
    yield File("data/search.json", json_bytes("search", **found))
