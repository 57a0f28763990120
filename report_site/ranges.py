"""A part of a body, as RFC 9110 section 14 has it: one range of bytes; whatever else is asked for gets it whole."""

import re
from dataclasses import dataclass

RANGE = re.compile(r"bytes=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII)


@dataclass(frozen=True)
class Span:
    """From the first byte to the one after the last; empty where the body has nothing of what was asked for."""

    start: int
    end: int


def read_range(header: str, size: int) -> Span | None:
    """The part that is meant; None where the header is to be ignored."""
    found = RANGE.fullmatch(header.strip())
    if not found or found[1] == found[2] == "":
        return None
    if not found[1]:  # the last so many
        return Span(max(0, size - int(found[2])), size) if int(found[2]) else Span(0, 0)
    start = int(found[1])
    if found[2] and int(found[2]) < start:
        return None
    end = min(int(found[2]) + 1, size) if found[2] else size
    return Span(start, end) if start < size else Span(0, 0)
