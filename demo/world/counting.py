"""Computes the provider's counters from the events, so that they agree with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from random import Random

from demo.publication import analytics
from demo.wire import Row

Pairs = dict[str, dict[str, set[str]]]  # event type -> email (or automation) -> subscribers

FAILURES = {"bounced": "temporary_failure_breakdown", "rejected": "permanent_failure_breakdown"}


def count_emails(emails: Iterable[Row], events: list[Row]) -> None:
    """Unique people per email and kind of event; failures also by code."""
    people: Pairs = defaultdict(lambda: defaultdict(set))
    codes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in events:
        if row["email_id"] is None:
            continue
        kind = row["event_type"]
        people[kind][row["email_id"]].add(row["subscriber_id"] or row["id"])
        if kind in FAILURES:
            codes[kind, row["email_id"]][row["metadata"]["code"]] += 1
    for email in emails:
        if email["analytics"] is None:
            continue
        found = {kind: by_email.get(email["id"], set()) for kind, by_email in people.items()}
        reached = found.get("delivered", set())
        failed = found.get("bounced", set()) | found.get("rejected", set())
        email["analytics"] = analytics(
            recipients=len(reached | failed),
            deliveries=len(reached),
            opens=len(found.get("opened", ())),
            clicks=len(found.get("clicked", ())),
            temporary_failures=len(found.get("bounced", ())),
            permanent_failures=len(found.get("rejected", ())),
            unsubscriptions=len(found.get("unsubscribed", ())),
            complaints=len(found.get("complained", ())),
            replies=len(found.get("replied", ())),
            **{
                name: [{"code": code, "count": n} for code, n in codes[kind, email["id"]].most_common()]
                for kind, name in FAILURES.items()
            },
        )


def count_archive(rng: Random, emails: Iterable[Row]) -> None:
    """Visits of the archive page; no event tells about these."""
    for email in emails:
        counters = email["analytics"]
        if counters and counters["deliveries"] and email["status"] == "sent":
            visits = int(counters["deliveries"] * rng.uniform(0.05, 0.4))
            counters["page_views_lifetime"] = visits
            counters["page_views_30"] = visits // rng.randint(3, 9)
            counters["page_views_7"] = counters["page_views_30"] // 4
            counters["subscriptions"] = rng.choice((0, 0, 1, 1, 2, 4))


def count_people(subscribers: Iterable[Row], events: list[Row]) -> None:
    """Distinct emails (automation sends too) delivered to, opened and clicked by each; latest dates."""
    mails: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    latest: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in events:  # in order of time
        if row["subscriber_id"] is None:
            continue
        mail = row["email_id"] or row["automation_id"]
        if mail is not None:
            mails[row["event_type"]][row["subscriber_id"]].add(mail)
        latest[row["event_type"]][row["subscriber_id"]] = row
    for person in subscribers:
        delivered, opened, clicked = (
            len(mails[kind].get(person["id"], ())) for kind in ("delivered", "opened", "clicked")
        )
        person["delivered_count"] = delivered
        person["open_count"] = opened
        person["clicked_count"] = clicked
        person["open_rate"] = round(opened / delivered, 4) if delivered else None
        person["click_rate"] = round(clicked / delivered, 4) if delivered else None
        for kind, name in (("opened", "last_open_date"), ("clicked", "last_click_date")):
            if last := latest[kind].get(person["id"]):
                person[name] = last["creation_date"]
        failures = [last for kind in FAILURES if (last := latest[kind].get(person["id"]))]
        if failures:
            last = max(failures, key=lambda row: str(row["creation_date"]))
            person["bounce_date"] = last["creation_date"]
            person["bounce_reason"] = last["metadata"]["code"]
