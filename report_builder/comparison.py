"""Groups of people side by side: everybody, segments, tags, statuses; and which of them differ from everybody else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from report_builder import rows
from report_builder.clock import DAY_MS, Clock
from report_builder.definitions import BY_KEY
from report_builder.segments import latest_ms
from report_builder.significance import CHANCE, two_proportions
from report_builder.views.rates import Pool, share
from report_builder.warehouse import Warehouse
from report_builder.wording import NOT_KNOWN, UNKNOWN

LATEST_EMAILS = 10
ENGAGED_WEEKS = 13
DEPARTURE_DAYS = 364
EVERYBODY = 0
# people in the smallest cell, below which the test is too rough: W. G. Cochran, "Some methods for strengthening the
# common chi-squared tests", 1954
LEAST_EXPECTED = 5

Difference = Literal["higher", "lower"]
NO_PEOPLE = rows.GroupPeople(0, 0, 0, 0, 0, 0, 0)
NO_EMAILS = rows.GroupEmails(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
NO_DEPARTURES = rows.GroupDepartures(0, 0, 0)


@dataclass(frozen=True)
class Group:
    """`key` is what the filter of the Subscribers page calls it; empty for everybody. Where `is_by_behaviour`, people
    are in it for what they do, and that it differs from the others in what they do is no finding.
    """

    kind: Literal["everybody", "segment", "tag", "status"]
    key: str
    members: frozenset[int]
    is_by_behaviour: bool = False

    @property
    def is_testable(self) -> bool:
        return self.kind != "everybody" and not self.is_by_behaviour


class Counts(NamedTuple):
    """What was counted of one group, in people, emails and departures."""

    people: rows.GroupPeople
    emails: rows.GroupEmails
    departures: rows.GroupDepartures


@dataclass(frozen=True)
class Rated:
    """`part` of `pool.sample` people, deliveries or openers."""

    part: int
    pool: Pool


@dataclass(frozen=True)
class Compared:
    """One group with its rates, by the keys of their definitions; `differences` names those that differ from
    everybody else's by more than chance.
    """

    group: Group
    counts: Counts
    rates: Mapping[str, Rated]
    mean_score: float | None
    differences: Mapping[str, Difference] = field(default_factory=dict)

    @property
    def hides_departures(self) -> bool:
        """Whoever left has another status now, and is in no segment of people who are here."""
        return _hides_departures(self.group, self.counts)


def compare(
    groups: Sequence[Group], ask: Warehouse, clock: Clock, emails: Sequence[rows.EmailResult]
) -> list[Compared]:
    """The same order as `groups`, of which the first is everybody."""
    ask.group({number: group.members for number, group in enumerate(groups)})
    now_ms = clock.now_ms
    first_day = clock.today - timedelta(days=7 * ENGAGED_WEEKS - 1)
    people = ask.rows(
        rows.GroupPeople, "segments/people",
        first_day=first_day, since_ms=now_ms - 7 * ENGAGED_WEEKS * DAY_MS, now_ms=now_ms,
    )  # fmt: skip
    since_ms = latest_ms(emails, LATEST_EMAILS)
    latest = ask.rows(rows.GroupEmails, "segments/last_emails", since_ms=since_ms, now_ms=now_ms)
    departures = ask.rows(
        rows.GroupDepartures, "segments/departures", since_ms=now_ms - DEPARTURE_DAYS * DAY_MS, now_ms=now_ms
    )
    by_people = {row.group_id: row for row in people}
    by_emails = {row.group_id: row for row in latest}
    by_departures = {row.group_id: row for row in departures}
    counted = [
        Counts(
            by_people.get(number, NO_PEOPLE), by_emails.get(number, NO_EMAILS), by_departures.get(number, NO_DEPARTURES)
        )
        for number in range(len(groups))
    ]  # fmt: skip
    testable = sum(group.is_testable for group in groups)
    return [
        _compared(group, each, counted[EVERYBODY], testable)
        for group, each in zip(groups, counted, strict=True)
    ]


def others(compared: Compared, everybody: Compared, key: str) -> Pool:
    """The rate of all who are not in the group."""
    mine, whole = compared.rates[key], everybody.rates[key]
    return share(key, whole.part - mine.part, whole.pool.sample - mine.pool.sample)


def _compared(group: Group, counts: Counts, everybody: Counts, groups: int) -> Compared:
    people, latest, departures = counts
    enough = people.scored >= BY_KEY["mean_score"].minimum
    return Compared(
        group=group,
        counts=counts,
        rates={
            "engaged_share": _rate("engaged_share", people.engaged, people.measurable),
            "click_rate": _rate("click_rate", latest.clicked, latest.delivered),
            "open_rate": _rate("open_rate", latest.opened, latest.measurable),
            "click_to_open_rate": _rate("click_to_open_rate", latest.clickers, latest.openers),
            "unsubscribe_rate": Rated(0, Pool(None, 0, UNKNOWN))
            if _hides_departures(group, counts)
            else _rate("unsubscribe_rate", departures.unsubscribed, departures.delivered),
        },
        mean_score=people.score_sum / people.scored if enough else None,
        differences=dict(_differences(counts, everybody, groups)) if group.is_testable else {},
    )


def _hides_departures(group: Group, counts: Counts) -> bool:
    return group.kind in ("segment", "status") and counts.people.people == counts.people.active


def _rate(key: str, part: int, whole: int) -> Rated:
    """Without a single case it is not the people that are too few: it was not tracked, or nobody got anything."""
    return Rated(part, share(key, part, whole) if whole else Pool(None, 0, NOT_KNOWN))


def _differences(counts: Counts, everybody: Counts, groups: int) -> Iterator[tuple[str, Difference]]:
    """Tested by people, not by emails: what one reader does with ten emails is no ten independent trials.

    The chance of being wrong is shared out among the groups (Bonferroni), so that comparing many marks no more of
    them by accident.
    """
    people, latest = counts.people, counts.emails
    all_people, all_latest = everybody.people, everybody.emails
    tests = {
        "engaged_share": (
            (people.engaged, people.measurable, all_people.engaged, all_people.measurable),
            (people.engaged, people.measurable, all_people.engaged, all_people.measurable),
        ),
        "click_rate": (
            (latest.clicked, latest.delivered, all_latest.clicked, all_latest.delivered),
            (latest.people_clicked, latest.people_delivered, all_latest.people_clicked, all_latest.people_delivered),
        ),
        "open_rate": (
            (latest.opened, latest.measurable, all_latest.opened, all_latest.measurable),
            (latest.people_opened, latest.people_measurable, all_latest.people_opened, all_latest.people_measurable),
        ),
    }  # fmt: skip
    for key, (shown, tested) in tests.items():
        mine, others = share(key, shown[0], shown[1]), share(key, shown[2] - shown[0], shown[3] - shown[1])
        if mine.rate is None or others.rate is None:
            continue
        a, n, b, m = tested[0], tested[1], tested[2] - tested[0], tested[3] - tested[1]
        # rate and people must point the same way: else a few keen readers of many emails made the rate
        agree = (mine.rate - others.rate) * (a * m - b * n) > 0
        if (
            agree
            and _least_expected(a, n, b, m) >= LEAST_EXPECTED
            and two_proportions(a, n, b, m) < CHANCE / max(1, groups)
        ):
            yield key, "higher" if mine.rate > others.rate else "lower"


def _least_expected(a: int, n: int, b: int, m: int) -> float:
    """The smallest of the four counts, did and did not on either side, if both sides were alike."""
    did = a + b
    return min(n, m) * min(did, n + m - did) / (n + m)


def group_record(compared: Compared) -> dict[str, Any]:
    """One group as it is published: counts, and rates as shares between 0 and 1."""
    people, latest, departures = compared.counts
    return {
        "kind": compared.group.kind,
        "name": compared.group.key,
        "is_by_behaviour": compared.group.is_by_behaviour,
        "people": people.people,
        "on_list": people.active,
        "measurable": people.measurable,
        "engaged": people.engaged,
        "engaged_share": compared.rates["engaged_share"].pool.rate,
        "engaged_difference": compared.differences.get("engaged_share"),
        "delivered": latest.delivered,
        "clicked": latest.clicked,
        "click_rate": compared.rates["click_rate"].pool.rate,
        "click_rate_difference": compared.differences.get("click_rate"),
        "measurable_deliveries": latest.measurable,
        "opened": latest.opened,
        "open_rate": compared.rates["open_rate"].pool.rate,
        "open_rate_difference": compared.differences.get("open_rate"),
        "click_to_open_rate": compared.rates["click_to_open_rate"].pool.rate,
        "delivered_in_a_year": departures.delivered,
        "unsubscribed_in_a_year": None if compared.hides_departures else departures.unsubscribed,
        "unsubscribe_rate": compared.rates["unsubscribe_rate"].pool.rate,
        "scored": people.scored,
        "mean_score": compared.mean_score,
    }
