"""The list of subscribers, with its data."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from report_builder import shards
from report_builder.pages.page import File, Page
from report_builder.reading import PAGES_OF_THEIR_OWN, Reading
from report_builder.rows import Person
from report_builder.views import subscribers as subscribers_view
from report_builder.views.people import stage_word
from report_builder.views.site import tracked_nowhere
from report_builder.wording import people as people_text
from shared import downloads


def subscribers_pages(reading: Reading) -> Iterator[Page | File]:
    persons, tags = reading.persons, reading.tags
    untracked = tracked_nowhere(reading.emails)
    view = subscribers_view.Subscribers(
        answer=subscribers_view.answer(persons, untracked),
        rows=subscribers_view.subscriber_rows(persons, tags, reading.directory),
        total=len(persons),
        total_text=people_text(len(persons)),
        filters=subscribers_view.filters(persons, tags, [each.segment.name for each in reading.segments]),
        list_href="data/subscribers.json",
        csv="data/subscribers.csv",
    )
    yield Page("subscribers.html", "subscribers", "subscribers", "Subscribers", view)
    for file in shards.list_files(persons, tags, _segments(reading), min(PAGES_OF_THEIR_OWN, len(persons))):
        yield File(*file)
    yield File("data/subscribers.csv", people_csv(persons, tags))


def _segments(reading: Reading) -> Mapping[int, Sequence[str]]:
    """The segments of each person, by name."""
    names: dict[int, list[str]] = defaultdict(list)
    for each in reading.segments:
        for subscriber_id in each.people:
            names[subscriber_id].append(each.segment.name)
    return names


def people_csv(persons: Sequence[Person], tags: Mapping[int, Sequence[str]]) -> bytes:
    """One line for each of `persons`, in their order."""
    heads = (
        "email",
        "name",
        "status",
        "source",
        "tags",
        "joined",
        "score",
        "stars",
        "stage",
        "received",
        "opened",
        "clicked",
        "last_active",
    )
    cells = (
        (
            p.email, p.name, p.status, p.source, ", ".join(tags.get(p.subscriber_id, ())),
            p.joined_day.isoformat() if p.joined_day else None, p.score, p.stars, stage_word(p.stage), p.received,
            p.seen_opened, p.seen_clicked,
            p.last_day.isoformat() if p.last_day else None,
        )
        for p in persons
    )  # fmt: skip
    return downloads.csv_bytes(heads, cells)
