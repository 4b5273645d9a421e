"""Messages of queues, malformed in every way: never a fault, the unreadable among the dead letters with a reason, the others done."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.ports.queues import Queue
from tests.fuzz.drawn import JSON, MONSTERS, bent
from tests.walks import CONSUMERS, Context, Walk, embedded, s3_notification, sqs_event

ACT: Final = {"interaction_id": "i1", "user": "a" * 64, "track_id": "t1", "kind": "play", "at": "2026-06-01T12:00:00Z", "heard_ms": 1000}
RIGHT: Final[Mapping[Queue, Any]] = {
    Queue.INTERACTIONS: {"interactions": [ACT]},
    Queue.UPLOADS: s3_notification("uploads/t1/song.flac", 3),
    Queue.METADATA: {"track_ids": ["t1"]},
    Queue.ERASURES: {"receipt_id": "r1", "user": "b" * 64, "asked_at": "2026-06-01T12:00:00Z"},
}


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """An empty stack: nothing of what the messages name is there."""
    with embedded(tmp_path_factory.mktemp("messages") / "home") as opened:
        yield opened


def bodies(queue: Queue) -> st.SearchStrategy[str]:
    right = RIGHT[queue]
    return st.one_of(bent(right).map(json.dumps), JSON.map(json.dumps), MONSTERS, st.text(max_size=20))


@pytest.mark.parametrize("queue", list(Queue))
@given(drawn=st.data())
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("walk")
def test_any_message_is_done_or_buried_with_a_reason_and_stops_no_other(queue: Queue, drawn: st.DataObject) -> None:
    right, body = json.dumps(RIGHT[queue]), drawn.draw(bodies(queue))
    event = sqs_event(("before", right), ("drawn", body), ("after", right), queue=queue.value)

    answer = CONSUMERS[queue](event, Context())

    assert answer == {"batchItemFailures": []}


@pytest.mark.parametrize("queue", list(Queue))
@pytest.mark.parametrize("body", ["{", "[" * 100_000, "1" * 10_000, '{"other": 1}'])
def test_what_nothing_will_ever_understand_is_among_the_dead_letters_with_the_reason(walk: Walk, queue: Queue, body: str) -> None:
    before = len(walk.app.stores.queues.dead(queue))

    answer = CONSUMERS[queue](sqs_event(("drawn", body), queue=queue.value), Context())

    dead = walk.app.stores.queues.dead(queue)
    assert (answer, len(dead)) == ({"batchItemFailures": []}, before + 1)
    assert (dead[-1].body, bool(dead[-1].reason)) == (body, True)
