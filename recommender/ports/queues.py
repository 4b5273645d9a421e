"""Message queues: what the domain hands over to be done soon, at least once."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Queue(StrEnum):
    """Name the queues."""

    UPLOADS = "uploads"
    METADATA = "metadata"
    INTERACTIONS = "interactions"
    ERASURES = "erasures"


class MessageQueues(Protocol):
    """Send messages that will be delivered at least once, in no promised order."""

    def send(self, queue: Queue, bodies: Sequence[str]) -> None:
        """Hand over messages of at most 256 kB each; durable on return, all or none.

        Raises
        ------
        InvalidInput
            If a message is too large.
        Unavailable
            If the queue cannot take them now.
        """
        ...

    def bury(self, queue: Queue, body: str, *, reason: str) -> None:
        """Put a message that can never be understood among the queue's dead letters, with the reason; durable on return."""
        ...

    def erase(self, user: str) -> int:
        """Take a user's interactions out of every message that waits, is in work or is dead, and return how many messages held some.

        A queue that cannot look into its messages returns 0: there they are dropped when they are drained, or end with their retention.
        """
        ...

    def expire(self, before: datetime) -> int:
        """Remove dead letters that died before a moment and return how many; a queue with a retention of its own returns 0."""
        ...
