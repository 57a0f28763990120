"""What a first sync will ask for, told before it begins."""

from typing import NamedTuple

from shared.errors import SourceRefused
from shared.records import Newsletter
from shared.web import PER_MINUTE
from sync_job.sources.buttondown.api import ButtondownApi
from sync_job.sources.buttondown.pages import EVENT_PAGE_SIZES, UNDECLARED_PAGE_SIZE
from sync_job.sources.buttondown.parsers import parse_newsletter

WALKS_OVER_EVENTS = 2  # oldest first, then newest first to see that nothing slipped through
SINGLE_QUESTIONS = 4  # who we are, which newsletter, its tags, and how many events there are


class Offer(NamedTuple):
    """What an API key can see. None is what it may not read; `refused` says why."""

    newsletter: Newsletter | None
    emails: int | None
    people: int | None
    events: int | None
    refused: tuple[str, ...]

    @property
    def requests(self) -> int:
        """How many a first sync makes, about."""
        events = WALKS_OVER_EVENTS * _pages(self.events, EVENT_PAGE_SIZES[0])
        lists = _pages(self.emails, UNDECLARED_PAGE_SIZE) + _pages(self.people, UNDECLARED_PAGE_SIZE)
        return SINGLE_QUESTIONS + events + lists

    @property
    def minutes(self) -> int:
        """How long they take at the fastest that is allowed."""
        return -(-self.requests // PER_MINUTE)


def look(api: ButtondownApi) -> Offer:
    """Asks as little as possible. Raises SourceRefused where the key is not accepted, and SourceUnavailable."""
    api.check_key()
    row = api.newsletter()
    refused: list[str] = []

    def count(path: str, *params: tuple[str, str], is_sized: bool = False) -> int | None:
        try:
            return api.count(path, [("ordering", "creation_date"), *params], is_sized=is_sized)
        except SourceRefused as refusal:
            if refusal.status == 401:
                raise
            refused.append(refusal.explained)
            return None

    return Offer(
        newsletter=parse_newsletter(row) if row and row.get("id") else None,
        emails=count("emails", ("status", "sent"), ("excluded_fields", "body")),
        people=count("subscribers"),
        events=count("events", is_sized=True),
        refused=tuple(refused),
    )


def _pages(rows: int | None, size: int) -> int:
    return max(1, -(-(rows or 0) // size))
