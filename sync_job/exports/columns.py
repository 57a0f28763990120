"""What the columns of an export tell: which collection it is, and what is in a cell."""

import ast
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

import orjson

Collection = Literal["emails", "subscribers", "events"]
EXPECTED = (
    "an export of events (event_type, timestamp, ...), subscribers (email, subscriber_type, ...) "
    "or emails (subject, publish_date, ...)"
)
ADDRESSES = frozenset({"email", "email_address"})
TIMES = frozenset({"timestamp", "creation_date"})
OF_SUBSCRIBERS = frozenset(
    {"subscriber_type", "type", "subscription_date", "unsubscription_date", "tags", "creation_date"}
)
OF_EMAILS = frozenset({"publish_date", "status", "slug", "body", "absolute_url", "email_type"})
EXPANDED = ("subscriber", "email", "automation")
NOTHING = frozenset({"", "none", "null"})
COLUMN_NAME = re.compile(r"[A-Za-z][A-Za-z_.]{0,39}")
MAX_LITERAL = 256 * 1024  # characters; Python's own parser is not made for more


def collection_of(columns: Iterable[str]) -> Collection | None:
    """By what only that collection has: a file may carry any name, and any choice of columns."""
    names = {plain_name(name) for name in columns}
    if "event_type" in names and names & TIMES:
        return "events"
    if "subject" in names and names & OF_EMAILS:
        return "emails"
    if names & ADDRESSES and names & OF_SUBSCRIBERS:
        return "subscribers"
    return None


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """`subscriber.email` and `Subscriber__Email` are one column."""
    return name.strip().lower().replace(".", "__").replace(" ", "_")


def shown(columns: Iterable[str]) -> str:
    """The names found, for a message; a first line that is no header may hold a person's data and is not told."""
    names = [name.strip() for name in columns]
    if not names or not all(COLUMN_NAME.fullmatch(name) for name in names):
        return "no line of column names"
    return "the columns " + ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row under plain names: expanded objects become `subscriber__email` and the like, blanks become None."""
    values: dict[str, Any] = {}
    for name, value in row.items():
        name = plain_name(name)
        if isinstance(value, dict) and name in EXPANDED:
            values.update({f"{name}__{plain_name(key)}": blank(inner) for key, inner in value.items()})
        else:
            values[name] = blank(value)
    return values


def blank(value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
        return None if len(value) <= 4 and value.lower() in NOTHING else value
    return value


def first(values: Mapping[str, Any], *names: str) -> Any:
    """The first of these columns that says something."""
    return next((values[name] for name in names if values.get(name) is not None), None)


def text(value: Any) -> str | None:
    return None if value is None else str(value)


def structure(value: Any) -> Any:
    """An object or a list that a cell holds as JSON, or as Python prints it. Raises ValueError."""
    if not isinstance(value, str):
        return value
    if len(value) > MAX_LITERAL:
        raise ValueError("more than a cell may hold")
    # a new object each time: what is remembered must not be changed by whoever gets it
    parsed = _parsed(value)
    return dict(parsed) if isinstance(parsed, dict) else parsed


@lru_cache(maxsize=4096)
def _parsed(value: str) -> Any:
    # Without double quotes and backslashes every quote delimits: Python would write an apostrophe with them.
    is_plain = '"' not in value and "\\" not in value
    try:
        return orjson.loads(value.replace("'", '"') if is_plain else value)
    except orjson.JSONDecodeError:
        pass
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError("neither JSON nor a Python literal") from error
