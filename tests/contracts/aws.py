"""AWS in this process: moto's tables, bucket and queues, made empty for each adapter that asks for them."""

from contextlib import ExitStack
from functools import cache
from itertools import count
from typing import Any, Final

import boto3
from moto import mock_aws

from infra.aws.queues import SqsQueues
from infra.aws.table import Table
from infra.aws.tables import TableSchema, definition
from infra.local.moto_speed import quick_moto
from recommender.ports.queues import Queue

BUCKET: Final = "segue-tested"
_NUMBERS: Final = count()


@cache
def client(service: str) -> Any:
    """Return a client that only moto ever answers; making one takes long, so that all tests share it."""
    place = {"region_name": "eu-west-1", "aws_access_key_id": "tested", "aws_secret_access_key": "tested"}
    return boto3.client(service, **place)  # type: ignore[call-overload]  # the overloads list every service by name


def table(schema: TableSchema, cleanup: ExitStack) -> Table:
    """Return an empty table."""
    cleanup.enter_context(mock_aws())
    cleanup.enter_context(quick_moto())
    dynamodb, prefix = client("dynamodb"), f"tested{next(_NUMBERS)}"
    dynamodb.create_table(**definition(schema, prefix))
    return Table(dynamodb, f"{prefix}-{schema.name}", pause=lambda _: None)


def bucket(cleanup: ExitStack) -> tuple[Any, str]:
    """Return a client of S3 and an empty bucket's name."""
    cleanup.enter_context(mock_aws())
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return s3, BUCKET


def queues(cleanup: ExitStack) -> SqsQueues:
    """Return empty queues, each with its dead letters."""
    cleanup.enter_context(mock_aws())
    sqs = client("sqs")
    urls: dict[Queue, str] = {queue: sqs.create_queue(QueueName=queue.value)["QueueUrl"] for queue in Queue}
    dead: dict[Queue, str] = {queue: sqs.create_queue(QueueName=f"{queue.value}-dead")["QueueUrl"] for queue in Queue}
    return SqsQueues(sqs, urls, dead, pause=lambda _: None)


def received(queues: SqsQueues, queue: Queue, *, dead: bool = False) -> list[dict[str, Any]]:
    """Take everything that waits in a queue, or among its dead letters."""
    url = (queues._dead_letters if dead else queues._urls)[queue]
    found: list[dict[str, Any]] = []
    while batch := client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get("Messages"):
        found += batch
    return found
