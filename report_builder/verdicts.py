"""Who made each open and click, a person or a machine: the rules' order, thresholds, version and words.

The rules are queries/verdicts/*.sql. They read `events`, `links`, `agents`, `addresses` (address_id, network_id)
and `subscribers` (subscriber_id, domain), change nothing, and look at whole emails, so a late burst re-judges the
opens before it, and better rules re-judge the past at the next report. Run `steps()` in order, each as
`create table <name> as <query>`; RESULTS are what is wanted, the others can be dropped.

Where the limits come from: filters follow most links within 20 seconds of delivery, and hands cannot follow three
links in a second. A person wrongly called a machine is worse than a machine that slips through, so what merely
looks odd is `unknown`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Literal

RULE_VERSION = 1  # raise it whenever a rule or a limit changes

ORDER = ("endings", "acts", "rushes", "crowds", "machines", "opinions", "judged", "readings")
RESULTS = ("endings", "judged", "readings")
COMMENT = re.compile(r"--.*")
PARAMETER = re.compile(r"\$(\w+)")

SECOND = 1000
MINUTE = 60 * SECOND

Verdict = Literal["human", "proxy", "scanner", "unknown"]
VERDICTS: Mapping[Verdict, str] = {
    "human": "A person did this.",
    "proxy": "A mail provider fetched the pictures; whether anybody looked cannot be said.",
    "scanner": "A security filter or a program did this.",
    "unknown": "Cannot be decided; counted neither as a person nor as a machine.",
}


@dataclass(frozen=True)
class Limits:
    """The thresholds of the rules; times in milliseconds. Each is a $parameter of the queries."""

    early_ms: int = 2 * SECOND  # two servers' clocks may differ by so much
    instant_click_ms: int = 2 * SECOND
    instant_open_ms: int = 10 * SECOND
    hasty_click_ms: int = 10 * SECOND
    burst_ms: int = SECOND
    burst_links: int = 3
    slow_burst_ms: int = 10 * SECOND
    slow_burst_links: int = 5
    pause_ms: int = 15 * SECOND  # between two clicks of one sweep
    coverage_links: int = 4
    coverage_percent: int = 80
    crowd_others: int = 4  # with whom the fifth reader makes a crowd
    crowd_ms: int = 60 * MINUTE
    crowd_fast_ms: int = 5 * MINUTE
    crowd_hints: int = 3  # of four
    crowd_doubts: int = 2
    beside_ms: int = MINUTE
    confirm_ms: int = 60 * MINUTE

    def __post_init__(self) -> None:
        """The queries look no further ahead than one slow burst."""
        if self.burst_ms > self.slow_burst_ms:
            raise ValueError("a burst is no longer than a slow one")


@dataclass(frozen=True)
class Step:
    """One relation to make: `query` with exactly the `parameters` that it names."""

    name: str
    query: str
    parameters: Mapping[str, int]


@dataclass(frozen=True)
class Reason:
    """Why a verdict was given, in a sentence a reader of the report understands; `applies_to` in one word."""

    key: str
    verdict: Verdict
    applies_to: Literal["opens", "clicks", "both"]
    name: str
    sentence: str


REASONS = (
    Reason("open", "human", "opens", "Opened", "A mail program loaded the pictures while the email was open."),
    Reason("proxy_on_demand", "human", "opens", "Opened through a proxy",
           "The mail provider fetched the pictures when somebody looked, which is what Gmail does."),
    Reason("click", "human", "clicks", "Clicked", "Nothing speaks against a person."),
    Reason("confirmed", "human", "both", "Confirmed later",
           "It could not be told at first, but the same reader then clicked like a person, or wrote back."),
    Reason("apple_relay", "proxy", "opens", "Apple's privacy proxy",
           "Apple loads the pictures of every email, read or not, through its own network."),
    Reason("prefetch", "proxy", "opens", "Fetched ahead",
           "The mail provider's proxy fetched the pictures within seconds of delivery, before anybody could look."),
    Reason("nameless_open", "proxy", "opens", "Nameless program",
           "The program that loaded the pictures hid its name, as privacy proxies do."),
    Reason("robot_agent", "scanner", "both", "Named itself a program", "The sender says itself that it is a robot."),
    Reason("burst", "scanner", "clicks", "Burst of clicks",
           "Several different links were followed faster than a hand can: three in a second, or five in ten."),
    Reason("coverage", "scanner", "clicks", "Every link at once",
           "Nearly all links of the email were followed in one go, the one to unsubscribe included."),
    Reason("instant", "scanner", "both", "Instantly after delivery",
           "It came within seconds of delivery: two for a click, ten for an open."),
    Reason("crowd", "scanner", "clicks", "One place for many readers",
           "One address clicked for many unrelated readers within minutes, as a shared mail filter does."),
    Reason("beside_machine", "scanner", "opens", "Together with a filter",
           "The same address followed links for this reader like a machine within the same minute."),
    Reason("beside_machine", "unknown", "clicks", "Next to a filter",
           "A single click from an address that followed links like a machine within the same minute."),
    Reason("crowd_perhaps", "unknown", "clicks", "Filter or office",
           "Many readers clicked from one place: a shared filter, or people who share a network."),
    Reason("pair", "unknown", "clicks", "Two links at once",
           "Two different links within a second: fast for a hand, but not enough to be sure."),
    Reason("hasty", "unknown", "clicks", "Very soon after delivery",
           "A click within ten seconds of delivery: a quick reader, or a filter."),
    Reason("data_centre", "unknown", "both", "From a data centre",
           "A company's network runs there as well as a filter, and nothing else tells them apart."),
    Reason("nameless_click", "unknown", "clicks", "Nameless browser", "The browser that clicked hid its name."),
    Reason("undated_proxy", "unknown", "opens", "Proxy without a delivery",
           "A provider's proxy fetched the pictures, but the time of delivery that would tell is missing."),
    Reason("erased", "unknown", "both", "Nothing is known",
           "Address, system and browser are missing or were erased."),
)  # fmt: skip


def find_reason(key: str, verdict: str) -> Reason:
    """Raises KeyError for a reason that no rule gives together with this verdict."""
    for reason in REASONS:
        if (reason.key, reason.verdict) == (key, verdict):
            return reason
    raise KeyError(f"{verdict}: {key}")


def steps(limits: Limits | None = None, *, implied: bool = True) -> Iterator[Step]:
    """What to run, in order. `implied`: a click or reply by a person counts as an open as well."""
    known = asdict(limits or Limits()) | {"implied": int(implied), "rule_version": RULE_VERSION}
    for name in ORDER:
        query = _text(name)
        named = PARAMETER.findall(COMMENT.sub("", query))
        yield Step(name, query, {parameter: known[parameter] for parameter in named})


@cache
def _text(name: str) -> str:
    return (resources.files("report_builder") / "queries" / "verdicts" / f"{name}.sql").read_text("utf-8")
