"""Make whole tracks of uploads and of metadata."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from events.queues import S3Notification, ingest_message
from functions.batches import drain
from infra.wiring import app


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Ingest a batch of messages; a passing fault fails its record alone, a lasting one is noted on the track."""
    return drain(event, context, _ingest)


def _ingest(body: str, attempt: int) -> None:
    message = ingest_message(body)
    if isinstance(message, S3Notification):
        for key in message.created_keys(bucket=app().stores.bucket):
            heard = app().ingest.hear(key, now=datetime.now(UTC), attempt=attempt)
            if heard is not None and heard.rejection is not None:
                app().metrics.count("ingest_rejections", reason=heard.rejection.code)
    else:
        app().ingest.read(message.track_ids)
