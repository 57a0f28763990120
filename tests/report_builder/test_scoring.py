"""Scores, stars, steps and streaks by hand: what each person gets for what they did, at the limits of every rule."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report_builder import rows
from report_builder.scoring import STAGES
from report_builder.warehouse import open_warehouse
from tests.report_builder.letters import HOUR, Act, Letters, people, people_of
from tests.report_builder.stores import DAY, NOW_MS, PROXY, SCANNER, untracked_store


def test_project_without_a_database_has_one_checkpoint_and_nobody() -> None:
    with open_warehouse(None) as warehouse:
        warehouse.score(NOW_MS)
        assert warehouse.rows(rows.Person, "subscribers/list") == []
        assert warehouse.rows(rows.StageCount, "engagement/stages") == []
        assert warehouse.rows(rows.GridCell, "engagement/grid") == []


def test_list_of_one_has_the_mean_of_its_own_emails(letters: Letters) -> None:
    """(0.9 + 0.5 + 0) / 3 with equal weights: the list's mean is the same, and pulls nowhere."""
    reader = letters.reader((5, "clicked"), (5, "opened"), (5, None))
    person = people_of(letters, reader)
    assert (person.score, person.stars, person.stage) == (47, 4, "active")
    assert (person.scored_clicks, person.scored_opens, person.scored_unread) == (1, 1, 1)
    assert person.depth == 7


@pytest.mark.parametrize(("emails", "score", "stage"), [(2, None, "new"), (3, 90, "champion")])
def test_score_needs_three_emails(letters: Letters, emails: int, score: int, stage: str) -> None:
    person = people_of(letters, letters.reader(*[(5.0, "clicked")] * emails))
    assert (person.score, person.stage) == (score, stage)
    assert (person.recency_step, person.frequency_step) == ((5, 5) if score else (None, None))


def test_half_a_point_is_rounded_up(letters: Letters) -> None:
    """Three opens of four emails: 100 x 3 x 0.5 / 4 = 37.5."""
    reader = letters.reader(*[(5.0, "opened")] * 3, (5, None))
    assert people_of(letters, reader).score == 38


def test_list_pulls_by_two_emails_of_today(letters: Letters) -> None:
    """The mean of all six is 0.5: (3 x 1.0 x w + 2 x 0.5) / (3 x w + 2), w = 0.5 ^ (90 / 90)."""
    fan = letters.reader(*[(90.0, "replied")] * 3)
    cold = letters.reader(*[(90.0, None)] * 3)
    found = people(letters)
    assert (found[fan].score, found[cold].score) == (round(100 * 2.5 / 3.5), round(100 * 1 / 3.5))
    assert (found[fan].stars, found[cold].stars) == (5, 3)


@pytest.mark.parametrize(("age", "known"), [(364, 2), (364 - 1 / DAY, 3)])
def test_email_of_364_days_ago_no_longer_counts(letters: Letters, age: float, known: int) -> None:
    person = people_of(letters, letters.reader((age, None), (5, None), (5, None)))
    assert person.scored_unread == known
    assert (person.score is None) == (known == 2)
    assert person.last_emails == 3, "the last ten look back as far as they must"


def test_weight_goes_by_whole_days(letters: Letters) -> None:
    letters.reader((90, None), (91 - 1 / DAY, None), (0, None))
    with open_warehouse(letters.done()) as warehouse:
        warehouse.score(NOW_MS)
        given = {"half_life_days": 90, "window_ms": 364 * DAY, "now_ms": NOW_MS}
        emails = warehouse.rows(rows.ScoredEmail, "subscriber/score", least_score=0, **given)
    assert [e.weight for e in emails] == [1_000_000, 500_000, 500_000]


def test_click_stamped_before_the_delivery_counts(letters: Letters) -> None:
    reader = letters.subscriber()
    for after in (-HOUR, HOUR, HOUR):
        letters.sent(reader, 5, "clicked", after)
    assert people_of(letters, reader).score == 90


def test_whoever_is_seen_through_proxies_only_cannot_be_known_until_they_click(letters: Letters) -> None:
    hidden, clicker = letters.subscriber(), letters.subscriber()
    for number, age in enumerate((40, 30, 20, 10)):
        for person in (hidden, clicker):
            email = letters.sent(person, age)
            letters.event("subscriber.opened", NOW_MS - age * DAY + HOUR, person, email, agent=PROXY)
            if person == clicker and number:
                letters.event("subscriber.clicked", NOW_MS - age * DAY + 2 * HOUR, person, email)
    found = people(letters)
    assert (found[hidden].stage, found[hidden].score, found[hidden].stars) == ("unmeasurable", None, None)
    assert found[hidden].is_hidden
    assert found[hidden].since_ms is None
    assert (found[clicker].stage, found[clicker].score) == ("champion", 90), "of the three that are known"
    assert (found[clicker].streak, found[clicker].scored_unread) == (3, 0)


