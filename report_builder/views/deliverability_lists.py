"""Deliverability's lists: mailbox domains, reasons of failure, and addresses that are gone."""

from collections.abc import Sequence
from dataclasses import dataclass

from report_builder import wording
from report_builder.clock import Clock, day_text
from report_builder.rows import DomainDelivery, FailureReason, LostAddress
from report_builder.views.deliverability_lights import Figures, Measured, added, measure, rates
from report_builder.views.people import Directory, name_of, status_word

DOMAIN_DAYS = 90
DOMAINS_SHOWN = 15
LOST_SHOWN = 25
NO_ADDRESS = "address not known"

# The provider's words in the reader's.
REASONS = {
    "access_denied": "The mailbox's server refused the email",
    "authentication_issue": "The sender could not be verified (SPF, DKIM or DMARC)",
    "delivery_expired": "The server did not answer in time",
    "disabled": "The mailbox is switched off",
    "does_not_exist": "There is no such mailbox",
    "domain_blocked": "The domain is blocked",
    "email_blocked": "The address is blocked",
    "hard_bounce": "There is no such mailbox, or it cannot be reached",
    "ip_blocked": "The server blocks where the email came from",
    "ip_undeliverable": "The server cannot be reached from where the email came from",
    "malformed": "The address is misspelt",
    "on_esp_denylist": "The address is on the provider's list of those never to write to",
    "other": "Some other reason",
    "out_of_storage": "The mailbox is full",
    "problematic_url": "A link in the email was found suspicious",
    "rate_limited": "The server takes no more emails for now",
    "spam": "The server took the email for spam",
    "spf_failed": "The sender could not be verified (SPF)",
    "transient": "A passing fault; it is tried again",
    "unknown": "The provider gave no reason",
    "unreachable": "The server cannot be reached",
}


@dataclass(frozen=True)
class DomainRow:
    label: str
    is_domain: bool  # else words of ours
    recipients: str
    delivered: str
    delivery_rate: Measured
    hard: str
    soft: str
    complained: str
    unsubscribed: str
    rates: tuple[Measured, ...]
    figures: Figures  # for sorting


@dataclass(frozen=True)
class ReasonRow:
    sentence: str
    word: str
    kind: str
    failures: str
    people: str


@dataclass(frozen=True)
class LostRow:
    label: str
    detail: str
    href: str
    why: str
    at: str
    at_ms: int
    status: str


def domain_rows(domains: Sequence[DomainDelivery]) -> tuple[DomainRow, ...]:
    """The largest, and all others in one row."""
    rows = [
        _domain_row(d.domain or NO_ADDRESS, d.domain is not None, added([d])) for d in domains[:DOMAINS_SHOWN]
    ]
    rest = domains[DOMAINS_SHOWN:]
    if rest:
        label = f"{wording.plural(len(rest), 'other domain')}"
        rows.append(_domain_row(label, False, added(rest)))
    return tuple(rows)


def _domain_row(label: str, is_domain: bool, f: Figures) -> DomainRow:
    return DomainRow(
        label, is_domain, wording.count(f.recipients), wording.count(f.delivered), measure("delivery_rate", f),
        wording.count(f.hard), wording.count(f.soft), wording.count(f.complained), wording.count(f.unsubscribed),
        rates(f, surely=True), f,
    )  # fmt: skip


def domains_note(domains: int) -> str:
    if domains > DOMAINS_SHOWN:
        return f"{DOMAINS_SHOWN} of {wording.count(domains)} domains, the last {DOMAIN_DAYS} days"
    return f"the last {DOMAIN_DAYS} days"


def reason_rows(reasons: Sequence[FailureReason]) -> tuple[ReasonRow, ...]:
    return tuple(
        ReasonRow(
            _reason_text(row.reason),
            row.reason,
            "for good" if row.is_permanent else "for now",
            wording.count(row.failures),
            wording.count(row.people),
        )
        for row in reasons
    )


def _reason_text(reason: str) -> str:
    return REASONS.get(reason, status_word(reason).capitalize())


def lost_rows(lost: Sequence[LostAddress], clock: Clock, directory: Directory) -> tuple[LostRow, ...]:
    return tuple(_lost(row, clock, directory) for row in lost[:LOST_SHOWN])


def _lost(row: LostAddress, clock: Clock, directory: Directory) -> LostRow:
    name = name_of(row.name, row.email, row.uuid)
    return LostRow(
        name.main,
        name.detail,
        directory.href(row.uuid),
        _reason_text(row.reason),
        day_text(clock.local(row.occurred_ms).date()),
        row.occurred_ms,
        status_word(row.status),
    )


def lost_note(lost: Sequence[LostAddress]) -> str:
    if len(lost) > LOST_SHOWN:
        return f"latest {LOST_SHOWN} of {wording.count(len(lost))}"
    return wording.people(len(lost))


def still_active(lost: Sequence[LostAddress]) -> str:
    active = sum(1 for row in lost if row.is_active)
    if not active:
        return ""
    return (
        f"{wording.count(active)} of these people {'is' if active == 1 else 'are'} still on the list: each further "
        "email to an address that is gone costs reputation. Look whether the address was misspelt, or remove it."
    )
