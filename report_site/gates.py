"""Who is let in, and as what."""

from dataclasses import dataclass
from typing import Protocol

from report_site.exchange import Answer, Request
from shared.project import OWNER


@dataclass(frozen=True)
class Visitor:
    """`role` is None for somebody known who has none here; `email` is "" where nobody asked for one."""

    email: str
    role: str | None

    @property
    def is_owner(self) -> bool:
        return self.role == OWNER


class Gate(Protocol):
    def admit(self, request: Request) -> Visitor | Answer:
        """Who asks; or what to answer where that cannot be told."""


class OpenGate:
    """Whoever can use this machine owns what is on it."""

    def admit(self, request: Request) -> Visitor:
        return Visitor("", OWNER)
