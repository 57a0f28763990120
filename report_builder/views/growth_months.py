"""Month by month: who came, who left, and what that means for the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from report_builder import wording
from report_builder.clock import day_text
from report_builder.columns import column_chart
from report_builder.conventions import written_month
from report_builder.definitions import BY_KEY
from report_builder.rows import MonthMoves
from report_builder.views.growth import MonthRow, Months
from report_builder.views.notes import Annotation
from report_builder.views.rates import Pool, share
from report_builder.wording import count, percent, signed

SHOWN = 24
LATELY = 12  # months, the unfinished one included
GAINS = (("s3", "Joined", "joined"), ("s3 pale", "Came back", "returned"))
LOSSES = (
    ("s4", "Unsubscribed", "unsubscribed"),
    ("s5", "Undeliverable", "undeliverable"),
    ("s2", "Complained", "complained"),
    ("s4 pale", "Removed", "removed"),
)


@dataclass(frozen=True)
class Month:
    """`is_open`: not over yet. `active` were on the list when it began."""

    moves: MonthMoves
    active: int
    is_open: bool

    @property
    def name(self) -> str:
        return month_text(self.moves.month)

    @property
    def churn(self) -> Pool:
        return share("monthly_churn", self.moves.lost, self.active)


@dataclass(frozen=True)
class Churn:
    """The churn to reckon with, and which months say so."""

    rate: float | None
    months: int  # whose middle value it is; 1: the latest full month alone


def month_number(day: date) -> int:
    return day.year * 12 + day.month


def month_start(number: int) -> date:
    return date((number - 1) // 12, (number - 1) % 12 + 1, 1)


def month_text(number: int) -> str:
    """ "Nov 2026"."""
    return written_month(month_start(number))


def months_between(found: Sequence[MonthMoves], active_now: int, today: date) -> list[Month]:
    """Every month from the first move to today's, quiet ones too, reckoned back from those active today."""
    this = month_number(today)
    moves = {m.month: m for m in found if m.month <= this}
    active, made = active_now, []
    for number in range(this, min(moves, default=this + 1) - 1, -1):
        month = moves.get(number, MonthMoves(number, 0, 0, 0, 0, 0, 0))
        active -= month.net
        made.append(Month(month, active, number == this))
    return made[::-1]


def usual_churn(months: Sequence[Month]) -> Churn:
    """The middle value of the last twelve full months; with fewer than three of them, the latest alone."""
    full = [m.churn.rate for m in months if not m.is_open][-12:]
    known = [rate for rate in full if rate is not None]
    middle = wording.usual(known)
    if middle is not None:
        return Churn(middle, len(known))
    return Churn(known[-1] if known else None, 1)


def half_life(churn: float | None) -> float | None:
    """In months; None where nobody leaves or everybody does."""
    return log(2) / -log(1 - churn) if churn is not None and 0 < churn < 1 else None


def quick_ratio(gained: int, lost: int) -> float | None:
    return gained / lost if lost and lost >= BY_KEY["quick_ratio"].minimum else None


def totals(months: Sequence[Month]) -> tuple[int, int]:
    """How many came and how many left."""
    return sum(m.moves.gained for m in months), sum(m.moves.lost for m in months)


def months_view(
    months: Sequence[Month], undated: int, notes: Sequence[Annotation], csv: str
) -> Months | None:
    """None when nobody ever came on a known day."""
    shown = list(months[-SHOWN:])
    if not shown:
        return None
    moves = [m.moves._asdict() for m in shown]
    return Months(
        takeaway=_takeaway(shown),
        chart=column_chart(
            [(key, label, [m[name] for m in moves]) for key, label, name in GAINS],
            [(key, label, [m[name] for m in moves]) for key, label, name in LOSSES],
            names=[m.name for m in shown],
            says=[f"{_label(m)}: {count(m.moves.gained)} came, {count(m.moves.lost)} left" for m in shown],
            is_open=True,
        ),
        rows=tuple(_row(m, notes) for m in reversed(shown)),
        undated=""
        if not undated
        else f"{wording.people(undated)} came or left on a day that is not known, and "
        f"{'is' if undated == 1 else 'are'} in no month.",
        csv=csv,
    )


def _row(month: Month, notes: Sequence[Annotation]) -> MonthRow:
    moves, churn = month.moves, month.churn
    ratio = quick_ratio(moves.gained, moves.lost)
    return MonthRow(
        month.name,
        month.is_open,
        (
            count(month.active),
            *(count(moves._asdict()[name]) for *_, name in (*GAINS, *LOSSES)),
            signed(moves.net),
            percent(churn.rate) if churn.rate is not None else churn.why,
            wording.decimal(ratio) if ratio is not None else wording.TOO_FEW,
        ),
        tuple(
            f"{day_text(note.day, year=False)}: {note.text}"
            for note in notes
            if month_number(note.day) == moves.month
        ),
    )


def _label(month: Month) -> str:
    return f"{month.name}, so far" if month.is_open else month.name


def _takeaway(shown: Sequence[Month]) -> str:
    full = [m for m in shown if not m.is_open]
    if not full:
        gained, lost = totals(shown)
        return f"The first month, not over yet: {wording.people(gained)} came and {count(lost)} left."
    best = max(full, key=lambda m: (m.moves.net, m.moves.month))
    grew = sum(1 for m in full if m.moves.net > 0)
    said = f"The list grew in {grew} of {wording.plural(len(full), 'full month')}"
    if best.moves.net <= 0:
        return f"{said}."
    return f"{said}, most in {best.name}: {wording.people(best.moves.gained)} came and {count(best.moves.lost)} left."
