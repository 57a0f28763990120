"""The newsletter's own time: every day, week and hour a reader sees is in its time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from report_builder.conventions import written_day
from shared.ages import age

DAY_MS = 86_400_000
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Clock:
    """`now` is any aware time; `zone` a name of the tz database."""

    now: datetime
    zone: str

    @property
    def now_ms(self) -> int:
        return round(self.now.timestamp() * 1000)

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def local(self, ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(self.zone))

    def day(self, ms: int | None) -> date | None:
        return None if ms is None else self.local(ms).date()

    def moment(self, ms: int) -> str:
        """ "17 Nov 2026, 09:05"."""
        at = self.local(ms)
        return f"{day_text(at.date())}, {at:%H:%M}"

    def iso(self, ms: int) -> str:
        return self.local(ms).isoformat(timespec="seconds")

    def ago(self, ms: int) -> str:
        """How long before now, in the largest fitting unit: "5 min", "8 h", "3 d", "7 wk", "2 y"."""
        return age(self.now_ms - ms)


def day_text(day: date, *, year: bool = True) -> str:
    """ "17 Nov 2026" or "17 Nov", as the report's locale has it and whatever the machine's."""
    return written_day(day, year=year)


def span_text(first: date, last: date) -> str:
    """ "19 Aug – 17 Nov 2026"; the year is said twice only when it changes."""
    return f"{day_text(first, year=first.year != last.year)} – {day_text(last)}"
