"""Queues are drained into handlers, and nothing that was sent is lost or done twice without need."""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.dispatcher import Dispatcher
from infra.local.invoker import Invoker
from infra.local.template import Plan, PlannedFunction, PlannedQueue, QueueSource
from infra.sqlite_queues import SqliteQueues
from recommender.errors import Unavailable
from recommender.ports.queues import Queue
from tests.infra.local.handlers import Ledger
from tests.infra.local.waiting import eventually

HERE = "tests.infra.local.handlers"


def plan_of(handler: str, *, batch_size: int = 10) -> Plan:
    source = QueueSource(Queue.UPLOADS, batch_size, partial_failures=True)
    function = PlannedFunction(name="TestFunction", handler=f"{HERE}.{handler}", timeout_s=5, memory_mb=128, sources=(source,))
    return Plan((function,), {Queue.UPLOADS: PlannedQueue(visibility_s=60, max_receives=5)})


class FullOnce(SqliteQueues):
    """Queues that lack the room to end the first message."""

    is_full = True

    def delete(self, queue: Queue, receipts: Sequence[str]) -> int:
        """Fail once."""
        if self.is_full:
            self.is_full = False
            raise Unavailable("the disk is full", code="disk_full")
        return super().delete(queue, receipts)


class Deployed:
    """A dispatcher that is stopped when the test ends."""

    def __init__(self, queues: SqliteQueues) -> None:
        self._queues = queues
        self.dispatcher: Dispatcher | None = None

    def start(self, plan: Plan, *, parallel: int = 1) -> Dispatcher:
        """Drain from now on."""
        self.dispatcher = Dispatcher(self._queues, plan, Invoker(), parallel={Queue.UPLOADS: parallel})
        self._queues.on_send(self.dispatcher.wake)
        self.dispatcher.start()
        return self.dispatcher


@pytest.fixture
def deployed(queues: SqliteQueues, ledger: Ledger) -> Iterator[Deployed]:
    deployed = Deployed(queues)
    yield deployed
    ledger.gate.set()
    if deployed.dispatcher:
        deployed.dispatcher.stop(timeout_s=10)


def depth(queues: SqliteQueues) -> tuple[int, int, int]:
    told = queues.depth(Queue.UPLOADS, now=datetime.now(UTC))
    return told.waiting, told.in_flight, told.dead


def test_what_waited_is_delivered_in_batches_and_is_then_gone(queues: SqliteQueues, deployed: Deployed, ledger: Ledger) -> None:
    queues.send(Queue.UPLOADS, ["a", "b", "c"])

    deployed.start(plan_of("record", batch_size=2))
    eventually(lambda: depth(queues) == (0, 0, 0))

    assert ledger.batches == [["a", "b"], ["c"]]


def test_what_is_sent_to_an_idle_dispatcher_is_delivered(queues: SqliteQueues, deployed: Deployed, ledger: Ledger) -> None:
    deployed.start(plan_of("record"))

    queues.send(Queue.UPLOADS, ["late"])
    eventually(lambda: depth(queues) == (0, 0, 0))

    assert ledger.batches == [["late"]]


def test_what_another_process_sends_is_noticed(tmp_path: Path, queues: SqliteQueues, deployed: Deployed, ledger: Ledger) -> None:
    other = SqliteQueues(tmp_path / "queues.db")
    deployed.start(plan_of("record"))

    other.send(Queue.UPLOADS, ["from outside"])
    other.close()
    eventually(lambda: depth(queues) == (0, 0, 0))

    assert ledger.batches == [["from outside"]]


def test_only_what_failed_is_delivered_again(queues: SqliteQueues, deployed: Deployed, ledger: Ledger) -> None:
    queues.send(Queue.UPLOADS, ["good", "fail"])

    deployed.start(plan_of("record"))
    eventually(lambda: len(ledger.batches) == 2)

    assert ledger.batches == [["good", "fail"], ["fail"]]
    assert ledger.counts == [1, 1, 2]


