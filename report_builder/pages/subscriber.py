"""A page for each of the best known people, and shards from which a script makes everybody else's."""

from collections.abc import Iterator

from report_builder import people_shards, rows, shards
from report_builder.clock import DAY_MS
from report_builder.definitions import BY_KEY
from report_builder.pages.page import File, Page, grouped
from report_builder.reading import PAGES_OF_THEIR_OWN, Reading
from report_builder.scoring import Scale
from report_builder.views.subscriber import DETAILED_DAYS, Anybody, PersonRows, newest_ms, subscriber_view


def subscriber_pages(reading: Reading) -> Iterator[Page | File]:
    ask, clock, persons = reading.warehouse.rows, reading.clock, reading.persons
    since = clock.now_ms - DETAILED_DAYS * DAY_MS
    best = persons[:PAGES_OF_THEIR_OWN]
    emails = {e.email_id: e for e in reading.emails}
    urls = ask(rows.LinkUrl, "subscriber/links")
    people = people_shards.PeopleShards(
        persons,
        {e.email_id: (e.sent_ms or 0) // shards.MINUTE_MS for e in reading.emails},
        ask(rows.EventKind, "subscriber/kinds"),
    )
    stream = reading.warehouse.stream(rows.TimelinePoint, "subscriber/timeline", since_ms=since)
    timelines = people.add_timeline(stream, frozenset(p.subscriber_id for p in best))
    facts = {f.subscriber_id: f for f in ask(rows.PersonFacts, "subscriber/facts")}
    earlier = grouped(ask(rows.EarlierEmail, "subscriber/earlier", since_ms=since), lambda r: r.subscriber_id)
    addresses = grouped(ask(rows.PersonAddress, "subscriber/addresses"), lambda r: r.subscriber_id)
    changes = grouped(ask(rows.PersonChange, "subscriber/changes"), lambda r: r.subscriber_id)
    link_urls = {link.link_id: link.url for link in urls}
    scores = [person.score for person in best if person.score is not None]
    scored = grouped(
        ask(
            rows.ScoredEmail, "subscriber/score", now_ms=clock.now_ms, least_score=min(scores, default=101),
            window_ms=Scale().window_days * DAY_MS, half_life_days=Scale().half_life_days,
        ),
        lambda r: r.subscriber_id,
    )  # fmt: skip
    found = ask(rows.Favourites, "subscriber/favourites", least_acts=BY_KEY["favourite_hour"].minimum)
    favourites = {f.subscriber_id: f for f in found}
    for person in best:
        key = person.subscriber_id
        mine = PersonRows(
            person, reading.tags.get(key, ()), facts[key], timelines.get(key, ()), earlier.get(key, ()),
            addresses.get(key, ()), changes.get(key, ()), scored.get(key, ()), favourites.get(key),
        )  # fmt: skip
        view = subscriber_view(mine, emails, link_urls, clock)
        yield Page(view.path, "subscriber", "subscribers", view.title, view, newest_ms(mine))
    anybody = Anybody(clock.zone, people.shift)
    yield Page("subscriber.html", "anybody", "subscribers", "Subscriber", anybody, 0)
    yield File(*people_shards.name_file(reading.emails, urls))
    for file in people.files(persons, reading.tags, facts, addresses, changes, earlier, favourites):
        yield File(*file)
