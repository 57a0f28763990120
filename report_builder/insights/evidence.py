"""What the rules look at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from report_builder import rows
from report_builder.clock import Clock
from report_builder.comparison import Compared
from report_builder.definitions import BY_KEY
from report_builder.views.deliverability_lights import Figures
from report_builder.views.email_usual import Course
from report_builder.views.links_rising import Rising
from report_builder.views.overview import Insight


@dataclass(frozen=True)
class Evidence:
    """Everything the rules look at, as of `clock`."""

    clock: Clock
    courses: Sequence[Course]  # latest first
    stages: Sequence[rows.StageCount]
    fans: Sequence[rows.FanCount]
    sources: Sequence[rows.SourceCounts]
    lately: Figures  # deliveries and failures of the last 30 days
    rising: Sequence[Rising]
    groups: Sequence[Compared]  # the first is everybody


Rule = Callable[[Evidence, float], Insight | None]


def enough(key: str, *samples: int) -> bool:
    """Whether each sample reaches the minimum of a definition."""
    return min(samples) >= BY_KEY[key].minimum
