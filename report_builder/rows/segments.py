"""Rows of queries/segments."""

from typing import NamedTuple


class Member(NamedTuple):
    subscriber_id: int


class GroupPeople(NamedTuple):
    group_id: int
    people: int
    active: int
    measurable: int  # of the active: it could be seen whether they read
    engaged: int  # of the measurable
    scored: int
    score_sum: int


class GroupEmails(NamedTuple):
    group_id: int
    delivered: int
    clicked: int
    measurable: int
    opened: int
    openers: int
    clickers: int
    people_delivered: int
    people_clicked: int
    people_measurable: int
    people_opened: int


class GroupDepartures(NamedTuple):
    group_id: int
    delivered: int
    unsubscribed: int
