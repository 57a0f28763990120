"""Events that could have come about in two ways. Whoever claims to know is guessing."""

from __future__ import annotations

from tests.report_builder.verdicts.relations import Agent
from tests.report_builder.verdicts.sequences import (
    APPLE_PROXY,
    CHROME,
    CLOUD,
    FIREFOX,
    GMAIL,
    HOUR,
    MINUTE,
    NAMELESS,
    PERSON,
    SECOND,
    STORIES,
    Doubt,
    Maker,
    Story,
    doubt,
)

SIX = range(1, 7)
STRANGERS = {reader: f"firm-{reader}.example" for reader in SIX}
COLLEAGUES = dict.fromkeys(SIX, "firm.example")
ERASED = Maker("human", None, None)
GATEWAY = Maker("scanner", CHROME, address=40)  # shares its address with the office behind it
EGRESS = Maker("human", CLOUD, address=50)  # a company's way out, in a data centre like any filter
AT_DESK = Maker("human", CHROME, address=40)


def crowd(maker: Maker, every: int, domains: dict[int, str], agents: tuple[Agent, ...]) -> Story:
    """Six readers at one address, a link each: an office, a carrier, a filter?"""
    story = Story(dict.fromkeys(SIX, 0), domains)
    for reader in SIX:
        agent = agents[reader % len(agents)]
        story.clicks(maker.on(agent), 20 * MINUTE + reader * every, STORIES[reader % 5], reader)
    return story


EDGE: Agent = ("Windows", "Edge", "cloud")
SAFARI: Agent = ("iOS", "Mobile Safari", "other")
COMPANY_CROWD = "colleagues, or their filter"

CASES: tuple[Doubt, ...] = (
    doubt("erased open", lambda who: Story().opens(who, HOUR), ERASED, "proxy"),
    doubt("erased click", lambda who: Story().clicks(who, HOUR), ERASED, "scanner"),
    doubt(
        "two erased clicks",
        lambda who: Story().clicks(who, HOUR).clicks(who, 3 * HOUR, STORIES[1]), ERASED, "scanner",
    ),
    doubt(
        "erased click after Apple's proxy",
        lambda who: Story().opens(APPLE_PROXY, 5 * MINUTE).clicks(who, 10 * MINUTE), ERASED, "scanner",
    ),
    doubt("click from a data centre", lambda who: Story().clicks(who, 20 * MINUTE), EGRESS, "scanner"),
    doubt("open from a data centre", lambda who: Story().opens(who, 30 * MINUTE), EGRESS, "scanner"),
    doubt("open from a data centre, soon", lambda who: Story().opens(who, 14 * SECOND), EGRESS, "scanner"),
    doubt(
        "open at home, click from a data centre",
        lambda who: Story().opens(PERSON, HOUR).clicks(who, 2 * HOUR), EGRESS, "scanner",
    ),
    doubt(
        "a data centre asks, then the reader clicks the same link",
        lambda who: Story().clicks(who, HOUR).clicks(PERSON, HOUR + 2 * SECOND), EGRESS, "scanner",
    ),
    doubt("click after four seconds", lambda who: Story().clicks(who, 4 * SECOND), PERSON, "scanner"),
    doubt("click after nine seconds", lambda who: Story().clicks(who, 9 * SECOND), PERSON, "scanner"),
    doubt(
        "two links at once",
        lambda who: Story().others_know().follows(who, 2 * HOUR, STORIES[:2], every=700), PERSON, "scanner",
    ),
    doubt(
        "click just after a sweep from the same address",
        lambda who: Story().follows(GATEWAY, MINUTE).clicks(who, MINUTE + 40 * SECOND, STORIES[2]),
        AT_DESK, "scanner",
    ),
    doubt("nameless click", lambda who: Story().clicks(who, HOUR), PERSON.on(NAMELESS), "scanner"),
    doubt(
        "nameless click through Apple's relay",
        lambda who: Story().clicks(who, HOUR), PERSON.on(("", "", "apple_relay")), "scanner",
    ),
    doubt("click from Google's proxies", lambda who: Story().clicks(who, HOUR), PERSON.on(GMAIL, 70), "scanner"),
    doubt(
        "Gmail's proxy, delivery unknown",
        lambda who: Story({}).opens(who, HOUR), PERSON.on(GMAIL, 70), "proxy",
    ),
    doubt(
        COMPANY_CROWD + ", within minutes",
        lambda who: crowd(who, 40 * SECOND, COLLEAGUES, (CHROME,)), AT_DESK, "scanner",
    ),
    doubt(
        COMPANY_CROWD + ", from a data centre over an hour",
        lambda who: crowd(who, 9 * MINUTE, COLLEAGUES, (CLOUD,)), EGRESS, "scanner",
    ),
    doubt(
        COMPANY_CROWD + ", from a data centre with different browsers",
        lambda who: crowd(who, 40 * SECOND, COLLEAGUES, (CLOUD, EDGE)), EGRESS, "scanner",
    ),
    doubt(
        "phones of one make behind a carrier, or a filter",
        lambda who: crowd(who, 9 * MINUTE, STRANGERS, (SAFARI,)), AT_DESK, "scanner",
    ),
    doubt(
        "customers of a tunnel, or a filter in disguise",
        lambda who: crowd(who, 9 * MINUTE, STRANGERS, (CLOUD, EDGE)), EGRESS, "scanner",
    ),
    doubt(
        "strangers with different browsers within minutes",
        lambda who: crowd(who, 40 * SECOND, STRANGERS, (CHROME, FIREFOX)), AT_DESK, "scanner",
    ),
)  # fmt: skip
