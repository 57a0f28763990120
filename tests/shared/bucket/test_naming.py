import pytest

from shared.bucket.naming import IMMUTABLE, NEVER_KEPT, REVALIDATE, headers_for, is_name


@pytest.mark.parametrize(
    ("name", "content_type", "cache_control"),
    [
        ("spring/site/index.html", "text/html; charset=utf-8", REVALIDATE),
        ("spring/site/data/emails.json", "application/json", REVALIDATE),
        ("spring/site/data/emails.csv", "text/csv; charset=utf-8", REVALIDATE),
        ("spring/site/assets/site.css", "text/css; charset=utf-8", REVALIDATE),
        ("spring/site/assets/site.3f9a01bc.css", "text/css; charset=utf-8", IMMUTABLE),
        ("spring/site/assets/site-3f9a01bc77.js", "text/javascript; charset=utf-8", IMMUTABLE),
        ("spring/site/emails/20260301.html", "text/html; charset=utf-8", REVALIDATE),
        ("spring/site/emails/welcome-20260301.html", "text/html; charset=utf-8", REVALIDATE),
        ("spring/engagement.sqlite", "application/vnd.sqlite3", NEVER_KEPT),
        ("spring/last_run.json", "application/json", NEVER_KEPT),
        ("spring/leases/sync_job.json", "application/json", NEVER_KEPT),
        ("spring/inbox/2026-03-01/120000000-3f9a01bc.ndjson.gz", "application/gzip", NEVER_KEPT),
        ("spring/project.toml", "application/toml", NEVER_KEPT),
        ("site", "application/octet-stream", NEVER_KEPT),
        ("spring/site/assets/LOGO.PNG", "image/png", REVALIDATE),
        ("spring/site/CNAME", "application/octet-stream", REVALIDATE),
    ],
)
def test_headers_follow_from_the_name(name: str, content_type: str, cache_control: str) -> None:
    headers = headers_for(name)
    assert (headers.content_type, headers.cache_control) == (content_type, cache_control)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("spring/site/index.html", "gzip"),
        ("spring/site/data/people.CSV", "gzip"),
        ("spring/site/assets/icon.3f9a01bc.svg", "gzip"),
        ("spring/site/assets/photo.png", ""),
        ("spring/site/data/events.gz", ""),
        ("spring/last_run.json", ""),
        ("spring/engagement.sqlite", ""),
        ("spring/inbox/2026-03-01/1.ndjson.gz", ""),
    ],
)
def test_only_the_text_of_the_report_is_packed(name: str, encoding: str) -> None:
    assert headers_for(name).content_encoding == encoding


def test_nothing_behind_the_login_may_stay_in_a_shared_cache() -> None:
    assert all("private" in control for control in (REVALIDATE, IMMUTABLE))
    assert NEVER_KEPT == "no-store"


@pytest.mark.parametrize(
    "name", ["a", "a/b.c", "é" * 127, "…/a space/%2F", ".well-known/x", "x/" * 500 + "x"]
)
def test_ordinary_names_are_names(name: str) -> None:
    assert is_name(name)
