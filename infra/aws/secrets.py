"""Secrets of AWS Secrets Manager, read once a process."""

from functools import cache
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.aws.clients import client
from infra.aws.faults import answered, code_of
from recommender.errors import InvalidInput

_SERVICE: Final = "secretsmanager"
_WRONG: Final = frozenset({"ResourceNotFoundException", "InvalidParameterException", "InvalidRequestException", "ValidationException"})


@cache
def secret(arn: str) -> str:
    """Return a secret's text; a new value is seen by new processes.

    Raises
    ------
    InvalidInput
        If there is no such secret, or no text in it.
    Unavailable
        If it cannot be read now; the next call asks again.
    """
    return read_secret(client(_SERVICE), arn)


def read_secret(asked: Any, arn: str) -> str:
    """Return a secret's text from a client of Secrets Manager; raises like ``secret``."""
    try:
        with answered(_SERVICE):
            text = asked.get_secret_value(SecretId=arn).get("SecretString")
    except ClientError as error:
        if code_of(error) not in _WRONG:
            raise
        raise InvalidInput(f"there is no secret {arn!r}", code="no_secret") from error
    if not text:
        raise InvalidInput(f"the secret {arn!r} holds no text", code="no_secret")
    return str(text)


def forget_secrets() -> None:
    """Let the next asking read the secrets again, as after a change of endpoint."""
    secret.cache_clear()
