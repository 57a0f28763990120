from __future__ import annotations

import httpx
import pytest

from demo import Newsletter
from tests.demo.conftest import Visit


def names(reply: httpx.Response) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [row["email_address"].partition("@")[0] for row in reply.json()["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "dan cleo ben ada"),
        ("ordering=creation_date", "ada ben cleo dan"),
        ("ordering=-open_rate", "ada ben cleo dan"),
        ("ordering=open_rate", "ben ada cleo dan"),
        ("ordering=metadata:city", "ada ben cleo dan"),
        ("type=premium&type=unsubscribed", "cleo ben"),
        ("-type=regular&-type=undeliverable", "cleo ben"),
        ("tag=vip", "ada"),
        ("tag=vip&tag=data", "ben ada"),
        ("-tag=data", "dan cleo"),
        ("source=api", "ben"),
        ("domain=post.example", "cleo ben"),
        ("-domain=post.example", "dan ada"),
        ("email_address=ACME", "ada"),
        ("referrer_url=forum.example", "ada"),
        ("utm_source=forum", "ada"),
        ("undeliverability_reason=hard_bounce", "dan"),
        ("unsubscription_reason=Too many emails", "cleo"),
        ("open_rate__start=0.1&open_rate__end=0.5", "ben"),
        ("metadata['city']=Lyon", "ada"),
        ("metadata['city']=null", "dan cleo ben"),
        ("date__start=2026-03-02&date__end=2026-03-04", "cleo ben"),
        ("unsubscription_date__start=2026-03-09&unsubscription_date__end=2026-03-09", "cleo"),
        ("last_open_date__start=2026-03-09", ""),
        ("creation_date__gt=2026-03-02", "dan cleo ben ada"),
        ("page_size=1", "dan cleo ben ada"),
    ],
)
def test_subscribers_are_filtered_and_ordered(
    visit: Visit, people: Newsletter, query: str, expected: str
) -> None:
    _, client = visit(people)
    assert names(client.get(f"/subscribers?{query}")) == expected.split()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "Beta Alpha Gamma"),
        ("ordering=-creation_date", "Gamma Alpha Beta"),
        ("ordering=subject", "Alpha Beta Gamma"),
        ("ordering=-publish_date", "Gamma Beta Alpha"),
        ("ordering=opens", "Beta Alpha Gamma"),
        ("status=draft&status=scheduled", "Alpha Gamma"),
        ("-status=draft", "Beta Gamma"),
        ("source=api", "Beta"),
        ("email_type=premium", "Gamma"),
        ("subject=PHA", "Alpha"),
        ("publish_date__start=2026-03-02", "Gamma"),
        ("creation_date__end=2026-03-03", "Beta Alpha"),
    ],
)
def test_emails_are_filtered_and_ordered(visit: Visit, issues: Newsletter, query: str, expected: str) -> None:
    _, client = visit(issues)
    rows = client.get(f"/emails?{query}").json()["results"]
    assert [row["subject"] for row in rows] == expected.split()
