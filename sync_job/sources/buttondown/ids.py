"""Buttondown's ids in all their spellings, as the 16 bytes of one UUID.

A TypeID is `prefix_` and 26 characters of Crockford base32 for a UUID's 128 bits; older answers and webhooks
carry the bare UUID; exports may carry something else altogether.
"""

import uuid
from typing import NamedTuple

CROCKFORD = b"0123456789abcdefghjkmnpqrstvwxyz"
PYTHON_BASE32 = b"0123456789abcdefghijklmnopqrstuv"
# Decoding through int() is several times faster than digit by digit, and translating bytes several times faster
# than translating text. What int() would take but Crockford does not have becomes what neither has.
NO_DIGITS = b"ilouILOU_+- "
TO_PYTHON = bytes.maketrans(
    CROCKFORD + CROCKFORD.upper() + NO_DIGITS, PYTHON_BASE32 + PYTHON_BASE32 + b"!" * len(NO_DIGITS)
)
OPAQUE_IDS = uuid.UUID(
    "5b0f2b52-6a5c-5f0e-9c62-0c9b6f1d7a11"
)  # names the UUIDv5 space of ids that are no UUID
OPAQUE = "opaque"
BARE = "uuid"


class CanonicalId(NamedTuple):
    family: str  # the prefix, "uuid" for a bare one, "opaque" for anything else
    uuid: bytes


def canonical_id(text: str) -> CanonicalId:
    """Never fails: what is no UUID in any spelling gets a UUIDv5 of its text."""
    prefix, _, tail = text.rpartition("_")
    try:
        if len(tail) == 26:
            return CanonicalId(prefix or BARE, int(tail.encode().translate(TO_PYTHON), 32).to_bytes(16))
        if len(tail) in (32, 36):
            return CanonicalId(prefix or BARE, uuid.UUID(tail).bytes)
    except (ValueError, OverflowError):
        pass
    return CanonicalId(OPAQUE, uuid.uuid5(OPAQUE_IDS, text).bytes)


def spelled(value: bytes) -> str:
    """The canonical lower-case UUID, which every endpoint takes as input."""
    return str(uuid.UUID(bytes=value))


def crockford(value: bytes) -> str:
    """The 26 characters of a TypeID behind its prefix."""
    number = int.from_bytes(value)
    return "".join(chr(CROCKFORD[number >> shift & 31]) for shift in range(125, -1, -5))
