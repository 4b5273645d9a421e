"""Queues, files and secrets on AWS, beyond what the contracts say."""

import io
from contextlib import ExitStack
from typing import Any

import pytest
from moto import mock_aws

from infra.aws.objects import S3Objects
from infra.aws.queues import REASON, SqsQueues
from infra.aws.secrets import read_secret
from recommender.errors import InvalidInput, NotFound, Unavailable
from recommender.ports.queues import Queue
from tests.contracts import aws

MEGABYTE = 1024 * 1024


class HalfDeaf:
    """SQS that takes the first half of each batch, as it may when it is busy, and notes what it took."""

    def __init__(self, *, deaf: int, sender_fault: bool = False) -> None:
        self.taken: list[str] = []
        self.calls = 0
        self._deaf, self._sender_fault = deaf, sender_fault

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: ARG002, N803  # boto3's names
        self.calls += 1
        cut = len(Entries) // 2 if self.calls <= self._deaf else len(Entries)
        self.taken += [entry["MessageBody"] for entry in Entries[:cut]]
        lost = [{"Id": entry["Id"], "SenderFault": self._sender_fault, "Code": "InternalError"} for entry in Entries[cut:]]
        return {"Successful": [], **({"Failed": lost} if lost else {})}


def queues(client: HalfDeaf) -> SqsQueues:
    return SqsQueues(client, {Queue.UPLOADS: "u"}, {}, pause=lambda _: None)


def test_messages_that_a_batch_leaves_out_are_sent_again_and_no_others() -> None:
    client = HalfDeaf(deaf=3)

    queues(client).send(Queue.UPLOADS, [str(number) for number in range(10)])

    assert sorted(client.taken, key=int) == [str(number) for number in range(10)]


def test_a_queue_that_never_takes_a_message_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="1 of 1"):
        queues(HalfDeaf(deaf=99)).send(Queue.UPLOADS, ["body"])


def test_a_message_that_sqs_refuses_is_not_sent_again() -> None:
    with pytest.raises(InvalidInput, match="refuses"):
        queues(HalfDeaf(deaf=99, sender_fault=True)).send(Queue.UPLOADS, ["body"])


def test_many_and_large_messages_go_in_batches_that_sqs_takes(cleanup: ExitStack) -> None:
    sqs = aws.queues(cleanup)
    bodies = [f"{number:03d}" + "x" * (100 * 1024) for number in range(7)] + [f"{number:03d}" for number in range(7, 40)]

    sqs.send(Queue.UPLOADS, bodies)

    assert sorted(message["Body"] for message in aws.received(sqs, Queue.UPLOADS)) == bodies


def test_a_buried_message_lies_among_the_dead_with_its_reason(cleanup: ExitStack) -> None:
    sqs = aws.queues(cleanup)

    sqs.bury(Queue.METADATA, "body", reason="tracks:\tä\x00 " + "long " * 1000)

    (letter,) = aws.received(sqs, Queue.METADATA, dead=True)
    reason = letter["MessageAttributes"][REASON]["StringValue"]
    assert (letter["Body"], reason[:11], len(reason)) == ("body", "tracks: ä  ", 1000)


def test_a_large_object_goes_in_parts_and_comes_back_whole(cleanup: ExitStack) -> None:
    client, bucket = aws.bucket(cleanup)
    objects = S3Objects(client, bucket)
    content = bytes(range(256)) * (20 * MEGABYTE // 256) + b"end"

    objects.put("models/large", io.BytesIO(content))

    assert objects.size("models/large") == len(content)
    assert objects.read("models/large") == content
    assert client.head_object(Bucket=bucket, Key="models/large")["ETag"].strip('"').endswith("-3")


class Torn(io.BytesIO):
    """A stream that breaks after sixteen megabytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= 16 * MEGABYTE:
            raise ConnectionResetError
        return super().read(size)


def test_an_upload_that_breaks_leaves_neither_an_object_nor_parts_to_be_paid_for(cleanup: ExitStack) -> None:
    client, bucket = aws.bucket(cleanup)
    objects = S3Objects(client, bucket)

    with pytest.raises(ConnectionResetError):
        objects.put("key", Torn(b"x" * (20 * MEGABYTE)))

    assert objects.size("key") is None
    assert client.list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []


def test_a_lent_file_is_gone_when_it_is_given_back(cleanup: ExitStack) -> None:
    objects = S3Objects(*aws.bucket(cleanup))
    objects.put("folder/" + "ö" * 250 + ".wav", b"sound")

    with objects.as_file("folder/" + "ö" * 250 + ".wav") as path:
        lent = (path.read_bytes(), path.suffix)

    assert lent == (b"sound", ".wav")
    assert not path.exists()
    with pytest.raises(NotFound), objects.as_file("missing.wav"):
        pass


def test_a_secret_is_its_text_and_a_missing_one_is_named() -> None:
    with mock_aws():
        client = aws.client("secretsmanager")
        arn = client.create_secret(Name="key", SecretString="swordfish")["ARN"]

        assert read_secret(client, arn) == "swordfish"
        with pytest.raises(InvalidInput, match="nothing"):
            read_secret(client, "arn:nothing")
