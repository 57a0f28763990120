"""What may be kept of an IP address: the class of its network, and keyed hashes.

The address is classified first, then replaced by HMAC-SHA256 of itself and of its network (/24 for IPv4, /48
for IPv6) under the project's secret, 8 bytes each: enough to say "the same address", too little and too keyed
to say which. Nothing here stores or logs an address.
"""

import hmac
import ipaddress
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from shared.records import HashedAddress
from shared.settings import Secret

HASH_BYTES = 8
CACHED_ADDRESSES = 200_000

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Origin(NamedTuple):
    """What an event may say of where it came from."""

    network_class: str
    ranges_version: int
    address: HashedAddress | None


NO_ORIGIN = Origin("none", 0, None)


class RangeList(NamedTuple):
    version: int
    networks: Sequence[tuple[Network, str]]


@cache
def range_list() -> RangeList:
    listed = json.loads(files("sync_job").joinpath("network_ranges.json").read_text(encoding="utf-8"))
    networks = [
        (ipaddress.ip_network(network), group["class"])
        for group in listed["classes"]
        for network in group["networks"]
    ]
    return RangeList(listed["version"], networks)


class AddressHider:
    """Turns addresses into origins; each distinct address is hashed once per run."""

    def __init__(self, secret: Secret) -> None:
        self._key = secret.reveal().encode()
        self._known: dict[str, Origin] = {}

    def origin(self, address: str | None) -> Origin:
        """What is not an address at all counts as none given."""
        if not address:
            return NO_ORIGIN
        known = self._known.get(address)
        if known is None:
            known = self._hide(address)
            if len(self._known) < CACHED_ADDRESSES:
                self._known[address] = known
        return known

    def fingerprint(self) -> str:
        """Names the key without telling it: a store made with another key is refused."""
        return self._hash("fingerprint of the key").hex()

    def _hide(self, text: str) -> Origin:
        try:
            address = ipaddress.ip_address(text.strip())
        except ValueError:
            return NO_ORIGIN
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        ranges = range_list()
        network_class = next((name for network, name in ranges.networks if address in network), "other")
        prefix = 24 if address.version == 4 else 48
        network = ipaddress.ip_network((address, prefix), strict=False)
        hashed = HashedAddress(self._hash(str(address)), self._hash(str(network)))
        return Origin(network_class, ranges.version, hashed)

    def _hash(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), "sha256")[:HASH_BYTES]
