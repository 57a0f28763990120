"""Is mail arriving, with its data: by email, by mailbox domain, by reason, and the addresses that are gone."""

from collections.abc import Iterator
from dataclasses import asdict

from report_builder import rows
from report_builder.clock import DAY_MS
from report_builder.datasets import json_bytes
from report_builder.pages.page import File, Page
from report_builder.reading import Reading
from report_builder.views import deliverability as view
from report_builder.views.deliverability_lights import LIMITS, Figures, added, measure
from report_builder.views.deliverability_lists import DOMAIN_DAYS, DOMAINS_SHOWN
from shared import downloads

COUNTS = ("recipients", "delivered", "hard", "soft", "complained", "unsubscribed")
RATES = ("delivery_rate", *(limit.key for limit in LIMITS))


def deliverability_pages(reading: Reading) -> Iterator[Page | File]:
    ask, clock = reading.warehouse.rows, reading.clock
    since = clock.now_ms - DOMAIN_DAYS * DAY_MS
    known = reading.deliveries
    sent = [(email, known[email.email_id]) for email in reading.emails if email.email_id in known]
    domains = ask(rows.DomainDelivery, "deliverability/domains", since_ms=since)
    reasons = ask(rows.FailureReason, "deliverability/reasons", since_ms=since)
    lost = ask(rows.LostAddress, "deliverability/lost")
    page = view.deliverability_view(sent, domains, reasons, lost, clock, reading.directory)
    yield Page("deliverability.html", "deliverability", "deliverability", "Deliverability", page)
    both = view.windows(sent, clock)
    yield File(
        "data/deliverability.json",
        json_bytes(
            "deliverability",
            health=page.health.word if page.health else None,
            windows={
                key: _record(window.figures)
                for key, window in zip(("last_30_days", "last_five_emails"), both, strict=True)
            },
            limits={limit.key: {"good": limit.good, "too_high": limit.high} for limit in LIMITS},
            domains=[
                {"domain": d.domain, **_record(added([d]), surely=True)} for d in domains[:DOMAINS_SHOWN]
            ],
            other_domains=_record(added(domains[DOMAINS_SHOWN:]), surely=True),
            reasons=[r._asdict() | {"is_permanent": bool(r.is_permanent)} for r in reasons],
            emails=[{"email_id": e.uuid, **_record(added([d]))} for e, d in sent],
        ),
    )
    cells = ([d.domain, *asdict(added([d])).values()] for d in domains)
    yield File(page.domains_csv, downloads.csv_bytes(("domain", *COUNTS), cells))
    if lost:
        people = ((p.email, p.name, p.status, p.reason, clock.iso(p.occurred_ms)) for p in lost)
        heads = ("email", "name", "status", "reason", "last_failure")
        yield File(page.lost_csv, downloads.csv_bytes(heads, people))


def _record(figures: Figures, *, surely: bool = False) -> dict[str, object]:
    """Counts, rates (null below their minimum sample) and the word of each light."""
    measured = {key: measure(key, figures, surely=surely) for key in RATES}
    return {
        **asdict(figures),
        **{key: each.share for key, each in measured.items()},
        "lights": {key: each.light.word for key, each in measured.items() if each.light},
    }