def test_a_handler_that_raises_fails_its_whole_batch(queues: SqliteQueues, deployed: Deployed, ledger: Ledger) -> None:
    queues.send(Queue.UPLOADS, ["good", "raise"])

    deployed.start(plan_of("record"))
    eventually(lambda: len(ledger.batches) == 2)

    assert ledger.batches == [["good", "raise"], ["good", "raise"]]


def test_what_fails_on_its_last_delivery_is_dead_with_the_reason(tmp_path: Path, ledger: Ledger) -> None:
    queues = SqliteQueues(tmp_path / "once.db", max_receives=1)
    dispatcher = Dispatcher(queues, plan_of("record", batch_size=1), Invoker(), parallel={})
    queues.send(Queue.UPLOADS, ["raise", "good"])

    dispatcher.start()
    eventually(lambda: depth(queues) == (0, 0, 1))
    dispatcher.stop(timeout_s=10)

    assert [(dead.body, dead.reason) for dead in queues.dead(Queue.UPLOADS)] == [("raise", "RuntimeError: the whole batch")]
    assert ledger.batches == [["raise"], ["good"]]
    queues.close()


@pytest.mark.parametrize("parallel", [1, 3])
def test_as_many_batches_are_in_hand_as_was_allowed(queues: SqliteQueues, deployed: Deployed, ledger: Ledger, parallel: int) -> None:
    queues.send(Queue.UPLOADS, ["a", "b", "c", "d", "e"])

    deployed.start(plan_of("wait_at_gate", batch_size=1), parallel=parallel)
    eventually(lambda: ledger.running == parallel)
    ledger.gate.set()
    eventually(lambda: depth(queues) == (0, 0, 0))

    assert ledger.most_running == parallel


def test_a_stop_waits_for_what_is_in_hand_and_takes_nothing_more(queues: SqliteQueues, deployed: Deployed, ledger: Ledger) -> None:
    queues.send(Queue.UPLOADS, ["a", "b"])
    dispatcher = deployed.start(plan_of("wait_at_gate", batch_size=1))
    eventually(lambda: ledger.running == 1)

    finished_early = dispatcher.stop(timeout_s=0.05)
    ledger.gate.set()
    finished = dispatcher.stop(timeout_s=10)

    assert (finished_early, finished) == (False, True)
    assert depth(queues) == (1, 0, 0)


def test_what_outlasts_the_stop_goes_back_to_its_queue_uncounted(queues: SqliteQueues, deployed: Deployed, ledger: Ledger) -> None:
    queues.send(Queue.UPLOADS, ["long"])
    dispatcher = deployed.start(plan_of("wait_at_gate"))
    eventually(lambda: ledger.running == 1)

    dispatcher.stop(timeout_s=0.05)
    returned = dispatcher.return_all()

    assert returned == 1
    [message] = queues.receive(Queue.UPLOADS, max_messages=10, visibility_s=60, now=datetime.now(UTC))
    assert (message.body, message.receive_count) == ("long", 1)


def test_messages_wait_uncounted_while_the_host_is_not_ready(queues: SqliteQueues, ledger: Ledger) -> None:
    full = threading.Event()
    full.set()

    def ready() -> None:
        if full.is_set():
            raise Unavailable("the disk is full", code="disk_full")

    dispatcher = Dispatcher(queues, plan_of("record"), Invoker(), parallel={}, ready=ready)
    queues.send(Queue.UPLOADS, ["a"])

    dispatcher.start()
    before = depth(queues)
    full.clear()
    dispatcher.wake()
    eventually(lambda: depth(queues) == (0, 0, 0))
    dispatcher.stop(timeout_s=10)

    assert before == (1, 0, 0)
    assert ledger.counts == [1]


def test_a_message_whose_end_could_not_be_noted_is_ended_later_and_not_done_twice(tmp_path: Path, ledger: Ledger) -> None:
    queues = FullOnce(tmp_path / "queues.db")
    dispatcher = Dispatcher(queues, plan_of("record"), Invoker(), parallel={})
    queues.send(Queue.UPLOADS, ["a"])

    dispatcher.start()
    eventually(lambda: depth(queues) == (0, 0, 0))
    dispatcher.stop(timeout_s=10)

    assert ledger.batches == [["a"]]
    queues.close()
