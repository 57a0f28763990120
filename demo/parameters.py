"""Reads query parameters the way the schema declares them; whatever does not fit is a 422."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from demo.messages import Refusal, Request, invalid


def read_page(request: Request) -> int:
    return read_number(request, "page", 1, 1, None)


def read_number(request: Request, name: str, default: int, least: int, most: int | None) -> int:
    text = request.value(name)
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        raise invalid(name, "int_parsing", "Not a whole number.") from None
    if number < least:
        raise invalid(name, "greater_than_equal", f"Must be {least} or more.")
    if most is not None and number > most:
        raise invalid(name, "less_than_equal", f"Must be {most} or less.")
    return number


def read_choice(request: Request, name: str, allowed: Collection[str], default: str | None) -> str | None:
    text = request.value(name)
    if text is None:
        return default
    if text not in allowed:
        raise not_among(name, allowed)
    return text


def read_choices(request: Request, name: str, allowed: Collection[str]) -> list[str]:
    """A repeated parameter. A comma does not separate: `a,b` is one value, and a wrong one."""
    values = request.values(name)
    if any(value not in allowed for value in values):
        raise not_among(name, allowed)
    return values


def read_date(request: Request, name: str) -> str | None:
    """A day as text, ready to be compared with the first ten characters of a timestamp."""
    text = request.value(name)
    if text is None:
        return None
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise invalid(name, "date_from_datetime_parsing", "Not a date of the form YYYY-MM-DD.") from None


def read_float(request: Request, name: str) -> float | None:
    text = request.value(name)
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise invalid(name, "float_parsing", "Not a number.") from None


def refuse_undeclared(request: Request, declared: Collection[str]) -> None:
    for name, _ in request.query:
        if name not in declared:
            raise invalid(name, "extra_forbidden", "This parameter is not declared here.")


def not_among(name: str, allowed: Collection[str]) -> Refusal:
    return invalid(name, "enum", f"Must be one of: {', '.join(sorted(allowed))}.")
