"""A user is taken out of the queues of one machine, waiting or dead, and others are left."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.listening import InteractionsMessage, RecordedInteraction
from infra.sqlite_queues import SqliteQueues
from recommender.interactions import Kind
from recommender.ports.queues import Queue

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
ANN, BEN = "a" * 32, "b" * 32


@pytest.fixture
def queues(tmp_path: Path) -> Iterator[SqliteQueues]:
    with closing(SqliteQueues(tmp_path / "queues.db", clock=lambda: NOON)) as opened:
        yield opened


def message(*users: str) -> str:
    told = [RecordedInteraction(interaction_id=f"{user[:12]}.i", user=user, track_id="t", kind=Kind.PLAY, at=NOON) for user in users]
    return InteractionsMessage(interactions=told, lives=dict.fromkeys(users, "1.0")).model_dump_json()


def waiting(queues: SqliteQueues) -> list[str]:
    return [one.body for one in queues.receive(Queue.INTERACTIONS, max_messages=10, visibility_s=1, now=NOON)]


def test_only_the_users_own_interactions_are_taken_out(queues: SqliteQueues) -> None:
    queues.send(Queue.INTERACTIONS, [message(ANN), message(ANN, BEN), message(BEN)])

    held = queues.erase(ANN)

    assert held == 2
    assert waiting(queues) == [message(BEN), message(BEN)]


def test_dead_letters_go_too_also_those_that_cannot_be_read(queues: SqliteQueues, tmp_path: Path) -> None:
    for body in (f'{{"user": "{ANN}"', message(ANN, BEN), "unreadable"):
        queues.bury(Queue.INTERACTIONS, body, reason="cannot be read")

    queues.erase(ANN)

    assert [letter.body for letter in queues.dead(Queue.INTERACTIONS)] == [message(BEN), "unreadable"]
    assert all(ANN[:12].encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_message_in_work_is_ended_as_ever(queues: SqliteQueues) -> None:
    queues.send(Queue.INTERACTIONS, [message(ANN, BEN)])
    (taken,) = queues.receive(Queue.INTERACTIONS, max_messages=1, visibility_s=60, now=NOON)

    queues.erase(ANN)

    assert queues.delete(Queue.INTERACTIONS, [taken.receipt]) == 1


def test_dead_letters_leave_after_their_time(queues: SqliteQueues) -> None:
    queues.bury(Queue.INTERACTIONS, "old", reason="cannot be read")
    queues.send(Queue.INTERACTIONS, ["waits"])

    early, late = queues.expire(NOON), queues.expire(NOON + timedelta(seconds=1))

    assert (early, late, queues.dead(Queue.INTERACTIONS)) == (0, 1, [])
    assert waiting(queues) == ["waits"]
