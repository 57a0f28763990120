"""Where people come from, and what becomes of those of each source."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from report_builder.charts import number
from report_builder.rows import SourceCounts
from report_builder.views.growth import Share, SourceFlow, SourceRow, SourceTable
from report_builder.views.rates import Pool, share
from report_builder.wording import count, percent, plural, signed

UNKNOWN_SOURCE = "unknown"
SHOWN, CAMPAIGNS_SHOWN = 15, 8
FIRST_COUNT = SourceCounts._fields.index("sign_ups")


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
    sums: dict[str | None, list[int]] = {}
    for row in rows:
        before = sums.setdefault(key(row), [0] * (len(SourceCounts._fields) - FIRST_COUNT))
        sums[key(row)] = [a + b for a, b in zip(before, row[FIRST_COUNT:], strict=True)]
    found = [(name, SourceCounts(None, None, None, None, *counts)) for name, counts in sums.items()]
    return sorted(found, key=lambda each: (each[0] is None, -each[1].sign_ups, each[0] or ""))


def summed(rows: Sequence[SourceCounts]) -> SourceCounts:
    """Everybody, wherever they came from."""
    (total,) = folded(rows, lambda _: None) or [(None, SourceCounts(*[None] * FIRST_COUNT, *[0] * 11))]
    return total[1]


def activated(row: SourceCounts) -> Pool:
    return share("activation_rate", row.confirmed, row.sign_ups)


def engaged(row: SourceCounts) -> Pool:
    return share("engaged_after_30_days", row.engaged, row.measured)


def here(row: SourceCounts) -> Pool:
    return share("survival_after_90_days", row.here, row.old)


def complained(row: SourceCounts) -> Pool:
    return share("complaint_share", row.complained, row.confirmed)


def best(sources: Sequence[tuple[str | None, SourceCounts]]) -> tuple[str, float] | None:
    """The source whose new readers were engaged most; None unless at least two can be compared."""
    rated = [(engaged(row).rate, name) for name, row in sources if name is not None]
    known = [(rate, name) for rate, name in rated if rate is not None]
    if len(known) < 2:
        return None
    rate, name = max(known)
    return name, rate


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
                engaged=share_cell(engaged(row), row.engaged),
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


def share_cell(pool: Pool, part: int, widest: float = 1.0) -> Share:
    counts = f"{count(part)} of {count(pool.sample)}" if pool.sample else ""
    if pool.rate is None:
        return Share(pool.why if pool.sample else "nobody yet", counts, "", "", False)
    bar = number(100 * pool.rate / widest) if widest else "0"
    return Share(percent(pool.rate), counts, bar, f"{pool.rate:.4f}", True)
