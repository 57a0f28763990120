"""Is my audience getting warmer: stages and stars, now and before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import Clock, day_text
from report_builder.definitions import BY_KEY
from report_builder.rows import StageCount, StarCount
from report_builder.scoring import ON_THE_LIST, STAGES, Scale, Stage
from report_builder.significance import CHANCE, two_proportions
from report_builder.stacks import Stack, stacked_columns
from report_builder.views.people import stage_word, stars_text
from report_builder.wording import Change, count, percent, plural

BEFORE = 3  # checkpoints back: twelve weeks
WARM: tuple[Stage, ...] = ("champion", "active")
RATED: tuple[Stage, ...] = ("champion", "active", "cooling", "dormant")
STARS = (5, 4, 3, 2, 1, None)


@dataclass(frozen=True)
class StageTile:
    label: str
    people: str
    meaning: str
    change: Change | None
    note: str


@dataclass(frozen=True)
class MixRow:
    day: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Mix:
    """A stack over time with its table twin."""

    takeaway: str
    stack: Stack
    heads: tuple[str, ...]
    rows: tuple[MixRow, ...]


@dataclass(frozen=True)
class StarBar:
    stars: str
    people: str
    share: str  # per cent of those with stars
    bar: str
    change: Change | None


def mix_by_step(found: Sequence[StageCount]) -> dict[int, dict[Stage, int]]:
    steps: dict[int, dict[Stage, int]] = defaultdict(dict)
    for row in found:
        steps[row.step][row.stage] = row.people
    return dict(steps)


def warm(mix: Mapping[Stage, int]) -> tuple[int, int]:
    """People who did something in the last 30 days, of those who are settled and can be measured."""
    return sum(mix.get(s, 0) for s in WARM), sum(mix.get(s, 0) for s in RATED)


def answer(steps: Mapping[int, Mapping[Stage, int]]) -> str:
    now = steps.get(0, {})
    acted, rated = warm(now)
    if not sum(now.get(s, 0) for s in ON_THE_LIST):
        return "Nobody is on the list yet, so there is nobody to be warm or cold."
    if not rated:
        return (
            "Nobody has been on the list long enough, or could be measured well enough, to say who is warm."
        )
    if rated < BY_KEY["active_share"].minimum:
        which = f"{count(acted)} of {plural(rated, 'person', 'people')}"
        return f"{which} did something in the last 30 days; too few for a trend."
    text = f"{count(acted)} of {count(rated)} readers did something in the last 30 days ({percent(acted / rated)})"
    past_acted, past_rated = warm(steps.get(BEFORE, {}))
    if past_rated < BY_KEY["active_share"].minimum:
        return f"{text}."
    moved = wording.rate_change(acted / rated, past_acted / past_rated)
    if (
        moved is None
        or moved.mood == "even"
        or two_proportions(acted, rated, past_acted, past_rated) >= CHANCE
    ):
        return f"{text}, about the same share as twelve weeks ago ({percent(past_acted / past_rated)})."
    points = moved.text.removesuffix(" up").removesuffix(" down")
    warmer = "warmer" if acted / rated > past_acted / past_rated else "colder"
    return f"{text}: {points} {warmer} than twelve weeks ago."


def tiles(steps: Mapping[int, Mapping[Stage, int]]) -> tuple[StageTile, ...]:
    now, past = steps.get(0, {}), steps.get(BEFORE)
    made = []
    for stage in ON_THE_LIST:
        people = now.get(stage, 0)
        change = None
        if past is not None:
            # of people who come and go it is no news, good or bad, that a stage holds more or fewer
            moved = wording.difference(people, past.get(stage, 0))
            change = Change(moved.arrow, moved.text, "even")
        note = "" if change is None else "than 12 weeks ago" if change.arrow != "=" else "since 12 weeks ago"
        made.append(StageTile(stage_word(stage), count(people), STAGES[stage][1], change, note))
    return tuple(made)


def stage_mix(found: Sequence[StageCount], clock: Clock) -> Mix | None:
    """Oldest first; None without a past or without anybody."""
    steps = mix_by_step(found)
    at = {row.step: row.at_ms for row in found}
    order = sorted(steps, reverse=True)
    if len(order) < 2 or not any(steps[step].get(s) for step in order for s in ON_THE_LIST):
        return None
    days = [day_text(clock.local(at[step]).date(), year=False) for step in order]
    layers = [(s, stage_word(s), [steps[step].get(s, 0) for step in order]) for s in ON_THE_LIST]
    return Mix(
        takeaway=_mix_says(steps, order),
        stack=stacked_columns(layers, days),
        heads=tuple(stage_word(s) for s in ON_THE_LIST),
        rows=tuple(
            MixRow(
                day_text(clock.local(at[step]).date()),
                tuple(count(steps[step].get(s, 0)) for s in ON_THE_LIST),
            )
            for step in reversed(order)
        ),
    )


def _mix_says(steps: Mapping[int, Mapping[Stage, int]], order: Sequence[int]) -> str:
    enough = [s for s in order if warm(steps[s])[1] >= BY_KEY["active_share"].minimum]
    if len(enough) < 2:
        return "Each column is everybody on the list at that moment, by stage."
    shares = {s: warm(steps[s])[0] / warm(steps[s])[1] for s in enough}
    first, last = enough[0], enough[-1]
    weeks = (first - last) * Scale().step_days // 7
    return (
        f"Champions and active readers were {percent(shares[first])} of those who can be rated {weeks} weeks ago, "
        f"and are {percent(shares[last])} now."
    )


def star_mix(found: Sequence[StarCount], clock: Clock) -> Mix | None:
    steps: dict[int, dict[int | None, int]] = defaultdict(dict)
    at = {}
    for row in found:
        steps[row.step][row.stars] = row.people
        at[row.step] = row.at_ms
    order = sorted(steps, reverse=True)
    if len(order) < 2 or not any(stars for step in order for stars in steps[step]):
        return None
    layers = [
        (f"star{stars}", stars_text(stars), [steps[step].get(stars, 0) for step in order])
        for stars in STARS
        if stars
    ]
    kinds = [stars for stars in STARS if stars]
    return Mix(
        takeaway=_stars_say(steps.get(0, {})),
        stack=stacked_columns(layers, [day_text(clock.local(at[s]).date(), year=False) for s in order]),
        heads=(*(plural(stars, "star") for stars in kinds), "no score"),
        rows=tuple(
            MixRow(
                day_text(clock.local(at[step]).date()),
                tuple(count(steps[step].get(stars, 0)) for stars in (*kinds, None)),
            )
            for step in reversed(order)
        ),
    )


def _stars_say(now: Mapping[int | None, int]) -> str:
    rated = sum(people for stars, people in now.items() if stars)
    if not rated:
        return "Nobody has a score yet."
    good = now.get(5, 0) + now.get(4, 0)
    return f"{count(good)} of {count(rated)} rated readers have four stars or five."


def star_bars(found: Sequence[StarCount]) -> tuple[StarBar, ...]:
    """Five stars first; shares are of those on the list who have stars."""
    now = {row.stars: row.people for row in found if row.step == 0}
    past = {row.stars: row.people for row in found if row.step == BEFORE}
    rated, rated_past = (sum(n for stars, n in each.items() if stars) for each in (now, past))
    minimum = BY_KEY["active_share"].minimum
    if not rated:
        return ()
    bars = []
    for stars in (5, 4, 3, 2, 1):
        share = now.get(stars, 0) / rated
        change = None
        if rated >= minimum and rated_past >= minimum:
            moved = wording.rate_change(share, past.get(stars, 0) / rated_past)
            if moved:
                change = Change(moved.arrow, moved.text, "even")
        bars.append(
            StarBar(stars_text(stars), count(now.get(stars, 0)), percent(share), f"{share * 100:.1f}", change)
        )
    return tuple(bars)
