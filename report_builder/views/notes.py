"""Notes beside the curves: the owner's own, and what the store itself knows of days that changed the numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from report_builder import wording
from report_builder.charts import Label
from report_builder.clock import Clock, day_text
from report_builder.geometry import SIDE, number
from report_builder.rows import EmailResult, FirstRuns
from report_builder.views.emails import subject_of
from shared.project import Note

OWN, TRACKING, IMPORT, SYNC, FIRST_EVENT = "own", "tracking", "import", "sync", "first_event"
ROOM = 0.06  # of the width: what the number of a note takes on a phone


@dataclass(frozen=True)
class Annotation:
    """Something to know of `day`; `kind` is who says so, OWN or one of the others."""

    day: date
    kind: str
    text: str

    @property
    def day_text(self) -> str:
        return day_text(self.day)


@dataclass(frozen=True)
class NoteMarks:
    """`path` has a line from top to bottom for each point, `labels` the numbers of the notes there."""

    path: str
    labels: tuple[Label, ...]


def annotations(
    own: Sequence[Note], emails: Sequence[EmailResult], first_ms: int | None, runs: FirstRuns, clock: Clock
) -> tuple[Annotation, ...]:
    """All up to today, the earliest first; `emails` latest first."""
    dated = (
        (first_ms, FIRST_EVENT, "The first event that is known"),
        (runs.import_ms, IMPORT, "The first import"),
        (runs.sync_ms, SYNC, "The first sync"),
    )
    known = [Annotation(clock.local(ms).date(), kind, text) for ms, kind, text in dated if ms is not None]
    known += _switches(emails, clock)
    known += [Annotation(note.day, OWN, note.text) for note in own if note.day <= clock.today]
    return tuple(sorted(known, key=lambda each: each.day))


def within(notes: Sequence[Annotation], first: date, last: date) -> tuple[Annotation, ...]:
    return tuple(note for note in notes if first <= note.day <= last)


def note_marks(points: Sequence[int | None], positions: Sequence[float]) -> NoteMarks | None:
    """Of notes numbered from 1, each at its point of a chart, or at none; where there is no room they share a label."""
    placed = [(positions[at], place) for place, at in enumerate(points, 1) if at is not None]
    if not placed:
        return None
    groups: list[tuple[float, list[int]]] = []
    for at, place in placed:
        if groups and at - groups[-1][0] < ROOM:
            groups[-1][1].append(place)
        else:
            groups.append((at, [place]))
    return NoteMarks(
        path="".join(f"M{number(at * SIDE)},0V{SIDE}" for at in dict.fromkeys(at for at, _ in placed)),
        labels=tuple(Label(number(at * 100), _numbers(places), False) for at, places in groups),
    )


def said_at(notes: Sequence[Annotation], points: Sequence[int | None]) -> dict[int, str]:
    """What the notes say, by the point they are at."""
    said: dict[int, str] = {}
    for place, (note, at) in enumerate(zip(notes, points, strict=True), 1):
        if at is not None:
            text = f"Note {place}: {note.text}"
            said[at] = f"{said[at]}; {text}" if at in said else text
    return said


def _numbers(places: Sequence[int]) -> str:
    return f"{places[0]}–{places[-1]}" if len(places) > 1 else str(places[0])


def _switches(emails: Sequence[EmailResult], clock: Clock) -> Iterator[Annotation]:
    """Where an email was tracked and the last one of which that is known was not, or the other way round."""
    before: dict[str, int] = {}
    doubtful: set[str] = set()  # what nobody knows of the email before
    for email in reversed(emails):
        if email.sent_ms is None:
            continue
        now = {"opens": email.opens_tracked, "clicks": email.clicks_tracked}
        for state, word in ((0, "off"), (1, "on")):
            names = [act for act, is_on in now.items() if is_on == state and before.get(act, state) != state]
            if names:
                since = "at the latest with" if doubtful.intersection(names) else "with"
                subject = wording.shortened(subject_of(email), 60)
                text = f"Tracking of {' and '.join(names)} switched {word} {since} “{subject}”"
                yield Annotation(clock.local(email.sent_ms).date(), TRACKING, text)
        before |= {act: is_on for act, is_on in now.items() if is_on is not None}
        doubtful = {act for act, is_on in now.items() if is_on is None}
