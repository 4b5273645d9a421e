"""How every queue function answers: each record by itself, the failed ones named so that only they come again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from events.queues import NotJson, OtherBucket
from functions.observation import log_fault, observed, told_of
from infra.tracing import trace_of
from infra.wiring import app
from recommender.ports.queues import Queue

# What no other delivery would make readable.
_UNREADABLE: Final = (ValidationError, NotJson, OtherBucket)


def drain(event: dict[str, Any], context: LambdaContext, take: Callable[[str, int], object]) -> dict[str, Any]:
    """Give each message's body to ``take``, with how often it was delivered; a body whose taking raises is reported as failed."""

    def taken(record: SQSRecord) -> object:
        try:
            done = take(record.body, int(record.attributes.approximate_receive_count or 1))
        except _UNREADABLE as fault:
            _note_failure(record, fault)
            if not _set_aside(record, fault):
                raise
            return None
        except Exception as fault:
            _note_failure(record, fault)
            raise
        _note_success(record)
        return done

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    with observed(context):
        return dict(process_partial_response(event=event, record_handler=taken, processor=processor, context=context))


def _note_success(record: SQSRecord) -> None:
    metrics, queue = app().metrics, _queue_of(record)
    metrics.count("messages", queue=queue, outcome="done")
    sent_ms = int(record.attributes.sent_timestamp or 0)
    if sent_ms:
        metrics.time("message_lag_seconds", max(0.0, datetime.now(UTC).timestamp() - sent_ms / 1000), queue=queue)


def _note_failure(record: SQSRecord, fault: Exception) -> None:
    metrics, queue = app().metrics, _queue_of(record)
    metrics.count("messages", queue=queue, outcome="failed")
    if isinstance(fault, _UNREADABLE):
        metrics.count("unreadable_messages", queue=queue)
    delivery = {"message_id": record.message_id, "delivery": record.attributes.approximate_receive_count}
    trace_id = trace_of({"AWSTraceHeader": record.attributes.aws_trace_header or ""})
    log_fault("a message failed", fault, queue=queue, **delivery, **({"trace_id": trace_id} if trace_id else {}))


def _set_aside(record: SQSRecord, fault: Exception) -> bool:
    """Put a message that nothing will ever understand among the dead letters, with the reason; return whether its queue is known."""
    queue = _queue_of(record)
    if queue not in set(Queue):
        return False
    app().stores.queues.bury(Queue(queue), record.body, reason=json.dumps(_complaints(fault)))
    return True


def _complaints(fault: Exception) -> list[str]:
    if isinstance(fault, OtherBucket):
        return [fault.code]
    complaints: list[str] = told_of(fault).get("complaints", ["not JSON"])
    return complaints


def _queue_of(record: SQSRecord) -> str:
    # on AWS a queue is named after its stack and its resource, as prod-InteractionsQueue-1A2B3C
    name = (record.event_source_arn or "").rsplit(":", maxsplit=1)[-1].lower()
    return next((queue.value for queue in Queue if queue.value in name), "other")
