"""What the local host needs of queues in order to drain them; the SQLite queues have it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from recommender.ports.queues import Queue


class QueuedMessage(Protocol):
    """A message that was received and is hidden from other receivers for a while."""

    @property
    def message_id(self) -> str:
        """Stays the same over all deliveries."""
        ...

    @property
    def receipt(self) -> str:
        """Names this delivery."""
        ...

    @property
    def body(self) -> str:
        """What was sent."""
        ...

    @property
    def receive_count(self) -> int:
        """How often it was delivered, this time included."""
        ...

    @property
    def sent_at(self) -> datetime:
        """When it was sent."""
        ...


class DrainedQueues(Protocol):
    """Queues that can be received from."""

    def receive(self, queue: Queue, *, max_messages: int, visibility_s: float, now: datetime) -> Sequence[QueuedMessage]:
        """Return messages that are due, hidden from others for ``visibility_s``."""
        ...

    def delete(self, queue: Queue, receipts: Sequence[str]) -> int:
        """End messages that are done and return how many."""
        ...

    def release(self, queue: Queue, receipts: Sequence[str], *, delay_s: float, now: datetime, reason: str) -> int:
        """Give messages back after a failure: delivered again after ``delay_s``, or dead after too many deliveries."""
        ...

    def hand_back(self, queue: Queue, receipts: Sequence[str], *, now: datetime) -> int:
        """Give messages back untouched: delivered again at once, and this delivery is not counted."""
        ...
