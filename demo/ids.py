"""The three spellings of an id: `sub_0k28edc3fw896bp4mrhc535z5k`, a dashed UUID, and a prefixed dashed UUID.

A TypeID is a prefix and the UUID's 128 bits as 26 digits of Crockford's base 32, most significant first.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from uuid import UUID

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
TO_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", CROCKFORD.encode())
# int(text, 32) reads 0-9a-v, so decoding is one translation away from it
FROM_CROCKFORD = str.maketrans(CROCKFORD, "0123456789abcdefghijklmnopqrstuv")
NOT_CROCKFORD = frozenset("ilou")


def type_id(prefix: str, value: UUID | int) -> str:
    """Spell a UUID (or its 128-bit integer) as `<prefix>_<26 digits>`."""
    number = value.int if isinstance(value, UUID) else value
    # 26 digits hold 130 bits; padded to 160, because base 32 is encoded in groups of 40
    digits = base64.b32encode((number << 30).to_bytes(20, "big"))[:26].translate(TO_CROCKFORD)
    return f"{prefix}_{digits.decode()}"


def number_of(identifier: str) -> int | None:
    """The 128 bits behind any spelling; None for what is not a UUID."""
    tail = identifier.rpartition("_")[2]  # prefixes may contain underscores
    if len(tail) == 26:
        return _decode(tail.lower())
    if len(tail) == 36:
        try:
            return UUID(tail).int
        except ValueError:
            return None
    return None


def dashed(identifier: str) -> str:
    """Spell any id as a lower-case dashed UUID; what is not a UUID stays as it is."""
    number = number_of(identifier)
    if number is None:
        return identifier
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


# people and emails are named by very many events
often_dashed = lru_cache(maxsize=65536)(dashed)


def endings(identifier: str) -> tuple[str, ...]:
    """How any spelling of this id ends: cheaper to look for among many ids than decoding each of them.
    Nothing for what is not a UUID."""
    number = number_of(identifier)
    if number is None:
        return ()
    return dashed(identifier), type_id("", number)[1:]


def same_id(one: str | None, other: str | None) -> bool:
    """Whether two spellings name the same thing; two nulls do not."""
    return one is not None and other is not None and often_dashed(one) == often_dashed(other)


def _decode(tail: str) -> int | None:
    if not tail.isascii() or not tail.isalnum() or not NOT_CROCKFORD.isdisjoint(tail) or tail[0] > "7":
        return None
    return int(tail.translate(FROM_CROCKFORD), 32)
