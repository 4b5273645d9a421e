"""The outbox: what the domain hands over to be done soon, at least once."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from recommender.interactions import Interaction
from recommender.ports.erasures import Erasure


class Outbox(Protocol):
    """Hand over work; durable on return. Every method raises ``Unavailable`` if it cannot be taken now."""

    def listened(self, interactions: Sequence[Interaction], *, lives: Mapping[str, str] | None = None) -> None:
        """Let interactions be recorded.

        Parameters
        ----------
        lives
            By user, the name of the life in which they were accepted, where it is not the first (see ``recommender.trust.erasures``).
        """
        ...

    def described(self, track_ids: Sequence[str]) -> None:
        """Let the metadata of these tracks be read."""
        ...

    def erasure_asked(self, erasure: Erasure, *, receipt_id: str, retrain: bool) -> None:
        """Let a user be erased whom the ledger knows."""
        ...
