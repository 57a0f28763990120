"""Tags of the owner's own: the provider's lists neither see nor end them, and everything that reads tags has them."""

import json
from pathlib import Path

import pytest

from demo import subscriber, tag
from shared.errors import UsageError
from sync_job.local_tags import full_name
from tests.sync_job.exports.files import event_row, import_files, write_csv
from tests.sync_job.newsletters import SENT
from tests.sync_job.privacy.conftest import Call
from tests.sync_job.privacy.people import ANNA, BEFORE_ANNA, BEN, built_site, erase
from tests.sync_job.world import World

SPANS = (
    "select t.name, t.origin, s.email, st.to_ms is null from subscriber_tags as st join tags as t on t.id = st.tag "
    "join subscribers as s on s.id = st.subscriber where t.origin = 'local' order by st.from_ms, s.email"
)


def tags_of(world: World, address: str) -> list[str]:
    found: list[str] = json.loads(world.one("select tags from subscriber_list where email = ?", address))
    return found


def test_a_tag_is_given_and_taken_and_its_time_remembered(world: World, call: Call) -> None:
    world.sync()
    assert call("tag", "add", "friends of mine", ANNA, BEN).stdout == "2 people got local:friends of mine.\n"
    assert tags_of(world, ANNA) == ["local:friends of mine", "vip"]
    taken = call("tag", "remove", "local:friends of mine", ANNA)
    assert (taken.return_value, taken.stdout) == (0, "1 person lost local:friends of mine.\n")
    assert tags_of(world, ANNA) == ["vip"]
    assert world.query(SPANS) == [
        ("local:friends of mine", "local", ANNA, 0),
        ("local:friends of mine", "local", BEN, 1),
    ]
    call("tag", "add", "friends of mine", ANNA)
    assert [row[2:] for row in world.query(SPANS)].count((ANNA, 1)) == 1
    assert len(world.query(SPANS)) == 3
    world.assert_sound()


def test_giving_it_again_is_harmless(world: World, call: Call) -> None:
    world.sync()
    call("tag", "add", "vip", ANNA)
    before = world.generation()
    again = call("tag", "add", "vip", ANNA, ANNA.upper(), f" {ANNA} ")
    assert (again.return_value, again.stdout) == (0, "0 people got local:vip, 1 person had it already.\n")
    assert world.generation() == before
    assert call("tag", "remove", "vip", BEN).stdout == "0 people lost local:vip, 1 person did not have it.\n"


def test_the_providers_lists_do_not_touch_them(world: World, call: Call) -> None:
    world.sync()
    call("tag", "add", "vip", ANNA)
    world.newsletter.subscribers[0]["tags"] = []
    world.newsletter.tags.clear()
    world.newsletter.touch()
    for full in (False, True):
        world.later(days=2)
        world.sync(full=full)
        assert tags_of(world, ANNA) == ["local:vip"]


def test_a_tag_of_the_provider_does_not_pass_for_one_of_ours(world: World, call: Call) -> None:
    world.sync()
    call("tag", "add", "vip", ANNA)
    world.newsletter.tags.append(tag("local:vip"))
    world.newsletter.subscribers[1]["tags"] = ["local:vip"]
    world.newsletter.touch()
    world.later(days=2)
    world.sync()
    assert tags_of(world, BEN) == ["buttondown:local:vip"]
    assert tags_of(world, ANNA) == ["local:vip", "vip"]
    world.later(days=2)
    world.newsletter.subscribers[1]["tags"] = []
    world.newsletter.touch()
    world.sync()
    assert tags_of(world, BEN) == []


def test_unknown_addresses_are_named_and_the_others_are_done(world: World, call: Call) -> None:
    world.sync()
    result = call("tag", "add", "vip", "karl@example.com", ANNA, "nobody@example.com")
    assert (result.exception, result.return_value) == (None, 1)
    assert result.stdout == (
        "1 person got local:vip.\nNobody here has, or had: karl@example.com, nobody@example.com\n"
    )
    assert tags_of(world, ANNA) == ["local:vip", "vip"]
    nobody = call("tag", "add", "new", "karl@example.com")
    assert nobody.return_value == 1
    assert world.query("select name from tags where origin = 'local'") == [("local:vip",)]


def test_it_is_meant_for_who_has_the_address_today(world: World, call: Call) -> None:
    world.newsletter.subscribers.append(subscriber(BEFORE_ANNA, at=SENT))
    world.sync()
    assert call("tag", "add", "vip", BEFORE_ANNA).stdout == "1 person got local:vip.\n"
    assert tags_of(world, BEFORE_ANNA) == ["local:vip"]
    world.newsletter.subscribers.append(subscriber(BEN, at=SENT))
    world.later(days=2)
    world.sync()
    shared = call("tag", "add", "vip", BEN)
    assert shared.stdout == f"2 people got local:vip.\nOf several people, all meant: {BEN}\n"


