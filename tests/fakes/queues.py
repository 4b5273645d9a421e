"""Queues in lists."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

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

    def erase(self, user: str) -> int:
        held = sum(user in body for bodies in self.sent.values() for body in bodies)
        held += sum(user in body for dead in self.buried.values() for body, _ in dead)
        for queue in Queue:
            self.sent[queue] = [rest for body in self.sent[queue] if (rest := _without(body, user))]
            self.buried[queue] = [(rest, reason) for body, reason in self.buried[queue] if (rest := _without(body, user))]
        return held

    def expire(self, before: datetime) -> int:  # noqa: ARG002  # as SQS, which lets go by itself
        return 0

    def take(self, queue: Queue) -> list[str]:
        """Return what was sent to a queue and empty it."""
        return self.sent.pop(queue, [])


def _without(body: str, user: str) -> str | None:
    if user not in body:
        return body
    told = json.loads(body)
    rest = [act for act in told.get("interactions", []) if act["user"] != user]
    return json.dumps({"interactions": rest}) if rest else None
