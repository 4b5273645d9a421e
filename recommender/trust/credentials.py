"""Credentials as they are kept: API keys with their scopes and shares, and who calls by one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

DEFAULT_PER_SECOND: Final = 100.0
DEFAULT_BURST: Final = 200


class Scope(StrEnum):
    """Name what a key may do; ``admin`` may do everything."""

    READ = "read"
    INGEST = "ingest"
    LISTEN = "listen"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key as it is kept: never the secret, only its SHA-256, which is enough for 32 random bytes.

    Attributes
    ----------
    per_second, burst
        The key's token bucket: calls a second in the long run, and at once.
    ends_at
        From when on it opens nothing; ``None`` for never.
    """

    key_id: str
    name: str
    scopes: frozenset[Scope]
    digest: str
    created_at: datetime
    per_second: float = DEFAULT_PER_SECOND
    burst: int = DEFAULT_BURST
    revoked_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls; ``user`` is the pseudonym of the only user whom a user's token reaches, ``None`` for a key."""

    actor: str
    scopes: frozenset[Scope]
    per_second: float
    burst: int
    user: str | None = None

    def may(self, scope: Scope) -> bool:
        """Tell whether a scope is held."""
        return scope in self.scopes or Scope.ADMIN in self.scopes
