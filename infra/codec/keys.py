"""The stored form of an API key."""

from typing import Any

from infra.codec.moments import to_microseconds, to_moment
from recommender.trust.credentials import Key, Scope


def encode_key(key: Key) -> dict[str, Any]:
    """Return a key as JSON values."""
    return {
        "key_id": key.key_id,
        "name": key.name,
        "scopes": sorted(scope.value for scope in key.scopes),
        "digest": key.digest,
        "created_at": to_microseconds(key.created_at),
        "per_second": key.per_second,
        "burst": key.burst,
        "revoked_at": None if key.revoked_at is None else to_microseconds(key.revoked_at),
        "ends_at": None if key.ends_at is None else to_microseconds(key.ends_at),
    }


def decode_key(stored: dict[str, Any]) -> Key:
    """Return the key that was stored; those of before keys could end have no end."""
    ends_at = stored.get("ends_at")
    return Key(
        key_id=stored["key_id"],
        name=stored["name"],
        scopes=frozenset(Scope(name) for name in stored["scopes"]),
        digest=stored["digest"],
        created_at=to_moment(stored["created_at"]),
        per_second=float(stored["per_second"]),
        burst=int(stored["burst"]),
        revoked_at=None if stored["revoked_at"] is None else to_moment(stored["revoked_at"]),
        ends_at=None if ends_at is None else to_moment(ends_at),
    )
