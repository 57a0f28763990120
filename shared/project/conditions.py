"""What a segment's rule can ask of a person, and what each condition may be given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shared.project.faults import advice

Value = str | int | date | bool

STAGES = (
    "new", "champion", "active", "cooling", "dormant", "unmeasurable", "unactivated", "complained", "undeliverable",
    "lost",
)  # fmt: skip


class Refused(Exception):
    """The value does not fit; the message goes on from "<condition> "."""


@dataclass(frozen=True)
class Kind:
    """`read` makes the value of what TOML gave, or raises Refused; where `takes_lists`, one of several is enough."""

    read: Callable[[object], Value]
    takes_lists: bool = False


def _text(given: object) -> str:
    if not isinstance(given, str) or not given.strip():
        raise Refused('must be text in quotes, or a list such as ["one", "two"]')
    return given.strip()


def _stage(given: object) -> str:
    stage = _text(given).lower()
    if stage not in STAGES:
        raise Refused(f"cannot be {given!r}: there is no such stage; {advice(stage, STAGES)}")
    return stage


def _number(least: int, most: int) -> Callable[[object], int]:
    def read(given: object) -> int:
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
            raise Refused(f"must be a whole number from {least} to {most:,}, without quotes")
        return given

    return read


def read_day(given: object) -> date:
    """A TOML date, or one in quotes. Raises Refused."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given) if isinstance(given, str) else date.fromisoformat("")
    except ValueError:
        raise Refused("must be a day such as 2026-01-31") from None


def _flag(given: object) -> bool:
    if not isinstance(given, bool):
        raise Refused("must be true or false, without quotes")
    return given


DAYS = _number(1, 36_500)
TEXT = Kind(_text, takes_lists=True)

KINDS: Mapping[str, Kind] = {
    "tag": TEXT,
    "status": TEXT,
    "source": TEXT,
    "subscribed": Kind(_flag),
    "stage": Kind(_stage, takes_lists=True),
    "stars": Kind(_number(1, 5), takes_lists=True),
    "score_at_least": Kind(_number(0, 100)),
    "score_at_most": Kind(_number(0, 100)),
    "acted_within_days": Kind(DAYS),
    "quiet_for_days": Kind(DAYS),
    "opened": TEXT,
    "clicked": TEXT,
    "opened_any_of_last": Kind(_number(1, 1000)),
    "clicked_any_of_last": Kind(_number(1, 1000)),
    "clicked_link": TEXT,
    "joined_since": Kind(read_day),
    "joined_before": Kind(read_day),
    "left_since": Kind(read_day),
    "left_before": Kind(read_day),
    "received_at_least": Kind(_number(1, 1_000_000)),
}
# Together in one rule these fit nobody unless the first is smaller, or with "or_equal" not larger.
RANGES = (
    ("score_at_least", "score_at_most", "or_equal"),
    ("joined_since", "joined_before", ""),
    ("left_since", "left_before", ""),
    ("quiet_for_days", "acted_within_days", ""),
)
# Nobody has two of these at the same time.
SINGLE = ("status", "source", "stage", "stars", "subscribed")


def read_values(key: str, given: object) -> tuple[Value, ...]:
    """One value, or the values of a list, each once. Raises Refused."""
    kind = KINDS[key]
    if not isinstance(given, list):
        return (kind.read(given),)
    if not kind.takes_lists:
        raise Refused("takes one value and no list")
    if not given:
        raise Refused("has an empty list, which fits nobody: name at least one, or leave it out")
    return tuple(dict.fromkeys(kind.read(each) for each in given))
