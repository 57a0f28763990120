"""How good is good: the published limits of three rates, and the light that a rate gets for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor

from report_builder import wording
from report_builder.conventions import percentage
from report_builder.definitions import BY_KEY
from report_builder.rows import DomainDelivery, EmailDelivery
from report_builder.significance import wilson

BUTTONDOWN = "Buttondown: sending standards"
GOOGLE = "Google: email sender guidelines"
USUAL = "EmailFirst and Nashra: what is usual for newsletters"


@dataclass(frozen=True)
class Light:
    """Never colour alone: `word` says it, and the mood of the style sheet brings a symbol of its own."""

    level: int  # higher is worse
    word: str
    mood: str


GOOD, WATCH, TOO_HIGH = Light(0, "good", "good"), Light(1, "watch", "watch"), Light(2, "too high", "bad")


@dataclass(frozen=True)
class Limit:
    """The limits of one rate as shares: good up to `good`, too high from `high` on.

    `good_holds` and `high_holds` say whether the limit itself still is good, or is too high already.
    """

    key: str
    what: str
    good: float
    good_holds: bool
    high: float
    high_holds: bool
    good_text: str
    watch_text: str
    high_text: str
    source: str

    def written(self) -> "Limit":
        """With its texts as the report writes shares."""
        write = wording.with_shares
        return replace(
            self,
            good_text=write(self.good_text),
            watch_text=write(self.watch_text),
            high_text=write(self.high_text),
            source=write(self.source),
        )

    def light(self, rate: float) -> Light:
        if rate < self.good or (self.good_holds and rate == self.good):
            return GOOD
        return TOO_HIGH if rate > self.high or (self.high_holds and rate == self.high) else WATCH

    def sure_light(self, part: int, whole: int) -> Light | None:
        """For many small samples side by side, of which chance alone would put some beyond a limit: other than good
        only where the whole interval of the true rate is beyond it, and no light where that is open.
        """
        light, interval = self.light(part / whole), wilson(part, whole)
        if light == GOOD or interval is None:
            return light
        sure = self.light(interval[0])
        return None if sure == GOOD else sure


LIMITS = (
    Limit("permanent_failure_rate", "the permanent failure rate", 0.01, True, 0.02, False, "up to 1%",
          "up to 2%", "above 2%",
          f"{BUTTONDOWN}, which ask for 1% at most call less excellent, 1–2% good, 2–5% concerning, more a problem"),
    Limit("complaint_rate", "the complaint rate", 0.001, True, 0.003, True, "up to 0.10%", "below 0.30%",
          "0.30% or more", f"{BUTTONDOWN}, which ask for 0.1% at most; {GOOGLE}, never 0.30%"),
    Limit("unsubscribe_rate", "the unsubscribe rate", 0.005, False, 0.01, False, "below 0.5%", "up to 1%",
          "above 1%", USUAL),
)  # fmt: skip
BY_RATE = {limit.key: limit for limit in LIMITS}


@dataclass(frozen=True)
class Figures:
    """Emails sent, by email and person, and what became of them."""

    recipients: int
    delivered: int
    hard: int
    soft: int
    complained: int
    unsubscribed: int


@dataclass(frozen=True)
class Measured:
    """One rate as a page prints it; `share` is None below the minimum sample, and then there is no light."""

    text: str
    counts: str
    share: float | None
    light: Light | None


def added(sent: Iterable[EmailDelivery | DomainDelivery]) -> Figures:
    rows = list(sent)
    return Figures(
        sum(r.recipients for r in rows), sum(r.delivered for r in rows), sum(r.hard for r in rows),
        sum(r.soft for r in rows), sum(r.complained for r in rows), sum(r.unsubscribed for r in rows),
    )  # fmt: skip


def measure(key: str, figures: Figures, *, surely: bool = False) -> Measured:
    """`key` is one of the rates with limits, or delivery_rate, which nobody has published limits for. The light is of
    the rate itself, as the published limits are, or with `surely` of what is sure about it.
    """
    part, whole = {
        "delivery_rate": (figures.delivered, figures.recipients),
        "permanent_failure_rate": (figures.hard, figures.recipients),
        "complaint_rate": (figures.complained, figures.delivered),
        "unsubscribe_rate": (figures.unsubscribed, figures.delivered),
    }[key]
    counts = f"{wording.count(part)} of {wording.count(whole)}"
    share = wording.ratio(part, whole) if whole >= BY_KEY[key].minimum else None
    if share is None:
        return Measured(wording.TOO_FEW if whole else wording.UNKNOWN, counts, None, None)
    limit = BY_RATE.get(key)
    text = wording.percent(share) if key == "delivery_rate" else fine_percent(share)
    if limit is None:
        return Measured(text, counts, share, None)
    return Measured(text, counts, share, limit.sure_light(part, whole) if surely else limit.light(share))


def rates(figures: Figures, *, surely: bool = False) -> tuple[Measured, ...]:
    """The three rates with limits, in the order of LIMITS."""
    return tuple(measure(limit.key, figures, surely=surely) for limit in LIMITS)


def worst(measured: Sequence[Measured]) -> Light | None:
    """The worst light of what was measured together; a good one only where no rate is missing."""
    lights = [each.light for each in measured if each.light]
    found = max(lights, key=lambda light: light.level, default=None)
    return None if found == GOOD and len(lights) < len(measured) else found


def fine_percent(share: float) -> str:
    """With two digits, because these limits are as fine as a tenth of a per cent."""
    return percentage(wording.decimal(floor(share * 10_000 + 0.5) / 100, 2))
