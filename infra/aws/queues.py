"""SQS queues: messages sent ten at a time, and the unreadable ones set aside with the reason.

The template names each queue and its dead letters in the environment of its functions: ``UPLOADS_QUEUE_URL`` and
``UPLOADS_DEAD_LETTERS_URL`` for the uploads, and so on for every queue of ``recommender.ports.queues.Queue``.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from infra.aws.faults import answered
from recommender.errors import InvalidInput, Unavailable
from recommender.ports.queues import Queue

LARGEST_BYTES: Final = 256 * 1024
REASON: Final = "reason"
_SERVICE: Final = "sqs"
_MOST_AT_ONCE: Final = 10
_LONGEST_REASON: Final = 1_000
_TRIES: Final = 5
_PAUSE_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Depth:
    """About how much is in a queue."""

    waiting: int
    in_flight: int
    dead: int


class SqsQueues:
    """Send to SQS; see ``recommender.ports.queues.MessageQueues``.

    Up to ten messages are sent as one, all or none. More are sent in turn: where a later ten cannot be taken, ``Unavailable`` is raised
    though the former were, so that whoever sends again sends some twice; every message bears being delivered twice.

    Parameters
    ----------
    urls, dead_letters
        Where each queue is, and where what it gave up.
    """

    def __init__(
        self, client: Any, urls: Mapping[Queue, str], dead_letters: Mapping[Queue, str], *, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client, self._urls, self._dead_letters, self._pause = client, urls, dead_letters, pause

    def send(self, queue: Queue, bodies: Sequence[str]) -> None:
        """Hand over messages, durable on return."""
        for body in bodies:
            _refuse_large(body)
        url = _known(self._urls, queue, "QUEUE")
        for batch in _batches(bodies):
            self._send(url, batch)

    def bury(self, queue: Queue, body: str, *, reason: str) -> None:
        """Set a message aside among the dead letters, with the reason as an attribute."""
        told = {REASON: {"DataType": "String", "StringValue": _plain(reason)[:_LONGEST_REASON] or "unknown"}}
        with answered(_SERVICE):
            self._client.send_message(QueueUrl=_known(self._dead_letters, queue, "DEAD_LETTERS"), MessageBody=body, MessageAttributes=told)

    def erase(self, user: str) -> int:  # noqa: ARG002  # see above
        """Return 0: SQS lets nobody look for a message. What waits is dropped when it is drained, the dead end with their retention."""
        return 0

    def expire(self, before: datetime) -> int:  # noqa: ARG002  # see above
        """Return 0: SQS has a retention of its own."""
        return 0

    def depth(self, queue: Queue, *, now: datetime) -> Depth:  # noqa: ARG002  # SQS has a clock of its own
        """Return about how much is in a queue."""
        waiting, delayed, in_flight = self._counts(_known(self._urls, queue, "QUEUE"))
        dead, _, looked_at = self._counts(_known(self._dead_letters, queue, "DEAD_LETTERS"))
        return Depth(waiting + delayed, in_flight, dead + looked_at)

    def _counts(self, url: str) -> tuple[int, int, int]:
        names = ["", "Delayed", "NotVisible"]
        asked = [f"ApproximateNumberOfMessages{name}" for name in names]
        with answered(_SERVICE):
            told = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=asked)["Attributes"]
        waiting, delayed, in_flight = (int(told[name]) for name in asked)
        return waiting, delayed, in_flight

    def _send(self, url: str, bodies: Sequence[str]) -> None:
        """Send a batch, again those that SQS did not take."""
        left = dict(enumerate(bodies))
        for attempt in range(_TRIES):
            entries = [{"Id": str(at), "MessageBody": body} for at, body in left.items()]
            with answered(_SERVICE):
                failed = self._client.send_message_batch(QueueUrl=url, Entries=entries).get("Failed", [])
            refused = [one for one in failed if one.get("SenderFault")]
            if refused:
                raise InvalidInput(f"SQS refuses a message: {refused[0].get('Message') or refused[0]['Code']}", code="refused_message")
            left = {int(one["Id"]): left[int(one["Id"])] for one in failed}
            if not left:
                return
            self._pause(_PAUSE_S * 2**attempt)
        raise Unavailable(f"SQS did not take {len(left)} of {len(bodies)} messages", code="sqs_unavailable")


def _known(urls: Mapping[Queue, str], queue: Queue, kind: str) -> str:
    url = urls.get(queue)
    if url is None:
        name = f"{queue.value.upper()}_{kind}_URL"
        raise InvalidInput(f"{name} is not set, so {queue.value} cannot be reached", code="invalid_setting", field=name)
    return url


def _batches(bodies: Sequence[str]) -> Iterator[list[str]]:
    """Yield batches of at most ten messages, together no larger than one may be."""
    batch: list[str] = []
    size = 0
    for body in bodies:
        length = len(body.encode())
        if batch and (len(batch) == _MOST_AT_ONCE or size + length > LARGEST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += length
    if batch:
        yield batch


def _refuse_large(body: str) -> None:
    size = len(body.encode())
    if size > LARGEST_BYTES:
        raise InvalidInput(f"a message has at most {LARGEST_BYTES} bytes, this has {size}", code="too_large")


def _plain(reason: str) -> str:
    """Return what SQS takes as an attribute: no control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in reason)
