"""What AWS answers when it cannot serve, as the domain's errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from recommender.errors import Unavailable

_THROTTLED: Final = frozenset(
    {
        "LimitExceededException",
        "OverLimit",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestTimeout",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


@contextmanager
def answered(service: str) -> Iterator[None]:
    """Turn throttling, failures of the service and broken connections into ``Unavailable``; let everything else through."""
    try:
        yield
    except ClientError as error:
        if not is_passing(error):
            raise
        raise Unavailable(f"{service} cannot answer now: {code_of(error)}", code=f"{service}_unavailable") from error
    except HTTPClientError as error:
        raise Unavailable(f"{service} cannot be reached: {type(error).__name__}", code=f"{service}_unavailable") from error
    except BotoCoreError as error:
        # Credentials that cannot be fetched, and an endpoint that cannot be found, are the surroundings' fault and may pass.
        raise Unavailable(f"{service} cannot be asked: {type(error).__name__}: {error}", code=f"{service}_unavailable") from error


def is_passing(error: ClientError) -> bool:
    """Tell whether the same request may succeed later."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code_of(error) in _THROTTLED or status >= 500 or status == 429


def code_of(error: ClientError) -> str:
    """Return AWS's word for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def reasons_of(error: ClientError) -> list[str]:
    """Return why each action of a cancelled transaction could not be done, ``None`` for those that could."""
    reasons: list[dict[str, Any]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]  # the stubs know no extra fields
    return [str(reason.get("Code") or "None") for reason in reasons]
