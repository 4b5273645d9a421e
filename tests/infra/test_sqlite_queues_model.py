"""Whatever senders and receivers do, a message waits, is in hand, is dead or was deleted: none is lost and none comes back."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from infra.sqlite_queues import Message, SqliteQueues
from recommender.ports.queues import Queue

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
QUEUE = Queue.METADATA


class QueueModel(RuleBasedStateMachine):
    """Keep beside the real queue which bodies must still be somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = NOON
        self.sent = 0
        self.alive: set[str] = set()
        self.in_hand: list[Message] = []
        self.queues = self.opened()

    def opened(self) -> SqliteQueues:
        return SqliteQueues(Path(self.folder.name) / "queues.db", max_receives=3, clock=lambda: self.now)

    @rule(count=st.integers(0, 4))
    def send(self, count: int) -> None:
        bodies = [str(self.sent + number) for number in range(count)]
        self.queues.send(QUEUE, bodies)
        self.sent += count
        self.alive.update(bodies)

    @rule(most=st.integers(1, 4))
    def receive(self, most: int) -> None:
        received = self.queues.receive(QUEUE, max_messages=most, visibility_s=10, now=self.now)
        assert {message.body for message in received} <= self.alive
        assert all(message.receive_count <= 3 for message in received)
        self.in_hand += received

    @precondition(lambda self: self.in_hand)
    @rule(draw=st.data())
    def delete(self, draw: st.DataObject) -> None:
        message = draw.draw(st.sampled_from(self.in_hand))
        self.in_hand.remove(message)
        if self.queues.delete(QUEUE, [message.receipt]):
            self.alive.remove(message.body)

    @precondition(lambda self: self.in_hand)
    @rule(draw=st.data(), delay=st.integers(0, 20))
    def release(self, draw: st.DataObject, delay: int) -> None:
        message = draw.draw(st.sampled_from(self.in_hand))
        self.in_hand.remove(message)
        self.queues.release(QUEUE, [message.receipt], delay_s=delay, now=self.now, reason="failed")

    @rule(seconds=st.integers(1, 15))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def redrive(self) -> None:
        self.queues.redrive(QUEUE)

    @rule()
    def restart(self) -> None:
        self.queues.close()
        self.queues = self.opened()

    @invariant()
    def every_message_is_somewhere(self) -> None:
        depth = self.queues.depth(QUEUE, now=self.now)
        assert depth.waiting + depth.in_flight + depth.dead == len(self.alive)
        assert all(dead.reason for dead in self.queues.dead(QUEUE))

    def teardown(self) -> None:
        self.queues.redrive(QUEUE)
        received = self.queues.receive(QUEUE, max_messages=999, visibility_s=10, now=self.now + timedelta(days=1))
        dead = self.queues.dead(QUEUE)
        self.queues.close()
        self.folder.cleanup()
        assert {message.body for message in received} | {message.body for message in dead} == self.alive


TestQueueModel = QueueModel.TestCase
TestQueueModel.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
