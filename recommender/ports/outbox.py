"""The outbox: what the domain hands over to be done soon, at least once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from recommender.interactions import Interaction


class Outbox(Protocol):
    """Hand over work; durable on return. Every method raises ``Unavailable`` if it cannot be taken now."""

    def listened(self, interactions: Sequence[Interaction]) -> None:
        """Let interactions be recorded."""
        ...

    def described(self, track_ids: Sequence[str]) -> None:
        """Let the metadata of these tracks be read."""
        ...

    def erasure_asked(self, user: str, *, receipt_id: str, asked_at: datetime) -> None:
        """Let a user be erased."""
        ...
