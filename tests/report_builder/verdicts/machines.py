"""What proxies and filters do, alone and around people; some pass as people, and are known to."""

from __future__ import annotations

from tests.report_builder.verdicts.sequences import (
    APPLE_PROXY,
    CHROME,
    CLOUD,
    DAY,
    ENDING,
    FILTER,
    FIREFOX,
    GMAIL_READER,
    GOOGLE_PREFETCH,
    HOUR,
    LINKS,
    MINUTE,
    NAMELESS,
    NAMELESS_CLOUD,
    OUTLOOK,
    PERSON,
    SCRIPT,
    SECOND,
    STORIES,
    Case,
    Maker,
    Story,
)

SIX = range(1, 7)
STRANGERS = {reader: f"firm-{reader}.example" for reader in SIX}
COLLEAGUES = dict.fromkeys(SIX, "firm.example")
ON_PREMISES = Maker("scanner", CHROME, address=40)
IN_THE_OFFICE = PERSON.on(CHROME, 40)  # whose way out is also the filter's


def one_link_each(maker: Maker, every: int, domains: dict[int, str], *, pool: bool = False) -> Story:
    """A filter that samples: one link per reader, half a minute after each delivery."""
    story = Story({reader: reader * every for reader in SIX}, domains)
    for reader in SIX:
        here = Maker(maker.label, maker.agent, 50 + reader, 3) if pool else maker
        story.clicks(here, reader * every + 35 * SECOND, STORIES[reader % 5], reader)
    return story


def rotating() -> Story:
    story = Story()
    for number, url in enumerate(LINKS):
        story.clicks(FILTER.on(CLOUD, 50 + number), 4 * MINUTE + number * 150, url)
    return story


def filtered_office() -> Story:
    """A filter reads along for six colleagues; two of them read the email themselves later."""
    story = Story(dict.fromkeys(SIX, 0), COLLEAGUES)
    for reader in SIX:
        story.follows(ON_PREMISES, 40 * SECOND + reader * 700, reader=reader)
    for reader in (2, 5):
        story.opens(IN_THE_OFFICE, (1 + reader) * HOUR, reader)
        story.clicks(IN_THE_OFFICE, (1 + reader) * HOUR + MINUTE, STORIES[reader % 5], reader)
    return story


