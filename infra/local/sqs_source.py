"""SQS as a source of events: what Lambda's poller does, for the dispatcher of the local host."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from infra.aws.faults import answered
from infra.aws.queues import Depth, SqsQueues
from recommender.ports.queues import Queue

_SERVICE: Final = "sqs"
_MOST_AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True)
class SqsMessage:
    """A message that was received."""

    message_id: str
    receipt: str
    body: str
    receive_count: int
    sent_at: datetime


class SqsSource:
    """Receive from SQS; see ``infra.local.stack.LocalQueues``.

    The queue itself moves a message to its dead letters, when it would be delivered once more than its policy allows.
    """

    def __init__(self, client: Any, queues: SqsQueues, urls: dict[Queue, str]) -> None:
        self._client, self._queues, self._urls = client, queues, urls
        self._listeners: list[Callable[[Queue], None]] = []
        self._lock = threading.Lock()

    def send(self, queue: Queue, bodies: Sequence[str]) -> None:
        """Hand over messages; see ``SqsQueues``."""
        self._queues.send(queue, bodies)
        for listener in self._listeners:
            listener(queue)

    def bury(self, queue: Queue, body: str, *, reason: str) -> None:
        """Set a message aside among the dead letters; see ``SqsQueues``."""
        self._queues.bury(queue, body, reason=reason)

    def erase(self, user: str) -> int:
        """Return 0; see ``SqsQueues``."""
        return self._queues.erase(user)

    def expire(self, before: datetime) -> int:
        """Return 0; see ``SqsQueues``."""
        return self._queues.expire(before)

    def receive(self, queue: Queue, *, max_messages: int, visibility_s: float, now: datetime) -> list[SqsMessage]:  # noqa: ARG002  # SQS has a clock of its own
        """Return messages that are due, at most ten, hidden from others for ``visibility_s``."""
        with answered(_SERVICE):
            found = self._client.receive_message(
                QueueUrl=self._urls[queue],
                MaxNumberOfMessages=min(max_messages, _MOST_AT_ONCE),
                VisibilityTimeout=round(visibility_s),
                MessageSystemAttributeNames=["All"],
            )
        return [_message(message) for message in found.get("Messages", [])]

    def delete(self, queue: Queue, receipts: Sequence[str]) -> int:
        """End messages that are done and return how many were asked for."""
        for start in range(0, len(receipts), _MOST_AT_ONCE):
            entries = [{"Id": str(at), "ReceiptHandle": receipt} for at, receipt in enumerate(receipts[start : start + _MOST_AT_ONCE])]
            with answered(_SERVICE):
                self._client.delete_message_batch(QueueUrl=self._urls[queue], Entries=entries)
        return len(receipts)

    def release(self, queue: Queue, receipts: Sequence[str], *, delay_s: float, now: datetime, reason: str) -> int:  # noqa: ARG002  # SQS keeps no reasons
        """Let failed messages be delivered again after ``delay_s``; the delivery stays counted."""
        for receipt in receipts:
            with answered(_SERVICE):
                self._client.change_message_visibility(QueueUrl=self._urls[queue], ReceiptHandle=receipt, VisibilityTimeout=round(delay_s))
        return len(receipts)

    def hand_back(self, queue: Queue, receipts: Sequence[str], *, now: datetime) -> int:
        """Let messages be delivered again at once; on SQS the delivery stays counted."""
        return self.release(queue, receipts, delay_s=0, now=now, reason="")

    def take_over(self, *, now: datetime) -> int:  # noqa: ARG002  # as above
        """Return that nothing was left: moto forgets with its process."""
        return 0

    def depth(self, queue: Queue, *, now: datetime) -> Depth:
        """Count a queue."""
        return self._queues.depth(queue, now=now)

    def on_send(self, listener: Callable[[Queue], None]) -> None:
        """Call ``listener`` after each send through this object."""
        with self._lock:
            self._listeners.append(listener)


def _message(told: dict[str, Any]) -> SqsMessage:
    attributes = told["Attributes"]
    sent_at = datetime.fromtimestamp(int(attributes["SentTimestamp"]) / 1000, UTC)
    return SqsMessage(told["MessageId"], told["ReceiptHandle"], told["Body"], int(attributes["ApproximateReceiveCount"]), sent_at)
