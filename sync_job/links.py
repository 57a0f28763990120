"""One key per link target: what campaign tools and ad networks add to a URL is left out."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TRACKING_PREFIXES = ("utm_", "mc_", "pk_", "mtm_", "vero_", "_hs", "oly_")
TRACKING_NAMES = frozenset(
    """
    fbclid gclid gbraid wbraid msclkid dclid twclid igshid yclid ttclid li_fat_id
    """.split()
)
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def normalise(url: str) -> str:
    """Lower-case scheme and host, no default port, no tracking parameters, the rest in order; what is not a web
    address stays as it is."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not parts.netloc:
        return url
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(DEFAULT_PORTS[scheme])
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in TRACKING_NAMES and not name.lower().startswith(TRACKING_PREFIXES)
    ]
    return urlunsplit((scheme, host, parts.path or "/", urlencode(kept), parts.fragment))
