"""Where people come from, and what becomes of those of each source."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from report_builder.geometry import number
from report_builder.rows import SourceCounts
from report_builder.significance import CHANCE, two_proportions, wilson
from report_builder.views.growth import Share, SourceFlow, SourceRow, SourceTable
from report_builder.views.rates import Pool, share
from report_builder.wording import count, percent, plural, signed

UNKNOWN_SOURCE = "unknown"
SHOWN, CAMPAIGNS_SHOWN = 15, 8
COUNTS = len(SourceCounts._fields) - 4


def by_source(row: SourceCounts) -> str | None:
    return row.source


def by_utm_source(row: SourceCounts) -> str | None:
    return row.utm_source


def by_campaign(row: SourceCounts) -> str | None:
    return row.utm_campaign


def by_referrer(row: SourceCounts) -> str | None:
    """The host of the page that led here, without www."""
    try:
        host = urlsplit(row.referrer_url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


KINDS: tuple[tuple[str, str, Callable[[SourceCounts], str | None]], ...] = (
    ("campaign", "Campaign (utm_campaign)", by_campaign),
    ("utm_source", "Campaign's source (utm_source)", by_utm_source),
    ("referrer", "Referring site", by_referrer),
)


def folded(
    rows: Sequence[SourceCounts], key: Callable[[SourceCounts], str | None]
) -> list[tuple[str | None, SourceCounts]]:
    """Summed up by `key`, most sign-ups first, those without one at the end."""
    groups: dict[str | None, list[SourceCounts]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    found = [(name, summed(group)) for name, group in groups.items()]
    return sorted(found, key=lambda each: (each[0] is None, -each[1].sign_ups, each[0] or ""))


def summed(rows: Sequence[SourceCounts]) -> SourceCounts:
    """All of them together, wherever they came from."""
    counts = [tuple(row.counts.values()) for row in rows] or [(0,) * COUNTS]
    return SourceCounts(None, None, None, None, *map(sum, zip(*counts, strict=True)))


def activated(row: SourceCounts) -> Pool:
    return share("activation_rate", row.confirmed, row.sign_ups)


def engaged(row: SourceCounts) -> Pool:
    return share("engaged_after_30_days", row.engaged, row.measured)


def here(row: SourceCounts) -> Pool:
    return share("survival_after_90_days", row.here, row.old)


def complained(row: SourceCounts) -> Pool:
    return share("complaint_share", row.complained, row.confirmed)


@dataclass(frozen=True)
class Best:
    """The source whose new readers are engaged most, and whether that is more than chance makes of the others."""

    name: str
    rate: float
    others: float
    chance: float  # how often it would come about by chance, with as many sources to choose the best from

    @property
    def is_clear(self) -> bool:
        return self.rate > self.others and self.chance < CHANCE


def best(sources: Sequence[tuple[str | None, SourceCounts]]) -> Best | None:
    """None unless one source and all others together can be compared. A few lucky readers make no best source, so
    what counts is the low end of the interval in which the true share lies.
    """
    rated = [(_low_end(row), name, row) for name, row in sources if name and engaged(row).rate is not None]
    if not rated:
        return None
    _, name, first = max(rated, key=lambda each: (each[0], each[1]))
    rest = summed([row for other, row in sources if other != name])
    rate, others = engaged(first).rate, engaged(rest).rate
    if rate is None or others is None:
        return None
    chance = two_proportions(first.engaged, first.measured, rest.engaged, rest.measured)
    return Best(name, rate, others, min(1.0, chance * len(rated)))


def _low_end(row: SourceCounts) -> float:
    interval = wilson(row.engaged, row.measured)
    return interval[0] if interval else 0.0


def source_flows(sources: Sequence[tuple[str | None, SourceCounts]]) -> tuple[SourceFlow, ...]:
    return tuple(
        SourceFlow(
            name or UNKNOWN_SOURCE,
            (count(row.came_lately), count(row.went_lately), signed(row.came_lately - row.went_lately)),
            (count(row.came), count(row.went), signed(row.came - row.went)),
        )
        for name, row in sources[:SHOWN]
    )


def source_table(title: str, sources: Sequence[tuple[str | None, SourceCounts]], shown: int) -> SourceTable:
    left_out = len(sources) - shown
    return SourceTable(
        title,
        tuple(
            SourceRow(
                label=name or UNKNOWN_SOURCE,
                sign_ups=count(row.sign_ups),
                activated=share_cell(activated(row), row.confirmed),
                engaged=share_cell(engaged(row), row.engaged, nobody="not comparable"),
                here=share_cell(here(row), row.here),
                complained=share_cell(complained(row), row.complained),
            )
            for name, row in sources[:shown]
        ),
        f"{plural(left_out, 'smaller one')} not shown" if left_out > 0 else "",
    )


def campaign_tables(rows: Sequence[SourceCounts]) -> tuple[SourceTable, ...]:
    """A table for each way of naming where somebody came from that was ever used."""
    made = []
    for _, title, key in KINDS:
        named = [each for each in folded(rows, key) if each[0] is not None]
        if named:
            made.append(source_table(title, named, CAMPAIGNS_SHOWN))
    return tuple(made)


def share_cell(pool: Pool, part: int, widest: float = 1.0, nobody: str = "nobody yet") -> Share:
    """`widest` is the rate whose bar is full; `nobody` is said where the sample is empty."""
    counts = f"{count(part)} of {count(pool.sample)}" if pool.sample else ""
    if pool.rate is None:
        return Share(pool.why if pool.sample else nobody, counts, "", "", False)
    bar = number(100 * pool.rate / widest) if widest else "0"
    return Share(percent(pool.rate), counts, bar, f"{pool.rate:.4f}", True)
