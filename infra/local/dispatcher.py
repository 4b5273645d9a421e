"""Drain queues into functions: batches, retries, partial failures; what Lambda's poller does for SQS."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from infra.local.drained import DrainedQueues, QueuedMessage
from infra.local.invoker import Invoker
from infra.local.queue_event import failed_ids, sqs_event
from infra.local.template import Plan, PlannedFunction, QueueSource
from recommender.errors import SegueError
from recommender.ports.queues import Queue

POLL_S: Final = 0.5
LONGEST_BACKOFF_S: Final = 60.0
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Lane:
    function: PlannedFunction
    source: QueueSource
    visibility_s: float


# Messages that were delivered, and of those that failed why.
_Outcome = tuple[Sequence[QueuedMessage], Mapping[str, str]]


class Dispatcher:
    """Run one loop a queue source, or as many as ``parallel`` says for its queue.

    A batch whose handler raises fails whole; otherwise what the handler names in ``batchItemFailures`` fails. What failed is
    delivered again after 1, 2, 4 ... seconds; the queue itself moves it to its dead letters when it was delivered too often.

    Parameters
    ----------
    ready
        Raises a ``SegueError`` while handlers could only fail, as on a full disk: messages then wait, and none is given up for it.

    Attributes
    ----------
    delivered
        How many messages handlers were given.
    last_delivery
        When the last batch was done (monotonic clock).
    """

    def __init__(
        self,
        queues: DrainedQueues,
        plan: Plan,
        invoker: Invoker,
        *,
        parallel: Mapping[Queue, int],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._queues, self._invoker, self._now, self._ready = queues, invoker, now, ready
        lanes = [
            _Lane(function, source, plan.queues[source.queue].visibility_s) for function in plan.functions for source in function.sources
        ]
        self._threads = [
            threading.Thread(target=self._run, args=(lane,), name=f"{lane.source.queue.value}-{number}", daemon=True)
            for lane in lanes
            for number in range(parallel.get(lane.source.queue, 1))
        ]
        self._changed = threading.Condition()
        self._sends = 0
        self._stopping = False
        self._returned = False
        self.delivered = 0
        self.last_delivery = time.monotonic()
        self._in_hand: dict[str, tuple[Queue, list[str]]] = {}

    def start(self) -> None:
        """Begin to drain."""
        for thread in self._threads:
            thread.start()

    def wake(self, _queue: Queue | None = None) -> None:
        """Look at the queues now: something was sent."""
        with self._changed:
            self._sends += 1
            self._changed.notify_all()

    def stop(self, *, timeout_s: float) -> bool:
        """Take no more batches, wait for those in hand, and tell whether all were finished in time."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def return_all(self) -> int:
        """Give back what is still in hand after ``stop`` and return how many messages that were."""
        self._returned = True  # what a handler says from now on comes too late
        unfinished = list(self._in_hand.values())
        for queue, receipts in unfinished:
            self._queues.hand_back(queue, receipts, now=self._now())
        return sum(len(receipts) for _, receipts in unfinished)

    def _run(self, lane: _Lane) -> None:
        owed: list[_Outcome] = []
        while not self._stopping:
            seen = self._sends
            try:
                self._settle(lane, owed)
                idle = not self._serve_one(lane, owed)
            except SegueError as error:
                _LOG.warning("queue %s: %s", lane.source.queue.value, error)
                idle = True
            if idle:
                self._rest(seen)

    def _rest(self, seen: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._sends != seen, timeout=POLL_S)

    def _serve_one(self, lane: _Lane, owed: list[_Outcome]) -> bool:
        self._ready()
        messages = self._queues.receive(
            lane.source.queue, max_messages=lane.source.batch_size, visibility_s=lane.visibility_s, now=self._now()
        )
        if not messages:
            return False
        name = threading.current_thread().name
        self._in_hand[name] = (lane.source.queue, [message.receipt for message in messages])
        try:
            owed.append((messages, self._failed(lane, messages)))
            self._settle(lane, owed)
        finally:
            del self._in_hand[name]
            with self._changed:
                self.delivered += len(messages)
                self.last_delivery = time.monotonic()
        return True

    def _settle(self, lane: _Lane, owed: list[_Outcome]) -> None:
        """Tell the queue what became of messages; what it cannot take down now, for want of room, stays owed."""
        while owed and not self._returned:
            messages, failed = owed[0]
            queue = lane.source.queue
            self._queues.delete(queue, [message.receipt for message in messages if message.message_id not in failed])
            for message in messages:
                if (reason := failed.get(message.message_id)) is not None:
                    delay_s = min(2.0 ** (message.receive_count - 1), LONGEST_BACKOFF_S)
                    self._queues.release(queue, [message.receipt], delay_s=delay_s, now=self._now(), reason=reason)
            del owed[0]

    def _failed(self, lane: _Lane, messages: Sequence[QueuedMessage]) -> dict[str, str]:
        try:
            answer = self._invoker.invoke(lane.function, sqs_event(lane.source.queue, messages))
        except Exception as error:  # noqa: BLE001 - as on Lambda: whatever the handler raised fails its batch, and the poller lives on
            if not self._returned:
                _LOG.exception("%s failed on %d message(s) of %s", lane.function.name, len(messages), lane.source.queue.value)
            return {message.message_id: f"{type(error).__name__}: {error}" for message in messages}
        if not lane.source.partial_failures:
            return {}
        return dict.fromkeys(failed_ids(answer), f"{lane.function.name} reported that it failed; its log says why")
