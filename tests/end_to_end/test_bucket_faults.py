"""What may come out of a bucket and off a queue of AWS that nobody wants to hear: each is dealt with, and the next one is heard."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.burst import acts, message_of, wrong
from functions import ingest_track, record_interactions
from infra.aws.clients import client
from infra.aws.queues import REASON
from recommender.errors import NotFound
from recommender.ports.queues import Queue
from recommender.tracks import TrackStatus
from tests.walks import Context, Walk, aws, sqs_event, tone


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Walk]:
    """An empty AWS stack."""
    with aws(tmp_path / "home") as opened:
        yield opened


def put(walk: Walk, key: str, content: bytes) -> None:
    """Put an object past the API, as a console or a script does."""
    client("s3").put_object(Bucket=walk.app.stores.bucket, Key=key, Body=content)


def tracks(walk: Walk) -> dict[str, tuple[TrackStatus, str | None]]:
    """Return where each track stands, and why it was rejected, by title."""
    found = walk.app.stores.catalog.scroll(after=None, limit=20)
    return {track.metadata.title: (track.status, track.rejection.code if track.rejection else None) for track in found}


def dead(walk: Walk, queue: Queue) -> list[dict[str, Any]]:
    """Return the dead letters of a queue."""
    url = walk.app.settings.dead_letter_urls[queue]
    found: list[dict[str, Any]] = (
        client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get("Messages", [])
    )
    return found


def test_test_events_folders_empty_and_odd_files_leave_the_good_ones_heard(stack: Walk, tmp_path: Path) -> None:
    good = tone(tmp_path / "good.wav", hertz=220).read_bytes()
    put(stack, "uploads/Ada Ö/", b"")
    put(stack, "uploads/Ada Ö/Blå + 50% & 曲/01 Nothing.wav", b"")
    put(stack, "uploads/Ada Ö/Blå + 50% & 曲/02 No sound.wav", b"this is no sound")
    put(stack, "uploads/Ada Ö/Blå + 50% & 曲/03 Ágætis=byrjun?.wav", good)
    put(stack, "elsewhere/04 Not an upload.wav", good)

    assert stack.drain(Queue.UPLOADS) == 0

    standing = tracks(stack)
    assert standing["Nothing"] == (TrackStatus.REJECTED, "empty")
    assert standing["No sound"][0] is TrackStatus.REJECTED
    assert standing["Ágætis=byrjun?"] == (TrackStatus.READY, None)
    assert len(standing) == 3
    (heard,) = [track for track in stack.app.stores.catalog.scroll(after=None, limit=9) if track.status is TrackStatus.READY]
    assert (heard.metadata.artists, heard.metadata.album) == (("Ada Ö",), "Blå + 50% & 曲")


def test_an_upload_that_is_deleted_before_it_is_heard_says_so_on_its_track(stack: Walk, tmp_path: Path) -> None:
    track_id = stack.upload(tone(tmp_path / "Gone.wav", hertz=220))
    (key,) = stack.app.stores.objects.keys("uploads/")

    stack.app.stores.objects.delete(key)

    assert stack.drain(Queue.UPLOADS) == 0
    shown = stack.call("GET", f"/tracks/{track_id}")
    assert (shown.body["status"], shown.body["reason"]["code"]) == ("rejected", "gone")
    with pytest.raises(NotFound, match=r"Gone\.wav"):
        stack.app.stores.objects.read(key)


def test_another_buckets_notification_is_set_aside_with_the_reason(stack: Walk) -> None:
    body = json.dumps(
        {
            "Records": [
                {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "theirs"}, "object": {"key": "uploads/a.wav", "size": 9}}}
            ]
        }
    )

    answer = ingest_track.handler(sqs_event(("m1", body), queue="segue-uploads"), Context())

    assert answer["batchItemFailures"] == []
    (letter,) = dead(stack, Queue.UPLOADS)
    assert letter["Body"] == body
    assert json.loads(letter["MessageAttributes"][REASON]["StringValue"]) == ["other_bucket"]
    assert tracks(stack) == {}


@pytest.mark.parametrize("body", ["not JSON", "[]", '{"interactions": [{"user": "u"}]}', '{"track_ids": "ää\\u0000"}'])
def test_a_message_that_nobody_understands_is_set_aside_with_the_reason_and_counted(stack: Walk, body: str) -> None:
    stack.app.stores.queues.send(Queue.INTERACTIONS, [body])

    assert stack.drain(Queue.INTERACTIONS) == 0

    (letter,) = dead(stack, Queue.INTERACTIONS)
    assert letter["Body"] == body
    assert json.loads(letter["MessageAttributes"][REASON]["StringValue"])
    assert 'unreadable_messages_total{queue="interactions"} 1' in (stack.app.metrics.text() or "")


def test_a_message_that_keeps_failing_is_given_up_after_five_deliveries(stack: Walk) -> None:
    body = json.dumps({"interactions": []})
    stack.app.stores.queues.send(Queue.INTERACTIONS, [body])

    deliveries = 0
    while batch := stack.source.receive(Queue.INTERACTIONS, max_messages=10, visibility_s=60, now=None):
        deliveries += len(batch)
        stack.source.release(Queue.INTERACTIONS, [message.receipt for message in batch], delay_s=0, now=None, reason="")

    assert deliveries == 5
    assert [letter["Body"] for letter in dead(stack, Queue.INTERACTIONS)] == [body]
    assert record_interactions.handler(sqs_event(("m", body)), Context())["batchItemFailures"] == []


def test_a_burst_with_messages_delivered_twice_is_recorded_once_each(stack: Walk) -> None:
    told = acts(60, now=datetime.now(UTC), rng=random.Random(7))  # noqa: S311  # a test repeats itself
    bodies = [message_of(act) for act in told]

    stack.app.stores.queues.send(Queue.INTERACTIONS, [*bodies, *bodies[::3]])
    failed = stack.drain(Queue.INTERACTIONS)

    assert (failed, wrong(stack.app, told, now=datetime.now(UTC))) == (0, [])
