"""User ids become keyed hashes at the border: no store, log or metric ever holds one in the clear."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

LENGTH = 32


class Pseudonyms:
    """Turn user ids into pseudonyms under a secret key."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def of(self, user_id: str) -> str:
        """Return the pseudonym of a user: 32 hex digits of HMAC-SHA-256, the same for the same id and key."""
        return hmac.new(self._key, user_id.encode(), hashlib.sha256).hexdigest()[:LENGTH]


def key_in(home: Path) -> str:
    """Return the home's key, made on first use and readable by its owner alone."""
    path = home / "user.key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            # A link fails where another process was first, so that two processes never use two keys.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
