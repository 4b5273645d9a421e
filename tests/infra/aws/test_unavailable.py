"""Services that throttle, fail, fall silent or are not there: the domain hears that it may try again later."""

import json
from typing import Any

import pytest

from infra.aws.clients import PATIENCE_S, client, forget
from infra.aws.interactions import DynamoInteractionLog
from infra.aws.objects import S3Objects
from infra.aws.queues import SqsQueues
from infra.aws.table import Table
from infra.aws.tastes import DynamoTasteStore
from infra.local.template import read_plan
from recommender.errors import InvalidInput, Unavailable
from recommender.ports.queues import Queue
from tests.infra.aws.scripted import Reply, answering


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tested")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def impatient(service: str, url: str, monkeypatch: pytest.MonkeyPatch, *, attempts: int = 1, patience_s: float = 1.3) -> Any:
    """Return a client of the server at ``url`` that gives up soon."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    forget()
    return client(service, patience_s=patience_s, attempts=attempts)


def refusal(code: str) -> bytes:
    return json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "scripted"}).encode()


FAULTS: list[Reply] = [
    (400, refusal("ProvisionedThroughputExceededException")),
    (400, refusal("ThrottlingException")),
    (400, refusal("RequestLimitExceeded")),
    (500, refusal("InternalServerError")),
    (503, b"<html>busy</html>"),
    None,
]


@pytest.mark.parametrize("fault", FAULTS)
def test_dynamodb_that_throttles_fails_or_is_silent_is_unavailable(fault: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering([fault]) as url:
        table = Table(impatient("dynamodb", url, monkeypatch), "t", pause=lambda _: None)

        with pytest.raises(Unavailable):
            DynamoTasteStore(table).get("ann")
        with pytest.raises(Unavailable):
            DynamoInteractionLog(table).of_user("ann")


def test_a_server_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = "http://127.0.0.1:9"

    with pytest.raises(Unavailable):
        Table(impatient("dynamodb", nobody, monkeypatch), "t").get(("a", "b"))
    with pytest.raises(Unavailable):
        S3Objects(impatient("s3", nobody, monkeypatch), "bucket").read("key")
    with pytest.raises(Unavailable):
        SqsQueues(impatient("sqs", nobody, monkeypatch), {Queue.UPLOADS: f"{nobody}/1/uploads"}, {}).send(Queue.UPLOADS, ["body"])


def test_a_throttled_call_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"Item": {"pk": {"S": "a"}, "sk": {"S": "b"}, "n": {"N": "7"}}}
    with answering([(400, refusal("ThrottlingException")), (200, json.dumps(found).encode())]) as url:
        table = Table(impatient("dynamodb", url, monkeypatch, attempts=2, patience_s=10.0), "t")

        assert table.get(("a", "b")) == {"pk": "a", "sk": "b", "n": 7}


def test_keys_that_a_throttled_batch_leaves_out_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ({"pk": {"S": name}, "sk": {"S": "s"}} for name in "ab")
    left_out = {"Responses": {"t": [first]}, "UnprocessedKeys": {"t": {"Keys": [second]}}}
    rest = {"Responses": {"t": [second]}, "UnprocessedKeys": {}}
    with answering([(200, json.dumps(answer).encode()) for answer in (left_out, rest)]) as url:
        table = Table(impatient("dynamodb", url, monkeypatch), "t", pause=lambda _: None)

        assert set(table.get_many([("a", "s"), ("b", "s")])) == {("a", "s"), ("b", "s")}


def test_a_transaction_that_rivals_keep_cancelling_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled = {"__type": "x#TransactionCanceledException", "message": "m", "CancellationReasons": [{"Code": "TransactionConflict"}]}
    with answering([(400, json.dumps(cancelled).encode())]) as url:
        table = Table(impatient("dynamodb", url, monkeypatch), "t", pause=lambda _: None)

        with pytest.raises(Unavailable, match="written by others"):
            table.transact([table.delete_action(("a", "b"))])


@pytest.mark.parametrize("service", ["dynamodb", "s3", "sqs", "secretsmanager"])
def test_a_silent_service_is_given_up_well_before_any_function_is_stopped(service: str) -> None:
    forget()

    config = client(service).meta.config

    attempts = config.retries["total_max_attempts"]
    pauses_s = sum(2**attempt for attempt in range(attempts - 1))
    longest_s = attempts * (config.connect_timeout + config.read_timeout) + pauses_s
    assert longest_s <= PATIENCE_S < min(function.timeout_s for function in read_plan().functions)


def test_a_table_that_the_template_does_not_name_is_no_passing_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering([(400, refusal("ResourceNotFoundException"))]) as url:
        table = Table(impatient("dynamodb", url, monkeypatch), "t")

        with pytest.raises(Exception, match="ResourceNotFound") as raised:
            table.get(("a", "b"))

    assert not isinstance(raised.value, Unavailable)


def test_a_queue_without_an_address_is_named() -> None:
    with pytest.raises(InvalidInput, match="ERASURES_QUEUE_URL"):
        SqsQueues(None, {}, {}).send(Queue.ERASURES, ["body"])
