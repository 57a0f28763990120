"""A password as a line of text that tells nobody what it is: `scrypt$n$r$p$salt$hash` (RFC 7914)."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from shared.errors import SettingsError

VARIABLE = "RAPPORT_PASSWORD_HASH"
COST, BLOCK, PARALLEL = 2**15, 8, 1  # 32 MiB and a tenth of a second for each guess
SALT_BYTES = HASH_BYTES = 32
LARGEST_MEMORY = 256 << 20
LONGEST_PASSWORD = 1024  # bytes
SHORTEST_PASSWORD = 12  # characters


@dataclass(frozen=True)
class PasswordHash:
    cost: int
    block: int
    parallel: int
    salt: bytes
    digest: bytes

    @classmethod
    def read(cls, line: str) -> "PasswordHash":
        """Raises SettingsError, which repeats nothing of the line."""
        try:
            kind, cost, block, parallel, salt, digest = line.strip().split("$")
            made = cls(int(cost), int(block), int(parallel), _bytes(salt), _bytes(digest))
        except ValueError:
            kind, made = "", cls(0, 0, 0, b"", b"")
        is_sane = (
            kind == "scrypt"
            and made.cost >= 2**14
            and made.cost.bit_count() == 1
            and 1 <= made.parallel <= 16
            and 8 <= made.block <= LARGEST_MEMORY // (128 * made.cost)
            and len(made.salt) >= 16
            and len(made.digest) >= 32
        )
        if not is_sane:
            raise SettingsError(
                [
                    f"{VARIABLE} is not a line that `rapport serve --make-password` printed: "
                    "set it whole, in single quotes, for a shell takes $ in others for something else"
                ]
            )
        return made

    @classmethod
    def make(cls, password: str) -> "PasswordHash":
        salt = secrets.token_bytes(SALT_BYTES)
        unhashed = cls(COST, BLOCK, PARALLEL, salt, bytes(HASH_BYTES))
        return cls(COST, BLOCK, PARALLEL, salt, unhashed._hash(password.encode()))

    def __str__(self) -> str:
        salt, digest = (
            base64.urlsafe_b64encode(each).decode().rstrip("=") for each in (self.salt, self.digest)
        )
        return f"scrypt${self.cost}${self.block}${self.parallel}${salt}${digest}"

    def fits(self, password: bytes) -> bool:
        """Slow on purpose."""
        return len(password) <= LONGEST_PASSWORD and hmac.compare_digest(self._hash(password), self.digest)

    def _hash(self, password: bytes) -> bytes:
        return hashlib.scrypt(
            password,
            salt=self.salt,
            n=self.cost,
            r=self.block,
            p=self.parallel,
            maxmem=2 * LARGEST_MEMORY,
            dklen=len(self.digest),
        )


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
