"""Walk the product through its handlers, as API Gateway, SQS and S3 would call them."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, unquote, urlsplit

import numpy as np
import pytest
import soundfile

from functions import erase_user, gateway, ingest_track, record_interactions, search_tracks
from infra import wiring
from infra.wiring import App
from recommender.ports.queues import Queue

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
CONSUMERS: Mapping[Queue, Handler] = {
    Queue.UPLOADS: ingest_track.handler,
    Queue.METADATA: ingest_track.handler,
    Queue.INTERACTIONS: record_interactions.handler,
    Queue.ERASURES: erase_user.handler,
}


class Context:
    """What Lambda tells a handler of its surroundings."""

    function_name = "tested"
    function_version = "1"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:eu-west-1:000000000000:function:tested"
    aws_request_id = "tested"

    def get_remaining_time_in_millis(self) -> int:
        """Return plenty."""
        return 30_000


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read."""

    status: int
    body: Any


class Walk:
    """Call the handlers over one app's stores."""

    def __init__(self, app: App) -> None:
        self.app = app

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None) -> Answer:
        """Send one HTTP request to the function that the template routes it to."""
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {"content-type": "application/json"},
            "queryStringParameters": dict(query) if query else None,
            "requestContext": {"http": {"method": method, "path": path}, "stage": "$default", "requestId": "tested"},
            "isBase64Encoded": False,
            "body": None if body is None else json.dumps(body),
        }
        handler = search_tracks.handler if path == "/search" else gateway.handler
        answer = handler(event, Context())
        return Answer(int(answer["statusCode"]), json.loads(answer["body"]) if answer.get("body") else None)

    def drain(self, queue: Queue) -> int:
        """Give everything that waits to its function; return how many messages failed."""
        failed = 0
        while batch := self.app.stores.queues.receive(queue, max_messages=10, visibility_s=60, now=datetime.now(UTC)):
            answer = CONSUMERS[queue](sqs_event(*((message.message_id, message.body) for message in batch)), Context())
            failed += len(answer["batchItemFailures"])
            self.app.stores.queues.delete(queue, [message.receipt for message in batch])
        return failed

    def upload(self, file: Path, *, filename: str | None = None, metadata: Mapping[str, object] | None = None) -> str:
        """Take a file through the upload walk up to the queue and return its track id."""
        said = {"filename": filename or file.name, **({"metadata": metadata} if metadata else {})}
        begun = self.call("POST", "/uploads", body=said)
        key = unquote(urlsplit(begun.body["url"]).path).removeprefix("/objects/")
        self.app.stores.objects.put(key, file.read_bytes())
        self.app.stores.queues.send(Queue.UPLOADS, [json.dumps(s3_notification(key, file.stat().st_size))])
        return str(begun.body["track_id"])


@contextmanager
def embedded(home: Path) -> Iterator[Walk]:
    """Open an embedded stack in ``home`` as this process's app, whatever the environment says."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("VECTOR_INDEX_URL", "STATE_URL", "OBJECTS_URL", "QUEUES_URL"):
            environment.delenv(name, raising=False)
        environment.setenv("SEGUE_HOME", str(home))
        environment.setenv("HEARING_WORKERS", "0")
        wiring.reset()
        try:
            yield Walk(wiring.app())
        finally:
            wiring.reset()


def sqs_event(*messages: tuple[str, str]) -> dict[str, Any]:
    """Return messages as SQS hands them to a function."""
    return {
        "Records": [
            {
                "messageId": message_id,
                "receiptHandle": message_id,
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795435200000"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:000000000000:tested",
                "awsRegion": "eu-west-1",
            }
            for message_id, body in messages
        ]
    }


def s3_notification(key: str, size: int) -> dict[str, Any]:
    """Return what S3 sends when an object was created."""
    record = {
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "tested"}, "object": {"key": quote_plus(key, safe="/"), "size": size}},
    }
    return {"Records": [record]}


def tone(path: Path, *, hertz: float, seconds: float = 3.0, rate: int = 22_050) -> Path:
    """Write a pulsing tone: two of them an octave apart sound unlike, and the same one twice sounds the same."""
    time = np.arange(int(seconds * rate)) / rate
    pulse = 0.5 + 0.5 * np.sign(np.sin(2 * np.pi * 2 * time))
    wave = 0.4 * pulse * sum(np.sin(2 * np.pi * hertz * part * time) / part for part in (1, 2, 3))
    soundfile.write(path, wave.astype(np.float32), rate)
    return path
