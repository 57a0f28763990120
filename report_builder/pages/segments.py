"""Do groups of readers differ: segments and tags beside everybody, with their data."""

from collections.abc import Iterator, Sequence

from report_builder import comparison
from report_builder.comparison import Compared
from report_builder.datasets import json_bytes
from report_builder.pages.page import File, Page
from report_builder.pages.subscribers import people_csv
from report_builder.reading import Reading
from report_builder.segments import file_names
from report_builder.views import segments as segments_view
from report_builder.views import segments_answer
from report_builder.views.segments_rule import rule_text
from shared import downloads


def segments_pages(reading: Reading) -> Iterator[Page | File]:
    names = [each.segment.name for each in reading.segments]
    files = {name: f"data/segments/{file}.csv" for name, file in zip(names, file_names(names), strict=True)}
    tags, compared = reading.people_by_tag, reading.compared
    words = {
        each.segment.name: segments_view.Words(rule_text(each.segment.rule), files[each.segment.name])
        for each in reading.segments
    }
    view = segments_view.Segments(
        answer=segments_answer.answer(compared),
        doubts=tuple(segment_doubts(reading)),
        tables=segments_view.tables(compared, words, len(tags)),
        overlap=segments_answer.overlap([(each.segment.name, each.people) for each in reading.segments]),
        has_segments=bool(reading.segments),
        csv="data/segments.csv",
    )
    yield Page("segments.html", "segments", "segments", "Segments and tags", view)
    yield from _data(compared, words)
    for each in reading.segments:
        members = [p for p in reading.persons if p.subscriber_id in each.people]
        yield File(files[each.segment.name], people_csv(members, reading.tags))


def segment_doubts(reading: Reading) -> Iterator[str]:
    """Segments and conditions that match nobody, and what was perhaps meant; nothing where there is nobody at all."""
    if not reading.persons:
        return
    known = segments_answer.known_words(
        reading.emails,
        [tag for tag, _ in reading.people_by_tag],
        sorted({p.status for p in reading.persons}),
        sorted({p.source for p in reading.persons if p.source}),
    )
    for each in reading.segments:
        for doubt in each.doubts:
            yield segments_answer.doubt_text(each.segment.name, doubt, known.get(doubt.key, ()))
        if not each.people and not each.doubts:
            yield f"“{each.segment.name}”: nobody fits its rule today."


def _data(compared: Sequence[Compared], words: dict[str, segments_view.Words]) -> Iterator[File]:
    """data/segments.json: `groups` as comparison.group_record makes them, the first being everybody; a segment has its
    `rule` in words and `members`, the file of its people."""
    records = [comparison.group_record(each) for each in compared]
    columns = list(records[0])
    yield File(
        "data/segments.csv", downloads.csv_bytes(columns, (list(record.values()) for record in records))
    )
    for record in records:
        if record["kind"] == "segment":
            record |= {"rule": words[record["name"]].note, "members": words[record["name"]].csv}
    yield File(
        "data/segments.json",
        json_bytes(
            "segments",
            latest_emails=comparison.LATEST_EMAILS,
            engaged_weeks=comparison.ENGAGED_WEEKS,
            departure_days=comparison.DEPARTURE_DAYS,
            groups=records,
        ),
    )
