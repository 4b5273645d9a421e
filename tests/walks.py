"""Walk the product through its handlers, as API Gateway, SQS and S3 would call them."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, unquote, urlsplit

import httpx
import numpy as np
import pytest
import soundfile

from functions import erase_user, gateway, ingest_track, record_interactions, search_tracks
from infra import wiring
from infra.local import first_key
from infra.local.aws_stack import aws_services, sqs_source
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
    """Call the handlers over one app's stores.

    Parameters
    ----------
    source
        What receives from the queues; the app's own queues where they can.

    Attributes
    ----------
    key
        API key or token that every call sends, the administrator's to begin with; none while it is ``None``.
    """

    def __init__(self, app: App, *, source: Any = None) -> None:
        self.app = app
        self.key: str | None = None
        self.source = source or app.stores.queues

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None) -> Answer:
        """Send one HTTP request to the function that the template routes it to."""
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {"content-type": "application/json", **({"authorization": f"Bearer {self.key}"} if self.key else {})},
            "queryStringParameters": dict(query) if query else None,
            "requestContext": {"http": {"method": method, "path": path}, "stage": "$default", "requestId": "tested"},
            "isBase64Encoded": False,
            "body": None if body is None else json.dumps(body),
        }
        handler = search_tracks.handler if path == "/search" else gateway.handler
        answer = handler(event, Context())
        said, kind = answer.get("body"), str((answer.get("headers") or {}).get("Content-Type", "application/json"))
        return Answer(int(answer["statusCode"]), (json.loads(said) if "json" in kind else said) if said else None)

    def drain(self, queue: Queue) -> int:
        """Give everything that waits to its function; return how many messages failed."""
        failed = 0
        while batch := self.source.receive(queue, max_messages=10, visibility_s=60, now=datetime.now(UTC)):
            answer = CONSUMERS[queue](sqs_event(*((message.message_id, message.body) for message in batch), queue=queue.value), Context())
            failed += len(answer["batchItemFailures"])
            self.source.delete(queue, [message.receipt for message in batch])
        return failed

    def upload(self, file: Path, *, filename: str | None = None, metadata: Mapping[str, object] | None = None) -> str:
        """Take a file through the upload walk up to the queue and return its track id."""
        said = {"filename": filename or file.name, **({"metadata": metadata} if metadata else {})}
        begun = self.call("POST", "/uploads", body=said)
        self.put(begun.body, file.read_bytes())
        return str(begun.body["track_id"])

    def put(self, target: Mapping[str, Any], content: bytes) -> None:
        """Send a file where ``POST /uploads`` said."""
        key = unquote(urlsplit(target["url"]).path).removeprefix("/objects/")
        self.app.stores.objects.put(key, content)
        self.app.stores.queues.send(Queue.UPLOADS, [json.dumps(s3_notification(key, len(content)))])


class AwsWalk(Walk):
    """Call the handlers over the AWS stack: what is put into the bucket is announced by the bucket itself."""

    def put(self, target: Mapping[str, Any], content: bytes) -> None:
        """Send a file to the presigned address."""
        sent = httpx.request(target["method"], target["url"], content=content, headers=target["headers"], trust_env=False)
        assert sent.status_code == 200


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
            walk = Walk(wiring.app())
            walk.key = first_key.ensure(home, walk.app)
            yield walk
        finally:
            wiring.reset()


@contextmanager
def aws(home: Path) -> Iterator[Walk]:
    """Open the AWS stack as this process's app: the template's resources in moto, the vectors in ``home``."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("VECTOR_INDEX_URL", raising=False)
        environment.setenv("HEARING_WORKERS", "0")
        wiring.reset()
        with aws_services(home):
            try:
                walk = AwsWalk(wiring.app(), source=sqs_source())
                home.mkdir(parents=True, exist_ok=True)
                walk.key = first_key.ensure(home, walk.app)
                yield walk
            finally:
                wiring.reset()


def keyed() -> dict[str, str]:
    """Return the header by which a request shows the key of this process's embedded stack."""
    return {"authorization": f"Bearer {first_key.credential_in(wiring.app().settings.home)}"}


def sqs_event(*messages: tuple[str, str], queue: str = "tested") -> dict[str, Any]:
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
                "eventSourceARN": f"arn:aws:sqs:eu-west-1:000000000000:{queue}",
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
