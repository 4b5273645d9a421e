"""The events that queues, uploads and schedules hand to a function, in AWS's shapes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from infra.local.drained import QueuedMessage
from infra.local.gateway_event import ACCOUNT, REGION
from recommender.ports.queues import Queue


def sqs_event(queue: Queue, messages: Sequence[QueuedMessage]) -> dict[str, Any]:
    """Return a batch of messages as SQS hands it over."""
    return {"Records": [_record(queue, message) for message in messages]}


def failed_ids(answer: object) -> set[str]:
    """Return the message ids that a handler reports as failed (``batchItemFailures``)."""
    failures = answer.get("batchItemFailures") if isinstance(answer, Mapping) else None
    return {str(failure["itemIdentifier"]) for failure in failures or ()}


def upload_body(key: str, *, size: int, etag: str, now: datetime) -> str:
    """Return the message that S3 sends to a queue when an object was put."""
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": _rfc3339(now),
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": "local", "arn": "arn:aws:s3:::local"},
            "object": {"key": quote_plus(key, safe="/"), "size": size, "eTag": etag},
        },
    }
    return json.dumps({"Records": [record]})


def schedule_event(name: str, *, event_id: str, now: datetime) -> dict[str, Any]:
    """Return what EventBridge hands over when a schedule is due."""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": _rfc3339(now),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"],
        "detail": {},
    }


def _record(queue: Queue, message: QueuedMessage) -> dict[str, Any]:
    return {
        "messageId": message.message_id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.receive_count),
            "SentTimestamp": str(int(message.sent_at.timestamp() * 1000)),
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue.value}",
        "awsRegion": REGION,
    }


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
