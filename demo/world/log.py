"""Collects what happens, as events, together with what really made each open and click."""

from __future__ import annotations

from random import Random

from demo.ids import type_id
from demo.wire import Row, event
from demo.world.clock import spell


def draw_id(rng: Random, prefix: str) -> str:
    """A random (version 4) UUID as a TypeID."""
    bits = rng.getrandbits(128)
    return type_id(prefix, (bits & ~(0xF000 << 64) & ~(0xC000 << 48)) | (0x4000 << 64) | (0x8000 << 48))


class Log:
    """Nothing later than `until` is written down: it has not happened yet."""

    def __init__(self, rng: Random, until: int) -> None:
        self.rng = rng
        self.until = until
        self.events: list[Row] = []
        self.truth: dict[str, str] = {}

    def add(
        self,
        kind: str,
        instant: int,
        subscriber_id: str | None,
        email_id: str | None,
        metadata: dict[str, str],
        *,
        cause: str | None = None,
        automation_id: str | None = None,
    ) -> bool:
        """Whether it has happened."""
        if instant > self.until:
            return False
        row = event(
            kind,
            id=draw_id(self.rng, "ext_evt"),
            subscriber=subscriber_id,
            email=email_id,
            at=spell(instant),
            metadata=metadata,
            automation_id=automation_id,
        )
        self.events.append(row)
        if cause is not None:
            self.truth[row["id"]] = cause
        return True
