"""Roles: who may see the report, and who may start a sync from it, by the address they sign in with.

[roles]
owner = ["you@example.com"]
viewer = ["editor@example.com", "partner@example.org"]
"""

import re
from dataclasses import dataclass

from shared.project.faults import Faults
from shared.project.lines import Path

ROLES, OWNER, VIEWER = "roles", "owner", "viewer"
KEYS = (OWNER, VIEWER)
ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+\.[^@\s,<>]+")


@dataclass(frozen=True)
class Roles:
    """Addresses in lower case; who is in both lists is an owner."""

    owners: frozenset[str] = frozenset()
    viewers: frozenset[str] = frozenset()

    def of(self, address: str) -> str | None:
        """None for everybody else."""
        address = address.strip().lower()
        if address in self.owners:
            return OWNER
        return VIEWER if address in self.viewers else None


def read_roles(given: object, path: Path, faults: Faults) -> Roles:
    """The roles of `[roles]`; whatever is wrong with them is added to `faults`, which repeat no address."""
    if not isinstance(given, dict):
        faults.add(path, "roles begin with [roles] on a line of its own")
        return Roles()
    for key in given.keys() - set(KEYS):
        faults.add_unknown((*path, key), f"roles.{key} is no role", KEYS)
    owners, viewers = (_addresses(given.get(key, []), (*path, key), faults) for key in KEYS)
    if not owners and not faults.told():
        faults.add(path, 'nobody is an owner: add owner = ["you@example.com"]')
    return Roles(owners, viewers)


def _addresses(given: object, path: Path, faults: Faults) -> frozenset[str]:
    name = ".".join(map(str, path))
    if not isinstance(given, list):
        faults.add(path, f'{name} must be a list such as ["you@example.com"]')
        return frozenset()
    found: set[str] = set()
    for number, each in enumerate(given):
        address = each.strip().lower() if isinstance(each, str) else ""
        if not ADDRESS.fullmatch(address):
            faults.add((*path, number), f"{name} holds something that is no e-mail address in quotes")
        elif address in found:
            faults.add((*path, number), f"{name} names somebody twice")
        found.add(address)
    return frozenset(found)
