"""What people do, the odd ways included: nothing here may be called a machine."""

from __future__ import annotations

from dataclasses import replace

from tests.report_builder.verdicts.sequences import (
    CHROME,
    DAY,
    ENDING,
    FIREFOX,
    GMAIL_READER,
    HOUR,
    IPHONE,
    LINKS,
    MINUTE,
    OUTLOOK,
    PERSON,
    PHONE,
    RELAYED,
    SECOND,
    STORIES,
    Case,
    Maker,
    Story,
)

OFFICE = Maker("human", CHROME, address=5)
FRIEND = PERSON.on(IPHONE, 9)
DEVICES = (OUTLOOK, CHROME, FIREFOX, PHONE)
EIGHT = range(1, 9)
ONE_COMPANY = dict.fromkeys(EIGHT, "company.example")
ALL_DIFFERENT = {reader: f"home-{reader}.example" for reader in EIGHT}


def office(every: int, *, same_device: bool, domains: dict[int, str], start: int = 40 * MINUTE) -> Story:
    """Eight people behind one address, each following one link."""
    story = Story(dict.fromkeys(EIGHT, 0), domains)
    for reader in EIGHT:
        device = CHROME if same_device else DEVICES[reader % 4]
        at = start + reader * every
        story.opens(OFFICE.on(device), at - 50 * SECOND, reader)
        story.clicks(OFFICE.on(device), at, STORIES[reader % 5], reader)
    return story


ORDINARY = (
    Case("reads over coffee", Story().opens(PERSON, 40 * MINUTE).clicks(PERSON, 41 * MINUTE)),
    Case("clicks without pictures", Story().clicks(PERSON, 3 * HOUR)),
    Case("two stories a minute apart", Story().clicks(PERSON, HOUR).clicks(PERSON, HOUR + MINUTE, STORIES[1])),
    Case("double click", Story().clicks(PERSON, HOUR).clicks(PERSON, HOUR + 200)),
    Case(
        "impatient clicks on one link in two spellings",
        Story().clicks(PERSON, HOUR).clicks(PERSON, HOUR + 300, STORIES[0] + "?utm_source=weekly")
        .clicks(PERSON, HOUR + 700),
    ),
    Case("four tabs in nine seconds", Story().others_know().follows(PERSON, HOUR, STORIES[:4], every=3 * SECOND)),
    Case("seven tabs in half a minute", Story().others_know().follows(PERSON, HOUR, STORIES, every=4 * SECOND)),
    Case("quick on the phone", Story().opens(PERSON.on(PHONE), 25 * SECOND).clicks(PERSON.on(PHONE), 40 * SECOND)),
    Case("desktop notification", Story().opens(PERSON, 13 * SECOND).clicks(PERSON, 31 * SECOND)),
    Case("leaves after a story", Story().others_know().clicks(PERSON, HOUR).clicks(PERSON, HOUR + 20_000, ENDING)),
    Case(
        "leaves an email of two links",
        Story().others_know([STORIES[0], ENDING]).clicks(PERSON, HOUR).clicks(PERSON, HOUR + 15_000, ENDING),
    ),
    Case(
        "only reader of a short email",
        Story().clicks(PERSON, HOUR).clicks(PERSON, HOUR + 9_000, STORIES[1]).clicks(PERSON, HOUR + 40_000, ENDING),
    ),
    Case("Gmail in the evening", Story().opens(GMAIL_READER, 11 * HOUR)),
    Case("Gmail soon", Story().opens(GMAIL_READER, 45 * SECOND).clicks(PERSON.on(PHONE), 2 * MINUTE)),
    Case("Yahoo at noon", Story().opens(Maker("human", ("", "YahooMailProxy", "other")), 5 * HOUR)),
    Case("click through Apple's relay", Story().clicks(PERSON.on(RELAYED, 61), 2 * HOUR)),
    Case("office over the day", office(25 * MINUTE, same_device=False, domains=ONE_COMPANY)),
    Case("office with one kind of computer", office(10 * MINUTE, same_device=True, domains=ONE_COMPANY)),
    Case("meeting about the issue", office(40 * SECOND, same_device=False, domains=ONE_COMPANY)),
    Case("campus", office(9 * MINUTE, same_device=False, domains=ALL_DIFFERENT)),
    Case("phones behind one mobile carrier", office(12 * MINUTE, same_device=False, domains={})),
    Case(
        "conference over hours, same laptops",
        office(31 * MINUTE, same_device=True, domains=ALL_DIFFERENT),
    ),
    Case("reads at home, clicks on the train", Story().opens(PERSON, HOUR).clicks(PERSON.on(PHONE, 8), 2 * HOUR)),
    Case("comes back after a week", Story().opens(PERSON, 7 * DAY).clicks(PERSON, 7 * DAY + MINUTE)),
    Case(
        "a friend gets the forwarded copy",
        Story().clicks(PERSON, HOUR).opens(FRIEND, 5 * HOUR).clicks(FRIEND, 5 * HOUR + 30_000),
    ),
    Case(
        "erased open, then a click",
        Story().opens(Maker("human", None), HOUR).clicks(PERSON, HOUR + 3 * MINUTE),
    ),
    Case("erased open, then a reply", Story().opens(Maker("human", None), HOUR).replies(9 * HOUR)),
    Case(
        "quick first click, then another from the same place",
        Story().clicks(PERSON, 8 * SECOND).clicks(PERSON, 5 * MINUTE, STORIES[2]),
    ),
    Case(
        "the email arrives late",
        Story({1: 5 * HOUR}).opens(PERSON, 5 * HOUR + 2 * MINUTE).clicks(PERSON, 5 * HOUR + 3 * MINUTE),
    ),
    Case("no delivery is known", Story({}).opens(PERSON, HOUR).clicks(PERSON, HOUR + MINUTE)),
    Case("address unknown, program known", Story().opens(Maker("human", ("Linux", "Thunderbird", "none"), None), HOUR)),
    Case("only the system is known", Story().clicks(replace(PERSON, agent=("Android", "", "other")), HOUR)),
)  # fmt: skip


def sent_twice() -> Case:
    """Sent again to those who had not read it: the second copy crosses with a click in the first."""
    story = Story().clicks(PERSON, 2 * DAY)
    again = Story({1: 2 * DAY + 1 * SECOND}).happenings[0]
    story.happenings.append(replace(again, id=99))
    return Case("sent twice", story.clicks(PERSON, 2 * DAY + 3 * HOUR, LINKS[1]))


CASES = (*ORDINARY, sent_twice())
