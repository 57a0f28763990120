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
SEAL_BYTES = 16
CACHED_ADDRESSES = 200_000


class Origin(NamedTuple):
    """What an event may say of where it came from."""

    network_class: str
    ranges_version: int
    address: HashedAddress | None


NO_ORIGIN = Origin("none", 0, None)


class Range(NamedTuple):
    version: int  # 4 or 6
    first: int
    last: int
    network_class: str


class RangeList(NamedTuple):
    version: int
    ranges: Sequence[Range]


@cache
def range_list() -> RangeList:
    listed = json.loads(files("sync_job").joinpath("network_ranges.json").read_text(encoding="utf-8"))
    ranges = []
    for group in listed["classes"]:
        for network in map(ipaddress.ip_network, group["networks"]):
            first, last = int(network.network_address), int(network.broadcast_address)
            ranges.append(Range(network.version, first, last, group["class"]))
    return RangeList(listed["version"], ranges)


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
        return self._hash(b"fingerprint of the key").hex()

    def sealed(self, purpose: str, value: bytes) -> bytes:
        """The keyed hash of anything else, 16 bytes; what has another purpose has another hash."""
        return hmac.digest(self._key, purpose.encode() + b"\0" + value, "sha256")[:SEAL_BYTES]

    def _hide(self, text: str) -> Origin:
        try:
            address = ipaddress.ip_address(text.strip())
        except ValueError:
            return NO_ORIGIN
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        listed = range_list()
        version, number = address.version, int(address)
        network_class = "other"
        for range_version, first, last, name in listed.ranges:
            if first <= number <= last and range_version == version:
                network_class = name
                break
        network = address.packed[: 3 if version == 4 else 6]  # /24, /48
        hashed = HashedAddress(self._hash(b"address " + address.packed), self._hash(b"network " + network))
        return Origin(network_class, listed.version, hashed)

    def _hash(self, value: bytes) -> bytes:
        return hmac.digest(self._key, value, "sha256")[:HASH_BYTES]
