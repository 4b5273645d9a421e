"""Clients of AWS's services that give up before the function that waits for them is stopped."""

from functools import cache
from typing import Any, Final

import boto3
from botocore.config import Config

# The shortest time-out of a function in template.yaml is 30 s: one call must fail, and be told, well before.
PATIENCE_S: Final = 20.0
_ATTEMPTS: Final = 3
_CONNECT_S: Final = 1.0
_CONNECTIONS: Final = 32


@cache
def client(service: str, *, patience_s: float = PATIENCE_S, attempts: int = _ATTEMPTS) -> Any:
    """Return this process's client of a service; its calls take ``patience_s`` at most, retries included.

    The endpoint is AWS's, or what ``AWS_ENDPOINT_URL`` says. Reading the answer of a large object may take longer: there the time is
    that between two pieces.
    """
    # botocore waits up to 1, 2, 4 ... seconds between attempts.
    pauses_s = float(2 ** (attempts - 1) - 1)
    read_s = (patience_s - pauses_s) / attempts - _CONNECT_S
    config = Config(
        connect_timeout=_CONNECT_S,
        read_timeout=read_s,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=_CONNECTIONS,
        tcp_keepalive=True,
        # A bucket's own host name needs DNS that a local endpoint has not; boto3 chooses by itself.
        s3={"addressing_style": "auto"},
        signature_version="s3v4" if service == "s3" else None,
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]  # the overloads list every service by name


def forget() -> None:
    """Let the next call make new clients, as after a change of endpoint."""
    client.cache_clear()
