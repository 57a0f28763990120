"""A small language for labelled sequences: who did it is said by the maker of each event, never by a rule.

A `Story` is one way the events could have come about. An undecidable sequence is two stories with the very same
events and different makers: no rule can tell them apart, so the only right verdict is "unknown".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.report_builder.verdicts.relations import Agent, Happening, Scene

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
START = 1_781_157_600_000  # a Thursday morning; the issue goes out

OUTLOOK: Agent = ("Windows", "Outlook", "other")
CHROME: Agent = ("Windows", "Chrome", "other")
FIREFOX: Agent = ("Linux", "Firefox", "other")
PHONE: Agent = ("Android", "Chrome Mobile", "other")
IPHONE: Agent = ("iOS", "Mobile Safari", "other")
RELAYED: Agent = ("iOS", "Mobile Safari", "apple_relay")
APPLE: Agent = ("", "", "apple_relay")
GMAIL: Agent = ("", "GoogleImageProxy", "google_proxy")
CLOUD: Agent = ("Windows", "Chrome", "cloud")
NAMELESS_CLOUD: Agent = ("", "", "cloud")
NAMELESS: Agent = ("", "", "other")
SCRIPT: Agent = ("Linux", "python-requests", "cloud")

STORIES = tuple(f"https://news.example/story-{number}" for number in range(1, 8))
ENDING = "https://news.example/manage?do=unsubscribe"
LINKS = (*STORIES[:5], ENDING)


@dataclass(frozen=True)
class Maker:
    """Whoever makes events: a person, a proxy, a filter. `label` is what they are."""

    label: str
    agent: Agent | None = OUTLOOK
    address: int | None = 1
    network: int | None = None

    def on(self, agent: Agent | None, address: int | None = None) -> Maker:
        """The same one elsewhere."""
        return replace(self, agent=agent, address=address if address is not None else self.address)


@dataclass
class Story:
    """Collects what happens; times are after the moment of sending."""

    delivered: Mapping[int, int] = field(default_factory=lambda: {1: 0})
    domains: Mapping[int, str] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for reader, at in self.delivered.items():
            self._add("delivered", at, reader, None, None)

    def opens(self, maker: Maker, at: int, reader: int = 1) -> Story:
        return self._add("opened", at, reader, maker, None)

    def clicks(self, maker: Maker, at: int, url: str = STORIES[0], reader: int = 1) -> Story:
        return self._add("clicked", at, reader, maker, url)

    def replies(self, at: int, reader: int = 1) -> Story:
        return self._add("replied", at, reader, None, None)

    def follows(
        self, maker: Maker, at: int, urls: Sequence[str] = LINKS, *, every: int = 100, reader: int = 1
    ) -> Story:
        for number, url in enumerate(urls):
            self.clicks(maker, at + number * every, url, reader)
        return self

    def others_know(self, urls: Sequence[str] = LINKS) -> Story:
        """Other readers' single clicks over the week, through which the email's links are known."""
        for number, url in enumerate(urls):
            reader = 900 + number
            self._add("delivered", 0, reader, None, None)
            person = Maker("human", FIREFOX, address=900 + number)
            self.clicks(person, (3 + 5 * number) * HOUR + 17 * MINUTE, url, reader)
        return self

    def _add(self, kind: str, at: int, reader: int, maker: Maker | None, url: str | None) -> Story:
        number = len(self.happenings) + 1
        agent = maker.agent if maker else None
        address = maker.address if maker and agent else None
        network = (maker.network or address) if maker and address else None
        self.happenings.append(Happening(number, kind, START + at, reader, 1, url, agent, address, network))
        if maker:
            self.labels[number] = maker.label
        return self

    @property
    def scene(self) -> Scene:
        return Scene(self.happenings, self.domains)


PERSON = Maker("human")
FILTER = Maker("scanner", CLOUD, address=50)
APPLE_PROXY = Maker("proxy", APPLE, address=60)
GOOGLE_PREFETCH = Maker("proxy", GMAIL, address=70)
GMAIL_READER = Maker("human", GMAIL, address=70)


@dataclass(frozen=True)
class Case:
    """A labelled sequence. `escapes`: a machine that looks so much like a person that no fair rule catches it."""

    name: str
    story: Story
    escapes: bool = False

    @property
    def labels(self) -> dict[int, str]:
        return self.story.labels


@dataclass(frozen=True)
class Doubt:
    """Two stories of the same events; `sure` are labels on which both agree, the rest is undecidable."""

    name: str
    one: Story
    other: Story

    def __post_init__(self) -> None:
        assert self.one.happenings == self.other.happenings, (
            f"{self.name}: the stories differ in their events"
        )
        assert self.one.labels != self.other.labels, f"{self.name}: the stories do not differ"

    @property
    def labels(self) -> dict[int, str]:
        return {
            number: label if self.other.labels[number] == label else "unknown"
            for number, label in self.one.labels.items()
        }


def doubt(name: str, tell: Callable[[Maker], Story], one: Maker, label: str) -> Doubt:
    """The same story told with the same maker under another label."""
    return Doubt(name, tell(one), tell(replace(one, label=label)))