ALONE = (
    Case("filter at the door", Story().follows(FILTER, 700, every=150)),
    Case("filter after forty seconds", Story().follows(FILTER, 40 * SECOND, every=330)),
    Case("filter with changing addresses", rotating()),
    Case("late scan of old mail", Story().others_know().follows(FILTER, 3 * DAY, every=120)),
    Case("three links of many", Story().others_know().follows(FILTER, 2 * MINUTE, STORIES[1:4], every=280)),
    Case("polite crawler", Story().others_know().follows(FILTER, MINUTE, every=8 * SECOND)),
    Case("steady crawler", Story().follows(ON_PREMISES, HOUR, STORIES, every=2 * SECOND)),
    Case("short email", Story().others_know([STORIES[0], ENDING]).follows(FILTER, MINUTE, [STORIES[0], ENDING])),
    Case("one link at the door", Story().clicks(ON_PREMISES, 800)),
    Case("looks before the delivery is reported", Story().clicks(ON_PREMISES, -900)),
    Case("pixel at the door", Story().opens(FILTER, 3 * SECOND)),
    Case("pixel at the door, on premises", Story().opens(ON_PREMISES, 6 * SECOND)),
    Case("pixel, then links", Story().opens(FILTER, MINUTE).follows(FILTER, MINUTE + 20 * SECOND)),
    Case("links, then pixel", Story().follows(ON_PREMISES, 2 * MINUTE).opens(ON_PREMISES, 2 * MINUTE + 30_000)),
    Case("samples for strangers", one_link_each(FILTER, 30 * SECOND, STRANGERS)),
    Case("samples from premises for strangers", one_link_each(ON_PREMISES, 30 * SECOND, STRANGERS)),
    Case("samples slowly for strangers", one_link_each(FILTER, 9 * MINUTE, STRANGERS)),
    Case("samples from a pool of addresses", one_link_each(FILTER, 30 * SECOND, STRANGERS, pool=True)),
    Case("samples for one company", one_link_each(FILTER, 30 * SECOND, COLLEAGUES)),
    Case("names itself", Story().opens(Maker("scanner", SCRIPT), HOUR).clicks(Maker("scanner", SCRIPT), HOUR + 9000)),
    Case("headless browser", Story().clicks(Maker("scanner", ("Linux", "HeadlessChrome", "other")), 2 * HOUR)),
    Case(
        "asks twice for each link",
        Story().follows(FILTER, MINUTE, [url for url in LINKS for _ in range(2)], every=20),
    ),
    Case("erased, but still a burst", Story().follows(Maker("scanner", None), HOUR)),
    Case("nameless filter", Story().opens(FILTER.on(NAMELESS_CLOUD), HOUR).follows(FILTER.on(NAMELESS_CLOUD), HOUR)),
    Case("Apple at once", Story().opens(APPLE_PROXY, 3 * SECOND)),
    Case("Apple at night", Story().opens(APPLE_PROXY, 19 * HOUR)),
    Case("Apple twice", Story().opens(APPLE_PROXY, MINUTE).opens(APPLE_PROXY, 2 * DAY)),
    Case("a relay that is on no list", Story().opens(Maker("proxy", NAMELESS, 66), 6 * MINUTE)),
    Case("Gmail fetches ahead", Story().opens(GOOGLE_PREFETCH, 2 * SECOND)),
    Case("Yahoo fetches ahead", Story().opens(Maker("proxy", ("", "YahooMailProxy", "other")), 4 * SECOND)),
    Case("a patient filter with a home address", Story().clicks(ON_PREMISES, 25 * MINUTE), escapes=True),
    Case(
        "a slow filter that spares the ending",
        Story().others_know().follows(ON_PREMISES, 30 * MINUTE, STORIES[:4], every=12 * SECOND),
        escapes=True,
    ),
    Case(
        "a privacy proxy with a borrowed name",
        Story().opens(Maker("proxy", ("macOS", "Safari", "other"), 67), HOUR),
        escapes=True,
    ),
)  # fmt: skip

WITH_PEOPLE = (
    Case("filter, then the reader", Story().follows(FILTER, 40 * SECOND).opens(PERSON, HOUR).clicks(PERSON, 2 * HOUR)),
    Case(
        "filter and reader share an address",
        Story().follows(ON_PREMISES, SECOND).opens(IN_THE_OFFICE, 3 * HOUR).clicks(IN_THE_OFFICE, 3 * HOUR + 30_000),
    ),
    Case("a filtered office", filtered_office()),
    Case("Apple fetched, the reader clicks", Story().opens(APPLE_PROXY, MINUTE).clicks(PERSON, 4 * HOUR)),
    Case("Gmail fetched, then somebody looked", Story().opens(GOOGLE_PREFETCH, 3000).opens(GMAIL_READER, 2 * HOUR)),
    Case(
        "scanned twice, read in between",
        Story().follows(FILTER, SECOND).clicks(PERSON, 5 * HOUR, STORIES[3]).follows(FILTER, 2 * DAY),
    ),
    Case("reader right after the filter", Story().follows(FILTER, 40_000).opens(PERSON, 70_000).clicks(PERSON, 90_000)),
    Case("a filter for one, a person for the other",
         Story({1: 0, 2: 0}).follows(FILTER, MINUTE).clicks(PERSON.on(FIREFOX, 7), MINUTE + 300, reader=2)),
    Case("script in one, reader in the same email",
         Story().clicks(Maker("scanner", SCRIPT, 80), HOUR).clicks(PERSON.on(OUTLOOK), HOUR + 5000, STORIES[1])),
)  # fmt: skip

CASES = ALONE + WITH_PEOPLE