def test_scanner_in_front_of_a_mailbox_does_not_make_an_email_unread(letters: Letters) -> None:
    reader = letters.reader(*[(5.0, "opened")] * 3)
    email = letters.sent(reader, 4)
    letters.event("subscriber.clicked", NOW_MS - 4 * DAY + 500, reader, email, agent=SCANNER)
    person = people_of(letters, reader)
    assert (person.score, person.streak, person.last_emails) == (50, 3, 3)


def test_tracking_was_never_on(tmp_path: Path) -> None:
    found = people(untracked_store(tmp_path / "s.sqlite")).values()
    assert {p.score for p in found} == {None}
    assert sorted({p.stage for p in found}) == ["new", "unmeasurable"], "one only ever bounced"


@pytest.mark.parametrize(("days", "step"), [(14, 5), (15, 4), (30, 4), (31, 3), (91, 2), (180, 2), (181, 1)])
def test_steps_of_recency(letters: Letters, days: int, step: int) -> None:
    reader = letters.reader((190, None), (190, None))
    letters.sent(reader, 190, "opened", (190 - days) * DAY)
    assert people_of(letters, reader).recency_step == step


@pytest.mark.parametrize(
    ("opened", "step"), [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (6, 4), (7, 4), (8, 5), (10, 5)]
)
def test_steps_of_frequency_look_at_the_last_ten(letters: Letters, opened: int, step: int) -> None:
    acts = [(9.0, "opened")] * opened + [(9.0, None)] * (10 - opened)
    person = people_of(letters, letters.reader(*acts, (99, "replied"), (99, None)))
    assert (person.frequency_step, person.last_emails, person.last_engaged) == (step, 10, opened)


def test_streaks_pass_over_what_could_not_be_measured(letters: Letters) -> None:
    reader = letters.reader((9, "opened"), (8, "opened"), (7, "opened"), (6, None), (5, "opened"))
    email = letters.sent(reader, 4)
    letters.event("subscriber.opened", NOW_MS - 4 * DAY + HOUR, reader, email, agent=PROXY)
    letters.sent(reader, 3, "replied")
    person = people_of(letters, reader)
    assert (person.streak, person.longest_streak) == (2, 3)


def test_emails_that_arrive_at_once_are_taken_as_they_were_written(letters: Letters) -> None:
    found = letters.reader((5, None), (5, "opened"), (5, "opened"))
    assert people_of(letters, found).streak == 2


def test_favourites_of_equals_are_those_that_sort_first(letters: Letters) -> None:
    reader = letters.subscriber()
    links = [letters.link(f"https://{host}.example/") for host in ("b", "www.a")]
    at = NOW_MS - 10 * DAY - NOW_MS % DAY
    for n, link in enumerate(links * 3):
        (email,) = letters.letters(12)
        letters.event("subscriber.clicked", at + (20 - n % 2) * HOUR, reader, email, link)
    with open_warehouse(letters.done()) as warehouse:
        warehouse.score(NOW_MS)
        likes = warehouse.row(rows.Favourites, "subscriber/favourites", least_acts=6)
        assert warehouse.rows(rows.Favourites, "subscriber/favourites", least_acts=7) == []
    assert likes == (reader, 20, 3, 6, "a.example", 3), "19:00 UTC in Berlin's winter"


ACTS: tuple[Act, ...] = (None, "opened", "clicked", "replied")
Levels = list[list[int]]
levels = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=3, max_size=5)
AGES = (1, 30, 90, 300)
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def scores_of(path: Path, everybody: Sequence[Sequence[int]]) -> list[rows.Person]:
    path.unlink(missing_ok=True)
    store = Letters(path)
    for acts in everybody:
        store.reader(*((age, ACTS[level]) for age, level in zip(AGES, acts, strict=True)))
    found = people(store)
    return [found[number] for number in sorted(found)]


@few
@given(levels, st.data())
def test_more_engagement_never_lowers_a_score(tmp_path: Path, everybody: Levels, data: st.DataObject) -> None:
    """Nobody's, for the list's mean can only rise; and of two with the same emails the keener is never behind."""
    path = tmp_path / "s.sqlite"
    before = scores_of(path, everybody)
    raised = [list(acts) for acts in everybody]
    who, which = data.draw(st.integers(0, len(raised) - 1)), data.draw(st.integers(0, 3))
    raised[who][which] = data.draw(st.integers(raised[who][which], 3))
    after = scores_of(path, raised)
    assert all((a.score or 0) >= (b.score or 0) for a, b in zip(after, before, strict=True))
    for found, acts in ((before, everybody), (after, raised)):
        assert all(0 <= (p.score or 0) <= 100 and p.score is not None and p.stage in STAGES for p in found)
        for p, mine in zip(found, acts, strict=True):
            for q, theirs in zip(found, acts, strict=True):
                if all(a >= b for a, b in zip(mine, theirs, strict=True)):
                    assert (p.score or 0) >= (q.score or 0)


@pytest.mark.parametrize(("level", "score"), [(0, 0), (1, 50), (2, 90), (3, 100)])
def test_list_that_always_does_the_same_has_that_score(tmp_path: Path, level: int, score: int) -> None:
    found = scores_of(tmp_path / "s.sqlite", [[level] * 4] * 3)
    assert {p.score for p in found} == {score}
