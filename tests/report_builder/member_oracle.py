"""Who fulfils a condition of a segment, found in plain Python: nothing of the product's queries is in it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from report_builder.segments import Known
from shared.project import AllOf, AnyOf, Condition, Not, Rule, Value
from tests.report_builder.judged import Event, World, local
from tests.report_builder.stores import DAY, NOW_MS, sqlite_rows

TAGS = "select s.subscriber, t.name from subscriber_tags as s join tags as t on t.id = s.tag where s.to_ms is null"
RECEIVING = {
    "regular",
    "premium",
    "gifted",
    "trialed",
    "churned",
    "churning",
    "past_due",
    "paused",
    "unpaid",
    "upcoming",
}


def where(key: str, *values: Value) -> Condition:
    return Condition(key, values)


class Oracle:
    """The same people, found without SQL."""

    def __init__(self, world: World, known: Known) -> None:
        self.world, self.known = world, known
        self.people = {
            row[0]: row[1:]
            for row in sqlite_rows(
                world.store, "select id, status, source, created_ms, deleted_ms from subscribers"
            )
        }
        self.links = {
            i: texts for i, *texts in sqlite_rows(world.store, "select id, url, normalised from links")
        }
        self.tags: set[tuple[int, str]] = set(sqlite_rows(world.store, TAGS))
        self.events: dict[int, list[Event]] = defaultdict(list)
        self.got: dict[int, set[int]] = defaultdict(set)
        self.acted: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        self.machine: dict[int, set[int]] = defaultdict(set)
        for e in world.events:
            if e.person is not None:
                self.events[e.person].append(e)
            if e.person is None or e.email is None:
                continue
            if e.kind in ("delivered", "opened", "clicked", "replied"):
                self.got[e.person].add(e.email)
            if e.is_human:
                self.acted["opened"][e.email].add(e.person)  # a click or reply implies it
                self.acted[e.kind][e.email].add(e.person)
            elif e.verdict:
                self.machine[e.person].add(e.email)

    def fits(self, rule: Rule) -> set[int]:
        match rule:
            case AllOf(rules):
                return set.intersection(*(self.fits(each) for each in rules))
            case AnyOf(rules):
                return set().union(*(self.fits(each) for each in rules))
            case Not(inner):
                return set(self.people) - self.fits(inner)
            case Condition(key, values):
                return {p for p in self.people for value in values if self.is_so(p, key, value)}

    def is_so(self, person: int, key: str, value: Value) -> bool:
        status, source, created, deleted = self.people[person]
        since = NOW_MS - int(value) * DAY if key.endswith("_days") and isinstance(value, int) else 0
        latest = self.known.emails[:value] if isinstance(value, int) else []
        match key:
            case "tag":
                return (person, value) in self.tags
            case "status":
                return bool(value == ("deleted" if deleted is not None else status))
            case "source":
                return bool(source == value)
            case "subscribed":
                return (deleted is None and status in RECEIVING) == value
            case "acted_within_days":
                return any(e.is_human and e.at >= since for e in self.events[person])
            case "quiet_for_days":
                could_be_seen = any(
                    e.email_id in self.got[person] and e.opens_tracked == 1 and since <= (e.sent_ms or 0) <= NOW_MS
                    and (e.email_id not in self.machine[person] or person in self.acted["opened"][e.email_id])
                    for e in self.known.emails
                )  # fmt: skip
                was_here = created is not None and created <= since
                return could_be_seen and was_here and not self.is_so(person, "acted_within_days", value)
            case "opened" | "clicked":
                return any(
                    person in self.acted[key][e.email_id] for e in self.known.emails if e.subject == value
                )
            case "opened_any_of_last" | "clicked_any_of_last":
                return any(person in self.acted[key.split("_")[0]][e.email_id] for e in latest)
            case "clicked_link":
                return any(
                    e.kind == "clicked" and e.is_human and e.link is not None
                    and (value in self.links[e.link] or f"://{value}/" in self.links[e.link][1] + "/")
                    for e in self.events[person]
                )  # fmt: skip
            case "joined_since" | "joined_before":
                assert isinstance(value, date)
                return created is not None and (local(created).date() >= value) == (key == "joined_since")
            case "received_at_least":
                return len(self.got[person]) >= int(str(value))
        raise AssertionError(key)


def conditions(oracle: Oracle) -> Iterator[Condition]:
    tags = sorted({tag for _, tag in oracle.tags})
    yield from (where("tag", tag) for tag in [*tags, "no such tag"])
    yield from (where("status", str(s)) for s in sorted({p[0] for p in oracle.people.values() if p[0]}))
    yield from (where("source", str(s)) for s in sorted({p[1] for p in oracle.people.values() if p[1]}))
    for number in (1, 5, 30, 91, 4000):
        for key in ("acted_within_days", "quiet_for_days", "opened_any_of_last", "clicked_any_of_last"):
            yield where(key, min(number, 1000) if key.endswith("last") else number)
        yield where("received_at_least", number)
    for email in oracle.known.emails[::5]:
        yield from (where(key, email.subject or "") for key in ("opened", "clicked"))
    for texts in list(oracle.links.values())[::7]:
        yield from (where("clicked_link", text) for text in texts)
        yield where("clicked_link", texts[1].split("/")[2])
    for day in (date(2026, 5, 1), date(2020, 1, 1), date(2030, 1, 1)):
        yield from (where(key, day) for key in ("joined_since", "joined_before"))
    yield from (where("subscribed", True), where("subscribed", False))
