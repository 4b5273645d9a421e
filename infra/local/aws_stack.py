"""The AWS stack in one process: moto keeps what the template declares, and the local host plays Lambda over it."""

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

import boto3

from infra import wiring
from infra.aws.clients import client, forget
from infra.aws.queues import SqsQueues
from infra.aws.secrets import forget_secrets
from infra.local.aws_resources import make_resources
from infra.local.moto_server import moto_server, moto_within
from infra.local.sqs_source import SqsSource
from infra.local.stack import LocalStack
from infra.local.template import read_plan, read_template
from recommender.errors import Forbidden, InvalidInput

REGION: Final = "eu-west-1"
STACK: Final = "segue-local"
# Only moto ever sees them.
_KEYS: Final = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}


@contextmanager
def aws_services(home: Path, *, within: bool = False) -> Iterator[None]:
    """Make the template's resources in moto and set the environment by which the functions of this process find them.

    The vectors are kept by Qdrant Edge in the home, or by the server that ``VECTOR_INDEX_URL`` names; like moto, the folder starts empty.

    Parameters
    ----------
    within
        Answer this process alone, without a port: faster, but presigned addresses lead nowhere.

    Raises
    ------
    InvalidInput
        If moto is not installed.
    """
    given = os.environ.get("VECTOR_INDEX_URL", "")
    with ExitStack() as opened:
        if within:
            opened.enter_context(moto_within())
            opened.enter_context(_environment(_KEYS))
        else:
            url = opened.enter_context(moto_server())
            opened.enter_context(_environment({**_KEYS, "AWS_ENDPOINT_URL": url}))
        arns = {name: _secret(name, text) for name, text in (("user-key", secrets.token_hex(32)), ("index-key", "none"))}
        parameters = {"VectorIndexUrl": "https://qdrant.local", "VectorIndexKeyArn": arns["index-key"], "UserKeyArn": arns["user-key"]}
        clients = {service: boto3.client(service) for service in ("cloudformation", "s3")}
        told = make_resources(read_template(), stack=STACK, parameters=parameters, clients=clients)
        index = home / "aws-index"
        shutil.rmtree(index, ignore_errors=True)
        here = {"VECTOR_INDEX_URL": given or f"edge:{index}", "SEGUE_HOME": str(home), "METRICS_URL": "prometheus"}
        here["POWERTOOLS_LOG_LEVEL"] = os.environ.get("POWERTOOLS_LOG_LEVEL", "WARNING")
        opened.enter_context(_environment({**told, **here}))
        yield


def aws_stack() -> LocalStack:
    """Return the stack of this process's ``app``, which must be over ``aws_services``."""
    app = wiring.app()
    if not isinstance(app.stores.queues, SqsQueues):
        raise InvalidInput(f"QUEUES_URL={app.settings.queues_url!r}: the AWS stack drains sqs only", code="invalid_setting")
    return LocalStack(read_plan(), sqs_source(), _NoDoor(), hearing_workers=max(1, app.settings.hearing_workers))


def sqs_source() -> SqsSource:
    """Return what receives from the queues of this process's ``app``."""
    app = wiring.app()
    queues = app.stores.queues
    if not isinstance(queues, SqsQueues):
        raise InvalidInput(f"QUEUES_URL={app.settings.queues_url!r} is not sqs", code="invalid_setting")
    return SqsSource(client("sqs"), queues, app.settings.queue_urls)


class _NoDoor:
    """Refuse uploads to the host: here they go to S3's own presigned address."""

    def verify_upload(self, key: str, expires: str, signature: str, *, now: datetime) -> None:  # noqa: ARG002  # refused whatever they are
        raise Forbidden(f"uploads go to S3 on this stack, not to the host: {key!r}", code="not_signed")

    def open_writer(self, key: str) -> NoReturn:
        raise Forbidden(f"uploads go to S3 on this stack, not to the host: {key!r}", code="not_signed")


def _secret(name: str, text: str) -> str:
    made = boto3.client("secretsmanager").create_secret(Name=f"{STACK}/{name}", SecretString=text)
    return str(made["ARN"])


@contextmanager
def _environment(told: Mapping[str, str]) -> Iterator[None]:
    """Set variables for as long as the context is open; clients of another endpoint are forgotten on both sides."""
    former = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    forget()
    forget_secrets()
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        forget()
        forget_secrets()
