"""What every kind of queues promises to the domain."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.sqlite_queues import SqliteQueues
from recommender.errors import InvalidInput
from recommender.ports.queues import MessageQueues, Queue
from tests.contracts import aws
from tests.fakes.queues import FakeQueues

Received = Callable[[Queue], list[str]]


@pytest.fixture(params=["fake", "sqlite", "sqs"])
def ends(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[MessageQueues, Received]]:
    """Both ends of the queues: where the domain sends, and what a receiver then gets."""
    if request.param == "fake":
        fake = FakeQueues()
        yield fake, fake.take
        return
    if request.param == "sqs":
        with ExitStack() as cleanup:
            sqs = aws.queues(cleanup)
            yield sqs, lambda queue: [message["Body"] for message in aws.received(sqs, queue)]
        return
    with closing(SqliteQueues(tmp_path / "queues.db")) as queues:
        later = datetime.now(UTC) + timedelta(minutes=1)
        yield queues, lambda queue: [message.body for message in queues.receive(queue, max_messages=99, visibility_s=30, now=later)]


def test_each_queue_delivers_what_was_sent_to_it(ends: tuple[MessageQueues, Received]) -> None:
    queues, received = ends

    queues.send(Queue.UPLOADS, ["one", "zwei — 二"])
    queues.send(Queue.UPLOADS, ["one"])
    queues.send(Queue.ERASURES, ["other"])

    assert sorted(received(Queue.UPLOADS)) == ["one", "one", "zwei — 二"]
    assert received(Queue.ERASURES) == ["other"]
    assert received(Queue.METADATA) == []


def test_sending_nothing_sends_nothing(ends: tuple[MessageQueues, Received]) -> None:
    queues, received = ends

    queues.send(Queue.UPLOADS, [])

    assert received(Queue.UPLOADS) == []


def test_a_message_of_256_kb_is_taken_and_one_too_large_is_refused_with_the_whole_call(ends: tuple[MessageQueues, Received]) -> None:
    queues, received = ends
    largest = "ö" * (128 * 1024)

    queues.send(Queue.UPLOADS, [largest])
    with pytest.raises(InvalidInput, match="262145"):
        queues.send(Queue.UPLOADS, ["small", largest + "x"])

    assert received(Queue.UPLOADS) == [largest]
