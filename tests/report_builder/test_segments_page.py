"""The page Segments and tags, and what becomes of segments elsewhere in the site."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from report_builder.build import build
from report_builder.comparison import (
    NO_DEPARTURES,
    NO_EMAILS,
    NO_PEOPLE,
    Compared,
    Counts,
    Difference,
    Group,
    Rated,
)
from report_builder.segments import BEHAVIOUR, BY_DAY, Doubt
from report_builder.segments import is_by_behaviour as asks_what_they_do
from report_builder.views import segments_answer
from report_builder.views.rates import Pool
from report_builder.views.segments import Words, tables
from report_builder.warehouse import open_warehouse
from shared.project import AllOf, AnyOf, Condition, Not, ProjectSettings, Rule, Segment
from shared.project.conditions import KINDS
from tests.report_builder.conftest import Sites
from tests.report_builder.stores import HOSTILE, NOW, Store

RATES = ("engaged_share", "click_rate", "open_rate", "click_to_open_rate", "unsubscribe_rate")
SETTINGS = ProjectSettings(
    segments=(
        Segment(
            "Here & clicking",
            AllOf((Condition("subscribed", (True,)), Condition("clicked_any_of_last", (10,)))),
        ),
        Segment("Nobody", Condition("tag", ("vpi",), 7)),
    )
)


def a_group(
    kind: str, key: str, rate: float | None = 0.5, *, is_by_behaviour: bool = False, **differences: Difference
) -> Compared:
    sample = 1000 if kind == "everybody" else 100
    rates = {
        name: Rated(round(sample * (rate or 0)), Pool(rate, sample, "" if rate is not None else "too few"))
        for name in RATES
    }
    counts = Counts(NO_PEOPLE._replace(people=100, active=90), NO_EMAILS, NO_DEPARTURES)
    group = Group(kind, key, frozenset(), is_by_behaviour)  # type: ignore[arg-type]
    return Compared(group, counts, rates, None, differences)


EVERYBODY = a_group("everybody", "")


@pytest.fixture(scope="module")
def site(store_of: Callable[[str], Path | None]) -> dict[str, bytes]:
    with open_warehouse(store_of("full")) as warehouse:
        return build(warehouse, NOW, settings=SETTINGS)


def lines(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_the_page_shows_every_group_with_a_way_to_its_people(site: dict[str, bytes]) -> None:
    html = site["segments.html"].decode()
    assert 'href="subscribers.html?segment=Here+%26+clicking"' in html
    assert 'href="subscribers.html?tag=' in html
    assert 'href="subscribers.html?status=regular"' in html
    assert "on the list and who clicked in one of the last 10 emails" in html
    assert (
        "“Nobody” (line 7): There is nobody with the tag “vpi”. Is the tag spelt right? Did you mean “vip”?"
        in html
    )
    assert "Who is in two segments" in html
    assert "Make a segment" not in html


def test_data_of_groups_and_members(site: dict[str, bytes]) -> None:
    data = json.loads(site["data/segments.json"])
    everybody, clicking, nobody, *others = data["groups"]
    assert (everybody["kind"], everybody["people"]) == ("everybody", 600)
    assert clicking["rule"] == "on the list and who clicked in one of the last 10 emails"
    assert nobody["people"] == 0
    assert {group["kind"] for group in others} == {"tag", "status"}
    members = lines(site[clicking["members"]])
    assert len(members) == clicking["people"] > 0
    assert {member["status"] for member in members} <= {"regular", "premium", "gifted"}
    assert site[nobody["members"]].decode("utf-8-sig").count("\n") == 1
    table = lines(site["data/segments.csv"])
    assert [row["name"] for row in table] == [group["name"] for group in data["groups"]]
    assert table[1]["people"] == str(clicking["people"])


def test_segments_filter_the_list_of_subscribers(site: dict[str, bytes]) -> None:
    assert '<select name="segment"' in site["subscribers.html"].decode()
    listed = json.loads(site["data/subscribers.json"])
    columns = json.loads(site[listed["shards"][0]])
    assert listed["segments"] == ["Here & clicking"]
    chosen = {
        email
        for email, n in zip(columns["email"], columns["segments"], strict=True)
        if listed["memberships"][n]
    }
    (members,) = [body for path, body in site.items() if path.startswith("data/segments/here-clicking-")]
    assert chosen == {row["email"] for row in lines(members)}


def test_without_segments_the_page_teaches_them(site_of: Sites) -> None:
    site = site_of("full")
    html = site["segments.html"].decode()
    assert "Make a segment" in html
    assert "[[segment]]" in html
    assert "<h2>Tags</h2>" in html
    assert '<select name="segment"' not in site["subscribers.html"].decode()
    assert "segments" not in json.loads(site[json.loads(site["data/subscribers.json"])["shards"][0]])


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("empty", "There is nobody to compare yet"),
        ("one", "Whether groups differ can&#39;t be said: none has enough people"),
        ("untracked", "Whether groups differ can&#39;t be said: none has enough people"),
    ],
)
def test_what_cannot_be_compared_is_not_zero(site_of: Sites, kind: str, says: str) -> None:
    html = site_of(kind)["segments.html"].decode()
    assert says in html
    assert "0.0%" not in html
    assert "above others<" not in html


def test_strangers_tags_and_hostile_names_stay_text(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    for tag in (HOSTILE, "   ", "=1+1"):
        store.tag(store.subscriber(), tag)
    rule = Condition("tag", (HOSTILE, "</script>nobody"), 3)
    settings = ProjectSettings(segments=(Segment("<b>a</b>", rule), Segment("=cmd()", rule)))
    with open_warehouse(store.done()) as warehouse:
        site = build(warehouse, NOW, settings=settings)
    html = site["segments.html"].decode()
    assert "<b>a</b>" not in html
    assert "<img src=x" not in html
    assert "(blank)" in html
    assert [row["name"] for row in lines(site["data/segments.csv"])][:3] == ["", "<b>a</b>", "'=cmd()"]


def test_building_twice_gives_the_same_bytes(
    site: dict[str, bytes], store_of: Callable[[str], Path | None]
) -> None:
    with open_warehouse(store_of("full")) as warehouse:
        assert build(warehouse, NOW, settings=SETTINGS) == site


def test_answers() -> None:
    say = segments_answer.answer
    assert say([EVERYBODY]).startswith("There are no groups to compare yet")
    assert say([EVERYBODY, a_group("tag", "t", None)]).startswith("Whether groups differ can't be said")
    assert say([EVERYBODY, a_group("tag", "t")]).startswith("None of the one group visibly reads")
    differs = a_group("tag", "t", 0.8, click_rate="higher")
    further = a_group("segment", "S", 0.1, click_rate="lower")
    assert say([EVERYBODY, differs, a_group("tag", "u")]) == (
        "1 of the 2 groups reads more or less than everybody else, beyond chance. The widest gap is that of the "
        "tag “t”: its human click rate is 80.0%, that of everybody else 46.7%."
    )
    assert "2 of the 2 groups read more" in say([EVERYBODY, differs, further])
    assert "that of “S”: its human click rate is 10.0%" in say([EVERYBODY, differs, further])


def test_takeaways_count_differences() -> None:
    words = {"S": Words("said", "s.csv")}
    segments, tags, statuses = tables(
        [EVERYBODY, a_group("segment", "S"), a_group("tag", "t", 0.8, click_rate="higher", open_rate="lower"),
         a_group("tag", "u", 0.8, click_rate="higher"), a_group("status", "past_due")],
        words, 40,
    )  # fmt: skip
    assert segments.takeaway == "None differs from everybody else by more than chance."
    assert tags.takeaway == (
        "Human click rate: 2 above everybody else; measured open rate: 1 below everybody else. "
        "These are the 2 tags most people have, of 40."
    )
    assert (segments.rows[0].note, segments.rows[0].csv) == ("said", "s.csv")
    assert [figure.mark for figure in tags.rows[0].bars] == ["", "▲ above others", "▼ below others"]
    assert tags.rows[0].bars[0].of == "80 of 100"
    assert statuses.rows[0].name == "past due"
    assert [table.everybody.name for table in (segments, tags, statuses)] == ["Everybody"] * 3


def test_what_a_segment_is_made_of_is_no_finding() -> None:
    made = a_group("segment", "Keen", 0.9, is_by_behaviour=True)
    say = segments_answer.answer
    assert say([EVERYBODY, made]).startswith(
        "There is nothing to find yet: all groups are defined by what people do"
    )
    assert say([EVERYBODY, made, a_group("tag", "t")]).startswith(
        "None of the one group not defined by what people do visibly reads"
    )
    words = {name: Words("", "") for name in ("Keen", "Quiet", "S")}
    quiet = a_group("segment", "Quiet", 0.1, is_by_behaviour=True)
    (segments,) = tables([EVERYBODY, made, quiet], words, 0)
    assert segments.takeaway == (
        "“Keen” and “Quiet” are defined by what people do, so their difference is no finding."
    )
    (segments,) = tables([EVERYBODY, made, a_group("segment", "S", 0.8, click_rate="higher")], words, 0)
    assert segments.takeaway == (
        "Human click rate: 1 above everybody else. "
        "“Keen” is defined by what people do, so its difference is no finding."
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Condition("tag", ("vip",)), False),
        (AllOf((Condition("joined_since", (NOW.date(),)), Condition("source", ("form",)))), False),
        (Condition("clicked_any_of_last", (5,)), True),
        (AllOf((Condition("tag", ("vip",)), Not(AnyOf((Condition("stage", ("new",)),))))), True),
        (AnyOf((Condition("status", ("regular",)), Condition("score_at_most", (5,)))), True),
    ],
)
def test_a_rule_that_asks_what_people_do_is_by_behaviour_however_deep(rule: Rule, expected: bool) -> None:
    assert asks_what_they_do(rule) == expected


def test_every_condition_is_either_what_people_are_or_what_they_do() -> None:
    about = {"tag", "status", "source", "subscribed", "received_at_least"}
    assert set(KINDS) == BEHAVIOUR | about | set(BY_DAY)


def test_overlap_is_for_two_to_twelve() -> None:
    one, two, three = ("A", frozenset({1, 2})), ("B", frozenset({2, 3})), ("C", frozenset({9}))
    assert segments_answer.overlap([one]) is None
    assert segments_answer.overlap([one] * 13) is None
    found = segments_answer.overlap([one, two, three])
    assert found is not None
    assert [row.cells for row in found.rows] == [("2", "1", "0"), ("1", "2", "0"), ("0", "0", "1")]
    assert found.takeaway == "“A” and “B” share the most people: 1."
    apart = segments_answer.overlap([one, three])
    assert apart is not None
    assert apart.takeaway == "Nobody is in two segments at once."


@pytest.mark.parametrize(
    ("doubt", "known", "says"),
    [
        (Doubt("tag", "VPI", 4), ["vip"], "Is the tag spelt right? Did you mean “vip”?"),
        (
            Doubt("clicked_link", "x.y", 4),
            [],
            "(line 4): Nobody clicked a link to “x.y”. Is the address spelt right?",
        ),
        (
            Doubt("joined_since", date(2031, 1, 2), 4),
            [],
            "Nobody joined on 2 Jan 2031 or later. Is the day right?",
        ),
        (Doubt("opened", "Hello", 4), ["Bye"], "Nobody opened an email “Hello”. Is the subject spelt right?"),
    ],
)
def test_doubts_help(doubt: Doubt, known: list[str], says: str) -> None:
    assert segments_answer.doubt_text("S", doubt, known).endswith(says)
