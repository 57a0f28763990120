"""The rates of emails, one or several: who is counted, and from how many on there is a rate at all.

A sum of people over a sum of deliveries, and only of emails where that could be measured; None is never zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from report_builder.definitions import BY_KEY
from report_builder.rows import EmailResult
from report_builder.wording import NOT_KNOWN, NOT_TRACKED, TOO_FEW, UNKNOWN, ratio

NAMED_FROM = 200  # deliveries: a smaller email is best or worst by a handful of people, so none is called so


@dataclass(frozen=True)
class Pool:
    """One rate with the sample behind it; `why` says in two words why there is none."""

    rate: float | None
    sample: int
    why: str = ""

    @property
    def part(self) -> int:
        """Of the sample, those that make the rate."""
        return round((self.rate or 0) * self.sample)


@dataclass(frozen=True)
class Opens:
    """The three numbers, never one: measured, estimated and raw."""

    measured: Pool
    people: int
    estimated: int | None  # as a share of all deliveries this is the measured rate again
    raw: Pool


def click_rate(email: EmailResult) -> float | None:
    return pooled_clicks([email]).rate


def open_rate(email: EmailResult) -> float | None:
    return pooled_opens([email]).measured.rate


def click_to_open(email: EmailResult) -> Pool:
    if email.opens_tracked != 1 or email.clicks_tracked != 1:
        return Pool(None, 0, _why((email.opens_tracked, email.clicks_tracked)))
    return share("click_to_open_rate", email.clicked, email.opened)


def pooled_clicks(emails: Iterable[EmailResult]) -> Pool:
    emails = list(emails)
    known = [e for e in emails if e.clicks_tracked == 1 and e.delivered]
    if not known:
        return Pool(None, 0, _why(e.clicks_tracked for e in emails))
    return share("click_rate", sum(e.clicked for e in known), sum(e.delivered or 0 for e in known))


def pooled_opens(emails: Iterable[EmailResult]) -> Opens:
    emails = list(emails)
    known = [e for e in emails if e.opens_tracked == 1 and e.delivered and e.measurable is not None]
    if not known:
        none = Pool(None, 0, _why(e.opens_tracked for e in emails))
        return Opens(none, 0, None, none)
    opened, delivered = sum(e.opened for e in known), sum(e.delivered or 0 for e in known)
    measured = share("open_rate", opened, sum(e.measurable or 0 for e in known))
    estimated = None
    if measured.rate is not None:
        estimated = round(opened + measured.rate * (delivered - measured.sample))
    raw = share("open_rate_raw", sum(e.raw_opened for e in known), delivered)
    return Opens(measured, opened, estimated, raw)


def recipients_of(email: EmailResult) -> int:
    """To how many it was sent: whoever is known to have got it, or not to have got it, or as the provider says."""
    return max(email.recipients, email.provider_recipients or 0, email.delivered or 0)


def delivery_rate(email: EmailResult) -> Pool:
    if email.delivered is None:
        return Pool(None, 0, UNKNOWN)
    return share("delivery_rate", email.delivered, recipients_of(email))


def permanent_failure_rate(email: EmailResult) -> Pool:
    return _share_of_events("permanent_failure_rate", email, email.hard_bounced, recipients_of(email))


def complaint_rate(email: EmailResult) -> Pool:
    return _share_of_events("complaint_rate", email, email.complained, email.delivered)


def unsubscribe_rate(email: EmailResult) -> Pool:
    return _share_of_events("unsubscribe_rate", email, email.unsubscribed, email.delivered)


def why_unknown(tracked: int | None) -> str:
    return {0: NOT_TRACKED, 1: UNKNOWN}.get(tracked if tracked is not None else -1, NOT_KNOWN)


def share(key: str, part: int, whole: int) -> Pool:
    """One part of a whole. Below the minimum that the definition `key` names there is no rate: one reader would make
    or break it.
    """
    if whole < BY_KEY[key].minimum:
        return Pool(None, whole, TOO_FEW)
    return Pool(ratio(part, whole), whole)


def _share_of_events(key: str, email: EmailResult, part: int, whole: int | None) -> Pool:
    """Of an email without a single event nobody knows whether anything went wrong."""
    if not email.recipients or whole is None:
        return Pool(None, 0, UNKNOWN)
    return share(key, part, whole)


def _why(tracked: Iterable[int | None]) -> str:
    """Why there is no rate over several things: the same word for all, or that it cannot be known of some."""
    kinds = set(tracked)
    return why_unknown(kinds.pop() if len(kinds) == 1 else None if None in kinds else 0)
