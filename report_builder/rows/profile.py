"""Rows of queries/profile."""

from typing import NamedTuple


class CountryPeople(NamedTuple):
    country: str | None
    people: int


class DomainPeople(NamedTuple):
    domain: str | None
    people: int


class HourPeople(NamedTuple):
    weekday: int
    hour: int
    people: int
