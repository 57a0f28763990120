"""A segment's rule as a sentence, so that nobody has to open the file to know who is meant."""

from datetime import date
from typing import cast

from report_builder.clock import day_text
from report_builder.scoring import Stage
from report_builder.views.people import stage_word, status_word
from report_builder.wording import count
from shared.project import AllOf, AnyOf, Condition, Not, Rule, Value

# {} is the value, or "a or b" where several were given
SAID = {
    "tag": "tagged {}",
    "status": "with the status {}",
    "source": "from the source {}",
    "stage": "in the stage {}",
    "stars": "with {} stars",
    "score_at_least": "with a score of {} or more",
    "score_at_most": "with a score of {} or less",
    "acted_within_days": "active in the last {} days",
    "quiet_for_days": "quiet for {} days",
    "opened": "who opened {}",
    "clicked": "who clicked in {}",
    "opened_any_of_last": "who opened one of the last {} emails",
    "clicked_any_of_last": "who clicked in one of the last {} emails",
    "clicked_link": "who followed {}",
    "joined_since": "joined on {} or later",
    "joined_before": "joined before {}",
    "left_since": "left on {} or later",
    "left_before": "left before {}",
    "received_at_least": "who got {} emails or more",
}
QUOTED = ("tag", "source", "opened", "clicked", "clicked_link")


def rule_text(rule: Rule) -> str:
    """Such as "tagged “vip” and not active in the last 60 days"."""
    match rule:
        case AllOf(rules):
            return " and ".join(_inner(each) for each in rules)
        case AnyOf(rules):
            return " or ".join(_inner(each) for each in rules)
        case Not(inner):
            return f"not {_inner(inner)}"
        case Condition(key, values):
            return _condition(key, values)


def _inner(rule: Rule) -> str:
    is_several = isinstance(rule, AllOf | AnyOf) and len(rule.rules) > 1
    return f"({rule_text(rule)})" if is_several else rule_text(rule)


def _condition(key: str, values: tuple[Value, ...]) -> str:
    if key == "subscribed":
        return "on the list" if values[0] else "not on the list"
    return SAID[key].format(" or ".join(_value(key, value) for value in values))


def _value(key: str, value: Value) -> str:
    if key in QUOTED:
        return f"“{value}”"
    if isinstance(value, date):
        return day_text(value)
    if key == "stage":
        return stage_word(cast(Stage, value)).lower()
    return status_word(value) if isinstance(value, str) else count(value)
