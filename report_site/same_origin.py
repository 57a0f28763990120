"""Whether a request that changes something comes from our own pages, and not from another site in the same browser."""

from urllib.parse import urlsplit

from report_site.exchange import Request

OWN_HEADER = "X-Rapport"


def is_from_our_pages(request: Request) -> bool:
    """Two signs of different kinds, both of which another site's page cannot give.

    The browser must say that the request comes from the same origin (Sec-Fetch-Site, or from older ones Origin),
    and the request must be one that a form or a link cannot make: with our own header, or of JSON.
    """
    site, origin = request.header("Sec-Fetch-Site"), request.header("Origin")
    host = _host_of(origin)
    same = site == "same-origin" if site else host != "" and host == request.header("Host").lower()
    content_type = request.header("Content-Type").partition(";")[0].strip().lower()
    return same and (bool(request.header(OWN_HEADER)) or content_type == "application/json")


def _host_of(origin: str) -> str:
    """With its port; "" for an origin that is none, such as "null"."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