def test_where_nobody_has_it_today_it_is_meant_for_who_had_it(world: World, call: Call) -> None:
    world.sync()
    assert call("tag", "add", "vip", BEFORE_ANNA).return_value == 0
    assert tags_of(world, ANNA) == ["local:vip", "vip"]


def test_tags_are_listed_and_described(world: World, call: Call) -> None:
    assert call("tag", "list").stdout.startswith("There are none yet")
    world.sync()
    assert call("tag", "list").stdout.startswith("There are none yet")
    call("tag", "add", "vip", ANNA, BEN)
    assert (
        call("tag", "describe", "vip", "People we know in person").stdout
        == "local:vip: People we know in person\n"
    )
    call("tag", "describe", "press", "Nobody yet")
    call("tag", "remove", "vip", BEN)
    press, vip = call("tag", "list").stdout.splitlines()
    assert press.split("  ")[0] == "local:press"
    assert "0 people" in press
    assert "1 person" in vip
    assert vip.endswith("  People we know in person")
    assert call("tag", "describe", "vip", "").stdout == "local:vip: no description\n"
    assert world.one("select description from tags where name = 'local:vip'") is None


@pytest.mark.parametrize(
    "name", ["", " ", "local:", "a" * 51, "a,b", "-x", ".x", "a\nb", "a\x00", "a;b", "_x", "<b>"]
)
def test_bad_names_are_refused(world: World, call: Call, name: str) -> None:
    world.sync()
    before = world.generation()
    for command in (["add", name, ANNA], ["remove", name, ANNA], ["describe", name, "text"]):
        result = call("tag", *command[:1], "--", *command[1:])
        assert isinstance(result.exception, UsageError)
        assert "a tag's name has 1 to 50 letters" in str(result.exception)
    assert world.generation() == before


@pytest.mark.parametrize(
    "name", ["a", "Größe XL", "R&D", "o'reilly", "2026/spring", "early-bird", "日本", "a" * 50]
)
def test_good_names(name: str) -> None:
    assert full_name(name) == full_name(f" local:{name} ") == f"local:{name}"


def test_what_makes_no_sense_is_told_in_words(world: World, call: Call) -> None:
    for given in (["add", "vip", ANNA], ["describe", "vip", "text"]):
        assert "there is nobody to tag yet" in str(call("tag", *given).exception)
    world.sync()
    gone = call("tag", "remove", "vip", ANNA)
    assert "you have no tag of this name; those you have: none" in str(gone.exception)
    for text in ("x" * 201, "two\nlines"):
        assert isinstance(call("tag", "describe", "vip", text).exception, UsageError)
    assert world.query("select name from tags where origin = 'local'") == []


def test_somebody_known_by_an_address_alone_keeps_the_tag_when_the_list_names_them(
    world: World, call: Call, tmp_path: Path
) -> None:
    import_files(world, write_csv(tmp_path / "e.csv", [event_row(BEN, event_type="opened")]))
    assert call("tag", "add", "vip", BEN).return_value == 0
    world.later(hours=1)
    world.sync()
    assert tags_of(world, BEN) == ["local:vip", "vip"]
    world.assert_sound()


def test_it_may_be_the_tag_of_people_who_must_not_be_tracked(world: World, call: Call) -> None:
    world.sync()
    call("tag", "add", "private", ANNA)
    asked = len(world.api.requests)
    world.later(minutes=15)
    counts = world.sync(no_tracking="local:private").counts
    assert (counts.subscribers_untracked, counts.events_unlinked) == (1, 5)
    assert not [each for each in world.asked("/subscribers", since=asked) if "local:private" in str(each)]


def test_erasing_somebody_takes_their_tags_as_well(world: World, call: Call) -> None:
    world.sync()
    call("tag", "add", "vip", ANNA)
    erase(world)
    assert world.query(SPANS) == []
    assert "0 people" in call("tag", "list").stdout


def test_segments_and_pages_use_them(world: World, call: Call) -> None:
    world.sync()
    call("tag", "add", "vip", ANNA)
    world.bucket.write("default/project.toml", b'[[segment]]\nname = "Mine"\nrule = { tag = "local:vip" }\n')
    site = built_site(world)
    assert b"local:vip" in site["segments.html"]
    assert b"local:vip" in site["subscribers.html"]
    csv = next(
        body for name, body in site.items() if name.startswith("data/segments/") and name.endswith(".csv")
    )
    assert ANNA.encode() in csv
    assert BEN.encode() not in csv
    page = next(
        body for name, body in site.items() if name.startswith("subscribers/") and ANNA.encode() in body
    )
    assert b"local:vip" in page
