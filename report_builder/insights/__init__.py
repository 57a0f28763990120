"""What is worth saying: a few sentences, each from a rule with its evidence and something to do next.

A rule speaks only when chance is no explanation. As several rules look at once, the chance of being wrong is shared
out among them (Bonferroni). Where nothing is significant, nothing is said.
"""

from report_builder.insights.evidence import Evidence, Rule
from report_builder.insights.of_emails import clicks_trend, failing, latest_email, leaving
from report_builder.insights.of_people import best_source, fading_fans, keen_tag, rising_site, warmth
from report_builder.significance import CHANCE
from report_builder.views.overview import DOING_BADLY, Insight

SHOWN = 5
RULES: tuple[Rule, ...] = (
    failing, leaving, latest_email, clicks_trend, warmth, fading_fans, best_source, rising_site, keen_tag,
)  # fmt: skip


def insights(evidence: Evidence) -> tuple[Insight, ...]:
    """The most pressing first, five at most."""
    chance = CHANCE / len(RULES)
    found = [insight for rule in RULES if (insight := rule(evidence, chance))]
    return tuple(sorted(found, key=lambda each: each.mood != DOING_BADLY)[:SHOWN])
