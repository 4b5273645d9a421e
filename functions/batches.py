"""How every queue function answers: each record by itself, the failed ones named so that only they come again."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext


def drain(event: dict[str, Any], context: LambdaContext, take: Callable[[str, int], object]) -> dict[str, Any]:
    """Give each message's body to ``take``, with how often it was delivered; a body whose taking raises is reported as failed."""

    def taken(record: SQSRecord) -> object:
        return take(record.body, int(record.attributes.approximate_receive_count or 1))

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event=event, record_handler=taken, processor=processor, context=context))
