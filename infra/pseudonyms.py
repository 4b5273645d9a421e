"""User ids become keyed hashes at the border: no store, log or metric ever holds one in the clear."""

import hashlib
import hmac
from collections.abc import Sequence

LENGTH = 32


class Pseudonyms:
    """Turn user ids into pseudonyms under a chain of secret keys.

    The first key hashes the id, each further one the pseudonym of before: that is how a key is rotated, since what is stored can take a
    further step without anybody's id. Once it has, a key of before tells nothing of what is stored now without the keys after it.

    Parameters
    ----------
    keys
        The chain, oldest first; a single text is a chain of one.
    """

    def __init__(self, keys: str | Sequence[str]) -> None:
        self._keys = (keys,) if isinstance(keys, str) else tuple(keys)

    def of(self, user_id: str) -> str:
        """Return the pseudonym of a user: 32 hex digits of HMAC-SHA-256, the same for the same id and keys."""
        return self.ever(user_id)[-1]

    def ever(self, user_id: str) -> list[str]:
        """Return the pseudonyms that a user has had, the one of now last."""
        steps: list[str] = []
        for key in self._keys:
            steps.append(step(steps[-1] if steps else user_id, key))
        return steps

    def descendants(self, pseudonym: str) -> set[str]:
        """Return what a pseudonym may have been turned into since, itself among them: which of the keys made it cannot be seen."""
        found = {pseudonym}
        for at in range(1, len(self._keys)):
            told = pseudonym
            for key in self._keys[at:]:
                told = step(told, key)
                found.add(told)
        return found


def step(told: str, key: str) -> str:
    """Return what a key makes of an id, or of the pseudonym of before."""
    return hmac.new(key.encode(), told.encode(), hashlib.sha256).hexdigest()[:LENGTH]
