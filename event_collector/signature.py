"""Whether a delivery comes from whoever holds the signing key.

Buttondown sends `X-Buttondown-Signature: sha256=<hex>`, the HMAC-SHA256 of the raw body. No time is signed, so an old
delivery can be played again for ever: that is harmless only because applying a webhook twice changes nothing.
"""

import hmac
import re

from shared.settings import Secret

HEADER = "X-Buttondown-Signature"
SHAPE = re.compile(r"sha256=([0-9a-f]{64})", re.ASCII | re.IGNORECASE)


def is_signed(body: bytes, header: str, key: Secret) -> bool:
    """Compares in constant time; anything but a signature of exactly this body is False."""
    given = SHAPE.fullmatch(header.strip())
    expected = hmac.digest(key.reveal().encode(), body, "sha256").hex()
    return given is not None and hmac.compare_digest(given[1].lower(), expected)
