"""Queues in lists."""

from collections import defaultdict
from collections.abc import Sequence

from recommender.errors import InvalidInput
from recommender.ports.queues import Queue


class FakeQueues:
    """Keep what was sent, in order, in ``sent[queue]``, and what was buried, with its reason, in ``buried[queue]``."""

    def __init__(self) -> None:
        self.sent: defaultdict[Queue, list[str]] = defaultdict(list)
        self.buried: defaultdict[Queue, list[tuple[str, str]]] = defaultdict(list)

    def send(self, queue: Queue, bodies: Sequence[str]) -> None:
        for body in bodies:
            if len(body.encode()) > 256 * 1024:
                raise InvalidInput(f"a message has at most 262144 bytes, this has {len(body.encode())}", code="too_large")
        self.sent[queue].extend(bodies)

    def bury(self, queue: Queue, body: str, *, reason: str) -> None:
        self.buried[queue].append((body, reason))

    def take(self, queue: Queue) -> list[str]:
        """Return what was sent to a queue and empty it."""
        return self.sent.pop(queue, [])
