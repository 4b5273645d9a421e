"""The receiving end of the local queues: visibility, receipts, retries and the dead."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.sqlite_queues import Depth, Message, SqliteQueues
from recommender.ports.queues import Queue

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
UPLOADS = Queue.UPLOADS


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def take(queues: SqliteQueues, *, at: float = 0.0, most: int = 10) -> list[Message]:
    return queues.receive(UPLOADS, max_messages=most, visibility_s=30, now=after(at))


def fail(queues: SqliteQueues, message: Message, *, at: float = 0.0, reason: str = "no luck") -> int:
    return queues.release(UPLOADS, [message.receipt], delay_s=5, now=after(at), reason=reason)


@pytest.fixture
def queues(tmp_path: Path) -> Iterator[SqliteQueues]:
    with closing(SqliteQueues(tmp_path / "queues.db", max_receives=2, clock=lambda: NOON)) as opened:
        yield opened


def test_messages_come_in_the_order_they_were_sent(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a", "b", "c"])

    first, rest = take(queues, most=2), take(queues)

    assert [message.body for message in first + rest] == ["a", "b", "c"]
    assert (first[0].receive_count, first[0].sent_at) == (1, NOON)
    assert len({message.message_id for message in first + rest}) == 3


def test_a_message_in_hand_is_hidden_until_its_time_is_over(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])
    (first,) = take(queues)

    hidden, again = take(queues, at=29.9), take(queues, at=30)

    assert hidden == []
    assert [(message.message_id, message.receive_count) for message in again] == [(first.message_id, 2)]


def test_a_deleted_message_never_comes_back(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a", "b"])
    first, second = take(queues)

    assert queues.delete(UPLOADS, [first.receipt, "unknown"]) == 1

    assert [message.message_id for message in take(queues, at=60)] == [second.message_id]


def test_a_receipt_that_was_overtaken_ends_nothing(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])
    (late,) = take(queues)
    (current,) = take(queues, at=31)

    assert (queues.delete(UPLOADS, [late.receipt]), fail(queues, late)) == (0, 0)

    assert queues.delete(UPLOADS, [current.receipt]) == 1


def test_a_receipt_is_good_in_its_own_queue_only(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])
    (message,) = take(queues)

    assert queues.delete(Queue.ERASURES, [message.receipt]) == 0


def test_a_failed_message_is_visible_again_after_its_delay(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])
    (message,) = take(queues)

    assert fail(queues, message) == 1

    assert take(queues, at=4.9) == []
    assert [again.receive_count for again in take(queues, at=5)] == [2]


def test_a_message_that_failed_too_often_is_dead_with_its_last_reason(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])
    (first,) = take(queues)
    fail(queues, first, reason="first")
    (second,) = take(queues, at=10)
    fail(queues, second, at=11, reason="the store is full")

    (dead,) = queues.dead(UPLOADS)

    assert (dead.message_id, dead.body, dead.receive_count, dead.died_at) == (first.message_id, "a", 2, after(11))
    assert dead.reason == "the store is full"
    assert take(queues, at=99) == []


def test_a_message_whose_handlers_die_is_given_up_with_a_reason(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])
    take(queues)
    take(queues, at=31)

    assert take(queues, at=62) == []

    assert [dead.reason for dead in queues.dead(UPLOADS)] == [
        "it was received 2 times and never finished: its handler died or ran out of time"
    ]


def test_the_dead_return_with_all_their_tries_before_them(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])
    for at in (0, 31):
        (message,) = take(queues, at=at)
    fail(queues, message, at=31)

    assert queues.redrive(UPLOADS) == 1

    assert queues.dead(UPLOADS) == []
    assert [again.receive_count for again in take(queues, at=31)] == [1]


def test_a_message_handed_back_has_not_used_up_a_try(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])
    (message,) = take(queues)

    assert queues.hand_back(UPLOADS, [message.receipt], now=NOON) == 1

    assert [again.receive_count for again in take(queues)] == [1]


def test_depth_counts_what_waits_what_is_in_hand_and_what_is_dead(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a", "b", "c", "d"])
    dies, delayed, _ = take(queues, most=3)
    fail(queues, dies)
    fail(queues, delayed)
    (dies,) = [message for message in take(queues, at=5, most=2) if message.body == "a"]
    fail(queues, dies, at=5)

    depth = queues.depth(UPLOADS, now=after(7))

    assert depth == Depth(waiting=1, in_flight=2, dead=1, oldest_s=7.0)
    assert queues.depth(Queue.METADATA, now=NOON) == Depth(waiting=0, in_flight=0, dead=0, oldest_s=None)


def test_receivers_at_once_get_each_message_once(queues: SqliteQueues, tmp_path: Path) -> None:
    queues.send(UPLOADS, [str(number) for number in range(200)])

    with closing(SqliteQueues(tmp_path / "queues.db")) as other, ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda number: take((queues, other)[number % 2], most=7), range(40)))

    bodies = [message.body for batch in taken for message in batch]
    assert sorted(bodies, key=int) == [str(number) for number in range(200)]


def test_messages_outlive_the_queues_that_took_them(tmp_path: Path) -> None:
    with closing(SqliteQueues(tmp_path / "queues.db", clock=lambda: NOON)) as before:
        before.send(UPLOADS, ["a"])

    with closing(SqliteQueues(tmp_path / "queues.db")) as restarted:
        assert [message.body for message in take(restarted)] == ["a"]


def test_what_was_sent_before_the_clock_was_turned_back_is_received_at_once(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])

    taken = take(queues, at=-3 * 86_400)

    assert [message.body for message in taken] == ["a"]


def test_what_failed_before_the_clock_was_turned_back_is_tried_again(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])
    (message,) = take(queues)
    fail(queues, message)

    taken = take(queues, at=-3 * 86_400)

    assert [message.receive_count for message in taken] == [2]


def test_what_is_in_hand_stays_hidden_when_the_clock_is_turned_back(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])
    take(queues)

    again = take(queues, at=-3 * 86_400)

    assert again == []


def test_no_message_is_of_a_time_to_come(queues: SqliteQueues) -> None:
    queues.send(UPLOADS, ["a"])

    found = queues.depth(UPLOADS, now=after(-60))

    assert found.oldest_s == 0.0
