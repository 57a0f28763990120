"""One key per target, whatever a campaign added to its address."""

import pytest

from sync_job.links import normalise


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("HTTPS://Example.COM:443/Path", "https://example.com/Path"),
        ("http://example.com:80", "http://example.com/"),
        ("http://example.com:8080", "http://example.com:8080/"),
        ("https://example.com/?utm_source=a&b=1&FBCLID=x&c=", "https://example.com/?b=1&c="),
        ("https://example.com/?b=2&a=1", "https://example.com/?b=2&a=1"),
        ("https://name:word@example.com/", "https://example.com/"),
        ("https://example.com/#part", "https://example.com/#part"),
        (" https://example.com/ ", "https://example.com/"),
        ("mailto:ada@example.com", "mailto:ada@example.com"),
        ("not an address", "not an address"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_a_link_has_one_key(url: str, key: str) -> None:
    assert normalise(url) == key
    assert normalise(key) == key
