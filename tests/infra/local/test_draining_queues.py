"""The SQLite queues have what a host that drains them needs besides receiving."""

from datetime import timedelta
from pathlib import Path

from infra.sqlite_queues import SqliteQueues
from recommender.ports.queues import Queue
from tests.infra.local.waiting import NOON


def test_every_send_is_told_to_those_who_listen(queues: SqliteQueues) -> None:
    heard: list[Queue] = []
    queues.on_send(heard.append)

    queues.send(Queue.UPLOADS, ["a", "b"])
    queues.send(Queue.METADATA, ["c"])
    queues.send(Queue.METADATA, [])

    assert heard == [Queue.UPLOADS, Queue.METADATA]


def test_what_a_lost_receiver_had_in_hand_is_visible_at_once_and_its_delivery_counted(tmp_path: Path) -> None:
    queues = SqliteQueues(tmp_path / "queues.db", clock=lambda: NOON)
    queues.send(Queue.UPLOADS, ["a"])
    queues.receive(Queue.UPLOADS, max_messages=1, visibility_s=3600, now=NOON)

    taken_over = queues.take_over(now=NOON + timedelta(seconds=1))

    [message] = queues.receive(Queue.UPLOADS, max_messages=1, visibility_s=60, now=NOON + timedelta(seconds=1))
    assert (taken_over, message.body, message.receive_count) == (1, "a", 2)
    queues.close()


def test_taking_over_wakes_neither_the_dead_nor_those_that_wait_for_their_next_try(tmp_path: Path) -> None:
    queues = SqliteQueues(tmp_path / "queues.db", max_receives=2, clock=lambda: NOON)
    queues.send(Queue.UPLOADS, ["waiting"])
    [first] = queues.receive(Queue.UPLOADS, max_messages=1, visibility_s=60, now=NOON)
    queues.release(Queue.UPLOADS, [first.receipt], delay_s=600, now=NOON, reason="busy")

    assert queues.take_over(now=NOON) == 0
    assert queues.receive(Queue.UPLOADS, max_messages=1, visibility_s=60, now=NOON) == []
    queues.close()
